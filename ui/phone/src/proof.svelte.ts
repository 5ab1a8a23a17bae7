import * as api from './api.js';
import { m } from '$kit/paraglide/messages.js';
import { isPhone, phoneDigits } from './format.js';

const errors: Record<string, () => string> = {
  network: m.phone_error_network,
  unavailable: m.phone_error_unavailable,
  too_many: m.phone_error_too_many,
  verification_invalid: m.phone_error_verification,
};

/** Her number, and the code that proves that it is hers. */
export abstract class NumberProof {
  phone = $state('');
  verification = $state('');
  demoCode = $state('');
  /** Seconds until another message may be asked for. */
  wait = $state(0);
  sent = $state(false);
  busy = $state(false);
  error = $state('');

  #clock: ReturnType<typeof setInterval> | undefined;

  /** Asks the centre for a message. */
  protected abstract ask(phone: string): Promise<api.Sent>;

  setPhone(text: string): void {
    const digits = phoneDigits(text, this.phone);
    if (digits !== this.phone) {
      this.sent = false;
      this.verification = '';
      this.demoCode = '';
    }
    this.phone = digits;
    this.error = '';
  }

  setVerification(text: string): void {
    this.verification = text.replace(/\D/g, '').slice(0, 6);
    this.error = '';
  }

  protected fail(error: unknown): void {
    const code = error instanceof api.ApiError ? error.code : '';
    this.error = (errors[code] ?? m.phone_error_unavailable)();
  }

  /** Asks for a message. True where one was sent. */
  async send(): Promise<boolean> {
    if (this.busy || this.wait > 0) return false;
    if (!isPhone(this.phone)) {
      this.error = m.phone_error_phone();
      return false;
    }
    this.error = '';
    return this.asking(async () => {
      const sent = await this.ask(this.phone);
      this.sent = true;
      this.demoCode = sent.demo_code ?? '';
      this.#count(sent.resend_after_seconds);
    });
  }

  /** Asks the centre for something. True where it answered; what went wrong is said. */
  protected async asking(asked: () => Promise<void>): Promise<boolean> {
    this.busy = true;
    try {
      await asked();
      return true;
    } catch (error) {
      this.fail(error);
      return false;
    } finally {
      this.busy = false;
    }
  }

  #count(seconds: number): void {
    const until = Date.now() + seconds * 1000;
    clearInterval(this.#clock);
    const tick = () => {
      this.wait = Math.max(0, Math.ceil((until - Date.now()) / 1000));
      if (this.wait === 0) clearInterval(this.#clock);
    };
    tick();
    this.#clock = setInterval(tick, 500);
  }

  /** What is asked for next: a number, a message, a code. True where all three are there. */
  protected async complete(): Promise<boolean> {
    if (!isPhone(this.phone)) this.error = m.phone_error_phone();
    else if (!this.sent) await this.send();
    else if (this.verification.length < 6) this.error = m.phone_error_code();
    else return true;
    return false;
  }
}
