import * as api from './api.js';
import { m } from '$kit/paraglide/messages.js';
import { isChild } from './format.js';
import { locale } from './locale.svelte.js';
import { keep } from './kept.js';
import { NumberProof } from './proof.svelte.js';

export type Step = 'phone' | 'skin' | 'consent' | 'guardian';
/** The steps of everybody; a child's guardian has one of her own beside them. */
export const STEPS: Step[] = ['phone', 'skin', 'consent'];

/** Whoever agrees for a child, on the child's page. */
class Guardian extends NumberProof {
  constructor(
    readonly code: string,
    readonly ended: () => void,
  ) {
    super();
  }

  protected override ask(phone: string): Promise<api.Sent> {
    return api.verify(this.code, phone, true);
  }

  protected override fail(error: unknown): void {
    if (error instanceof api.ApiError && error.code === 'sign_up_code_invalid') this.ended();
    else super.fail(error);
  }

  /** Whether number and code are right; what lacks is said. */
  async prove(): Promise<boolean> {
    this.error = '';
    if (!(await this.complete()) || this.busy) return false;
    const [phone, verification] = [this.phone, this.verification];
    const done = await this.asking(async () => {
      await api.check(this.code, phone, verification, true);
    });
    return done && phone === this.phone && verification === this.verification;
  }
}

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

  /** ISO date: told where somebody agrees for a child. */
  birthday = $state('');
  guardianAgrees = $state(false);
  /** Somebody has agreed for her: number and code are right. */
  guarded = $state(false);
  readonly guardian: Guardian;

  /** What a provider told this page by. */
  authorised = $state('');
  /** It told her number: no code is needed. */
  told = $state('');
  /** She went to a provider, and nothing came of it. */
  refused = $state(false);
  /** She says that whoever has the number is somebody else. */
  doubted = $state(false);

  constructor(readonly code: string) {
    super();
    this.guardian = new Guardian(code, () => (this.closed = 'code'));
  }

  /** The gift in the page's language, where its name is known in it. */
  get gift(): string {
    const begin = this.begin;
    return (locale.current === 'en' && begin?.welcome_gift_en) || begin?.welcome_gift || '';
  }

  protected override ask(phone: string): Promise<api.Sent> {
    return api.verify(this.code, phone);
  }

  get terms(): boolean {
    return this.given['terms'] === true;
  }

  get place(): number {
    return this.step === 'guardian' ? STEPS.length - 1 : STEPS.indexOf(this.step);
  }

  async load(): Promise<void> {
    this.closed = '';
    try {
      this.begin = await api.begin(this.code);
      if (this.begin.brand) document.title = this.begin.brand;
      await this.#back();
    } catch (error) {
      const code = error instanceof api.ApiError ? error.code : '';
      this.closed = code === 'network' || code === 'unavailable' ? 'network' : 'code';
    }
  }

  /** She is back from a provider. */
  async #back(): Promise<void> {
    const by = api.cameBack();
    if (!by) return;
    this.refused = by === 'none';
    if (this.refused) return;
    await this.asking(async () => {
      const told = await api.authorised(this.code, by).catch(api.nothingTold);
      this.refused = !told;
      if (!told) return;
      if (told.session) {
        keep({ session: told.session, phone: '' });
        location.replace(`${api.baseOf(location.pathname)}/me`);
        return;
      }
      this.authorised = by;
      if (told.phone && told.verification) {
        this.phone = told.phone;
        this.told = told.verification;
        this.step = 'skin';
      }
    });
  }

  /** Another number than the one that was told. */
  untold(): void {
    this.told = '';
    this.phone = '';
    this.verification = '';
    this.sent = false;
  }

  protected override fail(error: unknown): void {
    const code = error instanceof api.ApiError ? error.code : '';
    if (code === 'phone_taken') {
      this.error = m.phone_error_taken();
      return;
    }
    if (code === 'sign_up_code_invalid') {
      this.closed = 'code';
      return;
    }
    if (code === 'verification_invalid') {
      this.step = 'phone';
      this.told = '';
      this.guarded = false;
    }
    if (code === 'too_many' && this.step === 'consent') {
      this.error = m.phone_error_poster();
      return;
    }
    super.fail(error);
  }

  /** Whether a consent is asked of her: to know her again by a provider only where one told who she is. */
  asks(one: api.Asked): boolean {
    return one.purpose !== 'open_id' || this.authorised !== '';
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
      if (this.told) this.step = 'skin';
      else if (await this.complete()) await this.#prove();
    } else if (this.step === 'skin') {
      if (this.moisture === null) this.error = m.phone_error_skin();
      else this.step = 'consent';
    } else if (this.step === 'guardian') await this.#guard();
    else if (!this.terms) this.error = m.phone_error_terms();
    else await this.#join();
  }

  back(): void {
    this.error = '';
    this.step = this.step === 'guardian' ? 'consent' : STEPS[Math.max(0, this.place - 1)]!;
  }

  toGuardian(): void {
    this.error = '';
    this.step = 'guardian';
  }

  /** Nobody agrees for her after all. */
  unguard(): void {
    this.guarded = false;
    this.guardianAgrees = false;
  }

  async #guard(): Promise<void> {
    if (!isChild(this.birthday)) this.error = m.guardian_error_birthday();
    else if (this.guardian.phone !== '' && this.guardian.phone === this.phone)
      this.error = m.guardian_error_same();
    else if (await this.guardian.prove()) {
      if (!this.guardianAgrees) this.error = m.guardian_error_agree();
      else {
        this.guarded = true;
        this.step = 'consent';
      }
    } else this.error = this.guardian.error;
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

  /** The member who has this number is somebody else: she joins anew. */
  async joinAnew(): Promise<void> {
    this.error = '';
    await this.#join(true);
  }

  async #join(notMe = false): Promise<void> {
    if (this.busy || !this.begin) return;
    this.busy = true;
    try {
      this.joined = await api.join(this.code, {
        phone: this.phone,
        verification: this.told || this.verification,
        ...(notMe && { not_me: true }),
        ...(this.begin.friend !== undefined && { browser: api.browserOf() }),
        ...(this.authorised && { authorised: this.authorised }),
        skin: {
          moisture: this.moisture ?? '',
          sensitivity: this.sensitivity,
          pigmentation: '',
          ageing: '',
        },
        concerns: this.concerns,
        allergies: [],
        consents: [
          // what was not asked is not answered
          ...this.begin.consents
            .filter((one) => this.asks(one))
            .map(({ purpose, version }) => ({
              purpose: purpose as string,
              version,
              given: this.given[purpose] === true,
            })),
          ...(this.guarded && this.begin.guardian
            ? [{ purpose: 'guardian', version: this.begin.guardian.version, given: true }]
            : []),
        ],
        ...(this.guarded && {
          birthday: this.birthday,
          guardian: {
            phone: this.guardian.phone,
            verification: this.guardian.verification,
          },
        }),
      });
    } catch (error) {
      this.fail(error);
    } finally {
      this.busy = false;
    }
  }
}
