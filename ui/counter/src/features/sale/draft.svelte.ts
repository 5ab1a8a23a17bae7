import {
  engine,
  EngineError,
  type AllergyCheck,
  type BasketChange,
  type CouponChoice,
  type LineQuote,
  type MemberPage,
  type MemberTarget,
  type ParkRequest,
  type PresenceGiven,
  type ProductHit,
  type SaleDone,
  type SaleQuote,
  type SaleRequest,
  type TakenUp,
} from '$lib/engine.js';
import { wordsFor, type Words } from '$lib/errors.js';
import { whoIs } from '../work/words.js';
import { credit } from '../credit/credit.svelte.js';
import { PresenceQuestion } from '../presence/question.svelte.js';
import { Basket, type DraftLine } from './basket.svelte.js';
import { ReceiptField } from './receipt-field.svelte.js';
import { UnderNumberQuestion, type Said } from './under-number.svelte.js';

export interface Recorded {
  done: SaleDone;
  lines: DraftLine[];
  quote: SaleQuote | null;
}

/** Somebody else came while a sale is open: the clerk says what becomes of it. */
export interface Comer {
  id: string;
  /** What she is called on the screen. */
  who: string;
  /** What is put into her sale once it is opened. */
  with: ProductHit[];
}

/**
 * The sale in hand: one, wherever the clerk is, and kept when another clerk signs in. Nothing here is
 * recorded before `record`. What is in it never becomes another member's unasked.
 */
export class SaleDraft {
  target = $state.raw<MemberTarget | null>(null);
  /** Why this counter may use less of her points than she has, where it is so. */
  limit = $state<string | null>(null);
  /** The most points that it may use now. */
  usable = $state(0);
  member = $state.raw<MemberPage | null>(null);
  points = $state(0);
  /** Coupons that are used, in order. */
  coupons = $state.raw<string[]>([]);
  /** The best are proposed anew with every change, until the clerk chooses by hand. */
  proposing = $state(true);
  quote = $state.raw<SaleQuote | null>(null);
  trouble = $state.raw<Words | null>(null);
  /** Points that are possible now, where more were asked for. */
  possible = $state<number | null>(null);
  busy = $state(false);
  recorded = $state.raw<Recorded | null>(null);

  readonly basket = new Basket(() => void this.requote());
  readonly receipt = new ReceiptField({
    typed: () => (this.trouble = null),
    product: (product) => this.add(product),
  });
  /** What is asked where a sale stands under its number. */
  readonly question = new UnderNumberQuestion();
  /** Whether it is she whose points pay. */
  readonly presence = new PresenceQuestion();
  /** What was said of the number before she was asked for. */
  #said: Said | null = null;

  /** The parked basket that it was taken up from. */
  parked = $state<string | null>(null);
  /** What the clerk calls her, where she is no member. */
  description = $state('');
  /** What is not as it was when it was parked. */
  changes = $state.raw<BasketChange[]>([]);
  /** Who came while this sale is open. */
  comer = $state.raw<Comer | null>(null);

  #turn = 0;
  #quoting: Promise<void> = Promise.resolve();
  /** Taps for another step of points, one after the other. */
  #steps: Promise<void> = Promise.resolve();

  get ready(): boolean {
    return (
      this.target !== null &&
      this.basket.lines.length > 0 &&
      !this.basket.unpriced &&
      this.receipt.ready
    );
  }

  /** The most points that may pay part of it now. */
  get most(): number {
    return this.quote?.most_points ?? 0;
  }

  quoted(index: number): LineQuote | undefined {
    return this.quote?.lines[index];
  }

  /** How the line stands with her allergies; before its quote is there, as it was when it was looked up. */
  allergy(line: DraftLine, index: number): AllergyCheck {
    const quoted = this.quoted(index);
    return quoted?.sku === line.product.sku ? quoted.allergy : line.product.allergy;
  }

  /** What can be sold in its place, where it has something of her allergies. */
  swapOf(line: DraftLine, index: number): ProductHit | null {
    const quoted = this.quoted(index);
    return quoted?.sku === line.product.sku ? quoted.swap : null;
  }

  /** There is something in it that would be lost or become another's. */
  get begun(): boolean {
    return !this.recorded && (this.basket.lines.length > 0 || this.receipt.text !== '');
  }

