import * as api from './api.js';
import { m } from '$kit/paraglide/messages.js';
import { isPhone, phoneDigits } from './format.js';

export type Step = 'phone' | 'skin' | 'consent';
export const STEPS: Step[] = ['phone', 'skin', 'consent'];

/** Sent as they stand, whatever the page's language: the brand's products are marked with them. */
export const CONCERNS = ['保湿', '修护', '舒缓', '美白', '抗衰', '控油'] as const;
export const MOISTURE = ['dry', 'combination', 'oily', ''] as const;

const errors: Record<string, () => string> = {
  network: m.phone_error_network,
  unavailable: m.phone_error_unavailable,
  too_many: m.phone_error_too_many,
  verification_invalid: m.phone_error_verification,
};

/** All that she fills in; nothing leaves the page before she asks for it. */
export class SignUp {
  begin = $state.raw<api.Begin | null>(null);
  /** The code in the address cannot be used: nothing else is possible. */
  closed = $state<'' | 'code' | 'network'>('');
  step = $state<Step>('phone');
  phone = $state('');
  verification = $state('');
  demoCode = $state('');
  /** Seconds until another message may be asked for. */
  wait = $state(0);
  sent = $state(false);
  moisture = $state<(typeof MOISTURE)[number] | null>(null);
  sensitivity = $state('');
  concerns = $state.raw<string[]>([]);
  given = $state.raw<Record<string, boolean>>({});
  busy = $state(false);
  error = $state('');
  joined = $state.raw<api.Joined | null>(null);

  #clock: ReturnType<typeof setInterval> | undefined;

  constructor(readonly code: string) {}

  get terms(): boolean {
    return this.given['terms'] === true;
  }

  get place(): number {
    return STEPS.indexOf(this.step);
  }

  async load(): Promise<void> {
    this.closed = '';
    try {
      this.begin = await api.begin(this.code);
      if (this.begin.brand) document.title = this.begin.brand;
    } catch (error) {
      const code = error instanceof api.ApiError ? error.code : '';
      this.closed = code === 'network' || code === 'unavailable' ? 'network' : 'code';
    }
  }

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

  #fail(error: unknown): void {
    const code = error instanceof api.ApiError ? error.code : '';
    if (code === 'sign_up_code_invalid') {
      this.closed = 'code';
      return;
    }
    if (code === 'verification_invalid') this.step = 'phone';
    this.error = (errors[code] ?? m.phone_error_unavailable)();
  }

  /** Asks for a message. True where one was sent. */
  async send(): Promise<boolean> {
    if (this.busy || this.wait > 0) return false;
    if (!isPhone(this.phone)) {
      this.error = m.phone_error_phone();
      return false;
    }
    this.busy = true;
    this.error = '';
    try {
      const sent = await api.verify(this.code, this.phone);
      this.sent = true;
      this.demoCode = sent.demo_code ?? '';
      this.#count(sent.resend_after_seconds);
      return true;
    } catch (error) {
      this.#fail(error);
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

  toggle(purpose: string): void {
    this.given = { ...this.given, [purpose]: !this.given[purpose] };
    this.error = '';
  }

  toggleConcern(concern: string): void {
    this.concerns = this.concerns.includes(concern)
      ? this.concerns.filter((one) => one !== concern)
      : [...this.concerns, concern];
  }

  async next(): Promise<void> {
    this.error = '';
    if (this.step === 'phone') {
      if (!isPhone(this.phone)) this.error = m.phone_error_phone();
      else if (!this.sent) await this.send();
      else if (this.verification.length < 6) this.error = m.phone_error_code();
      else await this.#prove();
    } else if (this.step === 'skin') {
      if (this.moisture === null) this.error = m.phone_error_skin();
      else this.step = 'consent';
    } else if (!this.terms) this.error = m.phone_error_terms();
    else await this.#join();
  }

  back(): void {
    this.error = '';
    this.step = STEPS[Math.max(0, this.place - 1)]!;
  }

  /** The code is looked at where it is typed: a wrong one is not found out three steps later. */
  async #prove(): Promise<void> {
    if (this.busy) return;
    const [phone, verification] = [this.phone, this.verification];
    this.busy = true;
    try {
      await api.check(this.code, phone, verification);
      // what was typed meanwhile was not looked at
      if (phone === this.phone && verification === this.verification) this.step = 'skin';
    } catch (error) {
      this.#fail(error);
    } finally {
      this.busy = false;
    }
  }

  async #join(): Promise<void> {
    if (this.busy || !this.begin) return;
    this.busy = true;
    try {
      this.joined = await api.join(this.code, {
        phone: this.phone,
        verification: this.verification,
        skin: {
          moisture: this.moisture ?? '',
          sensitivity: this.sensitivity,
          pigmentation: '',
          ageing: '',
        },
        concerns: this.concerns,
        allergies: [],
        consents: this.begin.consents.map(({ purpose, version }) => ({
          purpose,
          version,
          given: this.given[purpose] === true,
        })),
      });
    } catch (error) {
      this.#fail(error);
    } finally {
      this.busy = false;
    }
  }
}
