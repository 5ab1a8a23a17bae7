import {
  engine,
  EngineError,
  limits,
  type AllergyView,
  type FilledIn,
  type FillIn,
  type SkinView,
  type Title,
  type ToAgree,
} from '$lib/engine.js';
import { dayHalf, dayText } from '$kit/day-parts.js';
import { wordsFor, type Words } from '$lib/errors.js';
import { m } from '$kit/m.js';

export type FillStep = 'phone' | 'told' | 'consent';
export const STEPS: FillStep[] = ['phone', 'told', 'consent'];
const NO_SKIN: SkinView = { moisture: '', sensitivity: '', pigmentation: '', ageing: '' };

/**
 * A sign-up that the clerk fills in. It is in memory only, until the guest has agreed on the turned tablet; `clear`
 * forgets all of it.
 */
export class FillInForm {
  /** The page shows this form, and not the code. */
  open = $state(false);
  step = $state<FillStep>('phone');
  phone = $state('');
  /** The number that a message was sent to. */
  sentTo = $state('');
  verification = $state('');
  demoCode = $state('');
  /** When another message may be sent, in milliseconds. */
  resendAt = $state(0);
  name = $state('');
  title = $state<Title | null>(null);
  month = $state('');
  day = $state('');
  year = $state('');
  skin = $state<SkinView>({ ...NO_SKIN });
  concerns = $state.raw<string[]>([]);
  allergies = $state.raw<string[]>([]);
  /** What the allergies mean, where she has told some already. */
  allergyViews = $state.raw<AllergyView[]>([]);
  asks = $state.raw<ToAgree | null>(null);
  ticked = $state.raw<string[]>([]);
  busy = $state(false);
  trouble = $state.raw<Words | null>(null);
  /** There was no network: what else can be done is offered. */
  offline = $state(false);
  /** She is signed up without the network: her number is proved later. */
  unproven = $state(false);
  /** What she agrees to was read out to her. */
  readOut = $state(false);
  done = $state.raw<FilledIn | null>(null);

  #code = '';
  #codeId = '';
  /** What was proved: the number and the code from its message. */
  #proved = '';
  /** Grows when all is forgotten: an answer to what was asked before is for nobody. */
  #turn = 0;

  /** Something is filled in that is not recorded yet. */
  get begun(): boolean {
    return this.open && this.phone !== '' && this.done === null;
  }

  get place(): number {
    return STEPS.indexOf(this.step);
  }

  /** A message was sent to the number that stands there: now its code is asked. */
  get sent(): boolean {
    return this.sentTo !== '' && this.sentTo === this.phone;
  }

  get codeId(): string {
    return this.#codeId;
  }

  get ready(): boolean {
    if (this.step === 'told') return !this.birthdayHalf;
    if (this.step === 'consent') return this.agreed('terms');
    return this.sent
      ? this.verification.length === limits.code_digits
      : this.phone.length === limits.phone_digits;
  }

  /** MM-DD or YYYY-MM-DD; empty where nothing or half of it is chosen. */
  get birthday(): string {
    return dayText(this);
  }

  get birthdayHalf(): boolean {
    return dayHalf(this);
  }

  /** A digit, or `Backspace`: into the number, or into the code once a message was sent. */
  key(key: string): void {
    if (this.busy || this.step !== 'phone') return;
    const field = this.sent ? 'verification' : 'phone';
    const most = this.sent ? limits.code_digits : limits.phone_digits;
    const now = this[field];
    if (key === 'Backspace') this[field] = now.slice(0, -1);
    else if (/^\d$/.test(key) && now.length < most) this[field] = now + key;
    else return;
    this.trouble = null;
  }

  clearField(): void {
    if (this.busy) return;
    if (this.sent) this.verification = '';
    else this.phone = '';
    this.trouble = null;
  }

  /** The number was another one. */
  otherNumber(): void {
    if (this.busy) return;
    this.sentTo = '';
    this.verification = '';
    this.demoCode = '';
    this.trouble = null;
  }

  toggle(list: 'concerns' | 'ticked', word: string): void {
    const now = this[list];
    this[list] = now.includes(word) ? now.filter((one) => one !== word) : [...now, word];
    this.trouble = null;
  }

  agreed(purpose: string): boolean {
    return this.ticked.includes(purpose);
  }

  setSkin(axis: keyof SkinView, word: string): void {
    this.skin = { ...this.skin, [axis]: word };
  }

  /** What the allergies mean that were told so far: the picker begins with these. */
  async readAllergies(): Promise<void> {
    const turn = this.#turn;
    const views = await engine.allergiesRead(this.allergies).catch(() => []);
    if (turn === this.#turn) this.allergyViews = views;
  }

  setAllergies(change: { add: string[]; remove: string[] }): void {
    const told = this.allergyViews.map((one) => one.name.zh);
    const kept = told.filter((word) => !change.remove.includes(word));
    this.allergies = [...kept, ...change.add.filter((word) => !kept.includes(word))];
  }

  /** Sends a code to the number; answers the member who has it already. */
  async send(now: number): Promise<string | null> {
    let member: string | null = null;
    await this.#doing(async () => {
      const phone = this.phone;
      const told = await engine.fillInNumber(phone, this.#code || null);
      return () => {
        if (told.state === 'member') {
          member = told.member_id;
          return;
        }
        this.#code = told.code;
        this.#codeId = told.id;
        this.sentTo = phone;
        this.demoCode = told.demo_code ?? '';
        this.resendAt = now + told.resend_after_seconds * 1000;
      };
    });
    return member;
  }