  /** Whose it is, as the screen says it; empty where nobody was said. */
  get who(): string {
    if (this.member) return whoIs(this.member);
    return this.description;
  }

  isOf(id: string): boolean {
    return this.target?.by === 'member' && this.target.id === id;
  }

  /**
   * Somebody came: from her page, or by a scan. An open sale that is not hers is not touched: the clerk is
   * asked. A sale with nothing in it makes room, but never to a mere scan.
   */
  async come(id: string, how: 'page' | 'scan', goods: ProductHit[] = []): Promise<void> {
    if (this.recorded) this.clear();
    const makesRoom = how === 'page' ? !this.begun : this.target === null && !this.begun;
    if (this.isOf(id) || makesRoom) {
      if (!this.isOf(id)) await this.forMember(id);
      for (const product of goods) this.add(product);
      return;
    }
    if (this.comer?.id === id) return;
    this.comer = { id, who: '', with: goods };
    const page = await engine.memberPage(id).catch(() => null);
    if (page && this.comer?.id === id) this.comer = { ...this.comer, who: whoIs(page) };
  }

  /** The clerk says whose it is. */
  async forMember(id: string): Promise<void> {
    if (this.recorded) this.clear();
    if (this.isOf(id) && this.member?.id === id) return;
    this.comer = null;
    this.target = { by: 'member', id };
    this.member = null;
    this.points = 0;
    this.coupons = [];
    this.proposing = true;
    await this.refresh();
  }

  forUnknown(target: MemberTarget): void {
    if (this.recorded) this.clear();
    this.target = target;
    this.member = null;
    this.points = 0;
    this.coupons = [];
    this.proposing = true;
    this.trouble = null;
    void this.requote();
  }

  forNobody(): void {
    this.target = null;
    this.member = null;
    this.points = 0;
    this.coupons = [];
    this.proposing = true;
    this.quote = null;
  }

  /** Reads her page and the quote again: the engine learnt something. */
  async refresh(): Promise<void> {
    const target = this.target;
    if (target?.by === 'member') {
      try {
        const [page, options] = await Promise.all([
          engine.memberPage(target.id),
          // a sale goes on without it
          engine.redeemOptions(target.id).catch(() => null),
        ]);
        if (this.target !== target) return;
        this.member = page;
        this.limit = options?.limit ?? null;
        this.usable = options?.possible_now ?? page.points.online_usable;
      } catch (error) {
        if (this.target === target) this.trouble = wordsFor(error, 'read');
      }
    }
    // What is being recorded is not worth asking about any more: the answer would count it twice.
    if (!this.recorded && !this.busy) await this.requote();
  }

  add(product: ProductHit): DraftLine {
    this.trouble = null;
    return this.basket.add(product);
  }

  /** Sells another product in the place of a line. */
  swap(key: number, to: ProductHit): void {
    this.trouble = null;
    this.basket.swap(key, to);
  }

  /** Pays with as many of these points as may be used. */
  setPoints(to: number): void {
    if (!this.quote) return;
    this.points = to;
    this.possible = null;
    this.trouble = null;
    void this.requote();
  }

