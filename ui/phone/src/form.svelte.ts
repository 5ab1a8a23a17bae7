import * as api from './api.js';
import { m } from '$kit/paraglide/messages.js';
import { NumberProof } from './proof.svelte.js';

export type Step = 'phone' | 'skin' | 'consent';
export const STEPS: Step[] = ['phone', 'skin', 'consent'];

/** Sent as they stand, whatever the page's language: the brand's products are marked with them. */
export const CONCERNS = ['保湿', '修护', '舒缓', '美白', '抗衰', '控油'] as const;
export const MOISTURE = ['dry', 'combination', 'oily', ''] as const;

/** All that she fills in; nothing leaves the page before she asks for it. */
export class SignUp extends NumberProof {
  begin = $state.raw<api.Begin | null>(null);
  /** The code in the address cannot be used: nothing else is possible. */
  closed = $state<'' | 'code' | 'network'>('');
  step = $state<Step>('phone');
  moisture = $state<(typeof MOISTURE)[number] | null>(null);
  sensitivity = $state('');
  concerns = $state.raw<string[]>([]);
  given = $state.raw<Record<string, boolean>>({});
  joined = $state.raw<api.Joined | null>(null);

  constructor(readonly code: string) {
    super();
  }

  protected override ask(phone: string): Promise<api.Sent> {
    return api.verify(this.code, phone);
  }

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

  protected override fail(error: unknown): void {
    const code = error instanceof api.ApiError ? error.code : '';
    if (code === 'sign_up_code_invalid') {
      this.closed = 'code';
      return;
    }
    if (code === 'verification_invalid') this.step = 'phone';
    super.fail(error);
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
      if (await this.complete()) await this.#prove();
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
    await this.asking(async () => {
      await api.check(this.code, phone, verification);
      // what was typed meanwhile was not looked at
      if (phone === this.phone && verification === this.verification) this.step = 'skin';
    });
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
      this.fail(error);
    } finally {
      this.busy = false;
    }
  }
}