  /** There is no network: she becomes a member of this counter now, and of the brand once it is back. */
  async goOffline(): Promise<void> {
    if (this.busy || this.phone.length !== limits.phone_digits) return;
    this.unproven = true;
    this.offline = false;
    this.trouble = null;
    if (this.step === 'phone') this.step = 'told';
    else if (this.step === 'consent') await this.#join();
    else await this.#turnToHer();
  }

  /** One step on. A second tap while the first is under way does nothing; the answer is a member's id. */
  async next(now: number): Promise<string | null> {
    if (this.busy || !this.ready) return null;
    if (this.step === 'phone' && !this.sent) return this.send(now);
    if (this.step === 'phone') await this.#prove();
    else if (this.step === 'told') await this.#turnToHer();
    else await this.#join();
    return null;
  }

  async #prove(): Promise<void> {
    const proof = `${this.phone}:${this.verification}`;
    await this.#doing(async () => {
      if (this.#proved !== proof)
        await engine.fillInProve(this.phone, this.#code, this.verification);
      return () => {
        this.#proved = proof;
        this.step = 'told';
      };
    });
  }

  async #turnToHer(): Promise<void> {
    await this.#doing(async () => {
      const asks = await engine.fillInAsks(this.#told());
      return () => {
        this.asks = asks;
        this.step = 'consent';
      };
    });
  }

  async #join(): Promise<void> {
    await this.#doing(async () => {
      const told = this.#told();
      const done = this.unproven
        ? await engine.fillInOffline(told, this.readOut)
        : await engine.fillInJoin(told);
      return () => {
        this.clear();
        this.open = true;
        this.done = done;
      };
    });
  }

  /** One step back: what was answered stays; what was ticked is asked again. */
  back(): void {
    if (this.busy) return;
    this.trouble = null;
    this.offline = false;
    if (this.step === 'consent') {
      this.ticked = [];
      this.asks = null;
      this.readOut = false;
      this.step = 'told';
    } else if (this.step === 'told') {
      this.unproven = false;
      this.step = 'phone';
    } else if (this.sent) this.otherNumber();
  }

  /** Nothing of her is left here. */
  clear(): void {
    this.#turn += 1;
    this.step = 'phone';
    this.phone = '';
    this.sentTo = '';
    this.verification = '';
    this.demoCode = '';
    this.resendAt = 0;
    this.name = '';
    this.title = null;
    this.month = '';
    this.day = '';
    this.year = '';
    this.skin = { ...NO_SKIN };
    this.concerns = [];
    this.allergies = [];
    this.allergyViews = [];
    this.asks = null;
    this.ticked = [];
    this.trouble = null;
    this.offline = false;
    this.unproven = false;
    this.readOut = false;
    this.busy = false;
    this.done = null;
    this.open = false;
    this.#code = '';
    this.#codeId = '';
    this.#proved = '';
  }

  #told(): FillIn {
    return {
      code: this.#code,
      phone: this.phone,
      verification: this.verification,
      name: this.name,
      title: this.title,
      birthday: this.birthday,
      skin: { ...this.skin },
      concerns: this.concerns,
      allergies: this.allergies,
      ticked: this.ticked,
    };
  }

  /** Asks something; what comes of it is taken only where nobody has cleared the form meanwhile. */
  async #doing(ask: () => Promise<() => void>): Promise<void> {
    if (this.busy) return;
    const turn = this.#turn;
    this.busy = true;
    this.trouble = null;
    this.offline = false;
    try {
      const take = await ask();
      if (turn === this.#turn) take();
    } catch (error) {
      if (turn === this.#turn) this.#failed(error);
    } finally {
      if (turn === this.#turn) this.busy = false;
    }
  }

  #failed(error: unknown): void {
    const code = error instanceof EngineError ? error.code : '';
    const words = wordsFor(error, 'act');
    if (code === 'offline') {
      this.offline = true;
      this.trouble = {
        title: m.fill_offline(),
        detail: m.fill_offline_detail(),
        code: words.code,
      };
      return;
    }
    this.trouble = words;
    if (code === 'sms_code_wrong') this.verification = '';
    // what was told stays; the phone is to be proved anew
    if (code === 'sms_code_wrong' || code === 'sign_up_code_over') {
      this.ticked = [];
      this.#proved = '';
      this.step = 'phone';
    }
    if (code === 'sign_up_code_over') {
      this.#code = '';
      this.#codeId = '';
      this.sentTo = '';
      this.verification = '';
      this.resendAt = 0;
    }
  }
}

export const fillIn = new FillInForm();
