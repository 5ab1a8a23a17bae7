import { wordsFor, type Words } from '$lib/errors.js';
import { day, listed } from '$kit/format.js';
import { m } from '$kit/m.js';
import {
  engine,
  type CreditForm,
  type CreditPart,
  type CreditPerson,
  type CreditRequest,
  type CreditShares,
  type MemberTarget,
} from '$lib/engine.js';

export const REASONS = ['served', 'assisted', 'own_purchase', 'mistake', 'other'] as const;

type Message = (inputs?: Record<string, unknown>) => string;
const messages = m as unknown as Record<string, Message | undefined>;

/** Who gets the credit of the sale in hand: as the rule has it, or as the clerk says with a reason. */
export class CreditDesk {
  form = $state.raw<CreditForm | null>(null);
  /** What the clerk chose; none = as the rule has it. */
  chosen = $state.raw<CreditShares | null>(null);
  reason = $state('');
  trouble = $state.raw<Words | null>(null);

  #turn = 0;
  /** Whose sale was just taken up with a choice of its own. */
  #takenUp: string | null = null;

  /** Reads the rule's proposal for a customer; what was chosen for another one is forgotten. */
  async load(target: MemberTarget, fresh: boolean): Promise<void> {
    const turn = ++this.#turn;
    const stays = this.#takenUp === JSON.stringify(target);
    this.#takenUp = null;
    if (fresh && !stays) this.restore();
    try {
      const form = await engine.saleCredit(target);
      if (turn !== this.#turn) return;
      this.form = form;
      this.trouble = null;
    } catch (error) {
      if (turn === this.#turn) this.trouble = wordsFor(error);
    }
  }

  get seller(): string | null {
    return this.chosen ? this.chosen.seller : (this.form?.seller?.id ?? null);
  }

  get second(): string | null {
    return this.chosen ? this.chosen.second : (this.form?.second?.id ?? null);
  }

  /** Whether it is not as the rule has it. */
  get changed(): boolean {
    const { form, chosen } = this;
    if (!form || !chosen) return false;
    return (
      chosen.seller !== (form.seller?.id ?? null) || chosen.second !== (form.second?.id ?? null)
    );
  }

  /** A change without a reason cannot be recorded. */
  get missing(): boolean {
    return this.changed && this.reason === '';
  }

  partOf(id: string): CreditPart {
    if (id === this.seller) return 'main';
    return id === this.second ? 'assist' : 'none';
  }

  /** Gives somebody a part; whoever had it before loses it. */
  async give(id: string, part: CreditPart): Promise<void> {
    const turn = this.#turn;
    const { seller, second } = this;
    const given = await engine.creditGiven({ seller, second }, id, part).catch(() => null);
    // another customer came meanwhile
    if (!given || turn !== this.#turn) return;
    this.chosen = given;
    if (!this.changed) this.restore();
    else if (given.seller === null && this.reason === '') this.reason = 'own_purchase';
  }

  restore(): void {
    this.chosen = null;
    this.reason = '';
  }

  /** What was chosen by hand, to be kept with a basket that stands aside. */
  byHand(): CreditRequest | null {
    const { chosen, reason } = this;
    return chosen ? { ...chosen, reason } : null;
  }

  /** What was chosen by hand, by whomever, before the basket stood aside. */
  takeUp(target: MemberTarget | null, said: CreditRequest | null): void {
    this.restore();
    if (!target || !said) return;
    this.chosen = { seller: said.seller, second: said.second };
    this.reason = said.reason;
    this.#takenUp = JSON.stringify(target);
  }

  /** What goes with the sale; none = as the rule has it. */
  request(): CreditRequest | null {
    const { seller, second, reason } = this;
    // what was taken up goes even before the rule is known: the engine compares them
    const said = this.changed || (this.chosen !== null && this.form === null);
    return said ? { seller, second, reason } : null;
  }

  name(id: string | null): string {
    return this.form?.people.find((one) => one.clerk.id === id)?.clerk.name ?? '';
  }

  /** 业绩归林悦，苏晓搭手 */
  get words(): string {
    const { seller, second } = this;
    if (seller === null) return m.credit_row_nobody();
    const names = { seller: this.name(seller), second: this.name(second) };
    return second === null ? m.credit_row(names) : m.credit_row_second(names);
  }
}

/** What somebody had to do with her: 她的顾问，现在接待. */
export function whyWords(person: CreditPerson): string {
  const at = person.helped_at === null ? '' : day(person.helped_at);
  const words = [
    person.advisor && m.credit_why_advisor(),
    person.signed_in && m.credit_why_signed_in(),
    person.helped === 'sold' && m.credit_why_sold({ date: at }),
    person.helped === 'served' && m.credit_why_served({ date: at }),
    person.helped === 'noted' && m.credit_why_noted({ date: at }),
  ].filter((word) => typeof word === 'string');
  return words.length ? listed(words) : m.credit_why_nothing();
}

export function reasonWords(reason: string): string {
  return (messages[`credit_reason_${reason}`] ?? m.credit_reason_other)();
}

/** Of the sale in hand. */
export const credit = new CreditDesk();