  /** One step of points less or more; the next tap goes on from where the last one led. */
  stepPoints(way: 'less' | 'more'): Promise<void> {
    this.#steps = this.#steps.then(async () => {
      await this.#quoting;
      if (this.quote) this.setPoints(this.quote[`${way}_points`]);
      await this.#quoting;
    });
    return this.#steps;
  }

  /** One that is used is left out; another is used with those that are best with it. */
  chooseCoupon(choice: CouponChoice): void {
    if (choice.chosen) this.coupons = this.coupons.filter((id) => id !== choice.coupon.id);
    else if (choice.refusal === null && choice.barred === null) this.coupons = choice.with;
    else return;
    this.proposing = false;
    this.trouble = null;
    void this.requote();
  }

  proposeCoupons(): void {
    this.proposing = true;
    this.trouble = null;
    void this.requote();
  }

  request(): SaleRequest | null {
    if (!this.target) return null;
    return {
      receipt: this.receipt.text,
      member: this.target,
      lines: this.basket.asked(),
      pay_points: this.points,
      coupons: this.coupons,
      propose: this.proposing,
      fit_points: true,
      credit: credit.request(),
    };
  }

  requote(): Promise<void> {
    void this.basket.reckon();
    this.#quoting = this.#ask();
    return this.#quoting;
  }

  async #ask(): Promise<void> {
    const turn = ++this.#turn;
    const request = this.request();
    if (!request || request.lines.length === 0 || this.basket.unpriced) {
      this.quote = null;
      return;
    }
    try {
      const quote = await engine.saleQuote(request);
      if (turn !== this.#turn) return;
      this.quote = quote;
      this.coupons = quote.chosen;
      this.points = quote.pay_points;
    } catch (error) {
      if (turn !== this.#turn) return;
      this.quote = null;
      this.trouble = wordsFor(error, 'act');
    }
  }

  /** Records it; with what the clerk said of the number, where she was asked. */
  async record(said: Said | null = null, presence: PresenceGiven | null = null): Promise<void> {
    if (this.busy || this.recorded) return;
    said ??= presence ? this.#said : null;
    this.busy = true;
    try {
      await this.receipt.done();
    } finally {
      this.busy = false;
    }
    if (!this.receipt.text) this.receipt.wanted = true;
    const request = this.request();
    if (!request || !this.ready) return;
    this.busy = true;
    this.#turn += 1;
    this.trouble = null;
    this.possible = null;
    try {
      const whole = { ...request, ...said, presence, propose: false, fit_points: false };
      const done = await engine.saleRecord(whole, this.parked);
      // a sale that stood already was not this one's to close
      if (this.parked && done.exists) await engine.letGo(this.parked).catch(() => {});
      this.parked = null;
      this.question.drop();
      this.presence.drop();
      this.recorded = { done, lines: this.basket.lines, quote: this.quote };
      this.basket.taken = null;
      void this.refresh();
    } catch (error) {
      if (this.presence.takes(error)) {
        this.#said = said;
        this.question.drop();
        return;
      }
      this.presence.drop();
      if (this.question.ask(error) || this.question.refused(wordsFor(error, 'act'))) return;
      this.question.drop();
      this.trouble = wordsFor(error, 'act');
      const possible = error instanceof EngineError ? (error.details.possible ?? null) : null;
      this.possible = possible;
    } finally {
      this.busy = false;
    }
  }

  /** What is put aside; null where there is nothing. */
  toPark(why: string, description: string, instead: string | null): ParkRequest | null {
    if (this.basket.lines.length === 0 || this.recorded || this.busy) return null;
    return {
      id: this.parked,
      instead,
      member: this.target,
      description,
      why,
      lines: this.basket.asked(),
      receipt: this.receipt.text,
      pay_points: this.points,
      coupons: this.proposing ? [] : this.coupons,
      propose: this.proposing,
      credit: credit.byHand(),
    };
  }

  /** Goes on with a basket that stood aside. */
  async goOn(taken: TakenUp): Promise<void> {
    this.clear();
    this.parked = taken.id;
    this.description = taken.description;
    this.changes = taken.changes;
    this.basket.goOn(taken.lines);
    this.receipt.goOn(taken.receipt);
    this.points = taken.pay_points;
    this.coupons = taken.coupons;
    this.proposing = taken.propose;
    this.target = taken.member;
    credit.takeUp(taken.member, taken.credit);
    await this.refresh();
  }

  /** Empties the basket: what was parked of it goes as well. */
  async empty(): Promise<void> {
    const parked = this.parked;
    const { target, member, limit, usable } = this;
    this.clear();
    this.target = target;
    this.member = member;
    this.limit = limit;
    this.usable = usable;
    if (parked) await engine.letGo(parked).catch(() => {});
  }

  /** The next customer. */
  clear(): void {
    this.#turn += 1;
    this.basket.clear();
    this.receipt.clear();
    this.parked = null;
    this.description = '';
    this.changes = [];
    this.comer = null;
    this.target = null;
    this.member = null;
    this.points = 0;
    this.coupons = [];
    this.proposing = true;
    this.quote = null;
    this.trouble = null;
    this.possible = null;
    this.recorded = null;
    credit.restore();
    this.question.drop();
    this.presence.drop();
    this.#said = null;
  }
}

export const sale = new SaleDraft();
