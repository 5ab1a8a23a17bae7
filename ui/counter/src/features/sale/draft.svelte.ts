import {
  engine,
  EngineError,
  limits,
  type AllergyCheck,
  type BasketChange,
  type CouponChoice,
  type LineAmount,
  type LineQuote,
  type LineRequest,
  type MemberPage,
  type MemberTarget,
  type ParkRequest,
  type ProductHit,
  type SaleDone,
  type SaleQuote,
  type SaleRequest,
  type TakenUp,
} from '$lib/engine.js';
import { wordsFor, type Words } from '$lib/errors.js';
import { whoIs } from '../work/words.js';
import { credit } from '../credit/credit.svelte.js';
import { UnderNumberQuestion, type Said } from './under-number.svelte.js';

export interface DraftLine {
  key: number;
  product: ProductHit;
  qty: number;
  /** The till's amount for the line; none = price times pieces. */
  amount: string | null;
  /** How many pieces that amount was for: the till's rate is the best guess for another number. */
  of: number;
}

export interface Recorded {
  done: SaleDone;
  lines: DraftLine[];
  quote: SaleQuote | null;
}

/** Only the till knows what it comes to. */
export const isUnpriced = (line: DraftLine): boolean =>
  line.amount === null && line.product.price === null;

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
  lines = $state.raw<DraftLine[]>([]);
  receipt = $state('');
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
  /** Recording was asked for and the receipt number is missing. */
  receiptWanted = $state(false);
  recorded = $state.raw<Recorded | null>(null);
  /** What is asked where a sale stands under its number. */
  readonly question = new UnderNumberQuestion();
  /** A line taken off a moment ago, to be put back. */
  taken = $state.raw<{ line: DraftLine; index: number } | null>(null);

  /** The parked basket that it was taken up from. */
  parked = $state<string | null>(null);
  /** What the clerk calls her, where she is no member. */
  description = $state('');
  /** What is not as it was when it was parked. */
  changes = $state.raw<BasketChange[]>([]);
  /** Who came while this sale is open. */
  comer = $state.raw<Comer | null>(null);
  /** Why what stands in the receipt field is no receipt number. */
  receiptTrouble = $state.raw<Words | null>(null);
  /** The lines as they were before the last swap, and after it. */
  swapped = $state.raw<{ before: DraftLine[]; after: DraftLine[]; to: ProductHit } | null>(null);

  #turn = 0;
  #quoting: Promise<void> = Promise.resolve();
  /** Taps for another step of points, one after the other. */
  #steps: Promise<void> = Promise.resolve();
  #amounts = $state.raw(new Map<number, { sku: string; comes: LineAmount }>());
  #reckoning = 0;
  #next = 1;
  #entry = 0;

  get pieces(): number {
    return this.lines.reduce((sum, line) => sum + line.qty, 0);
  }

  /** A line whose amount only the till knows. */
  get unpriced(): DraftLine | undefined {
    return this.lines.find(isUnpriced);
  }

  get ready(): boolean {
    return (
      this.target !== null &&
      this.lines.length > 0 &&
      !this.unpriced &&
      this.receipt !== '' &&
      this.receiptTrouble === null
    );
  }

  /** The most points that may pay part of it now. */
  get most(): number {
    return this.quote?.most_points ?? 0;
  }

  /** What a line comes to, as far as the engine has said it. */
  comesTo(line: DraftLine): LineAmount | null {
    const told = this.#amounts.get(line.key);
    return told?.sku === line.product.sku ? told.comes : null;
  }

  /** What it comes to now; none where only the till knows, or the engine has not answered yet. */
  amountOf(line: DraftLine): string | null {
    return this.comesTo(line)?.amount ?? (line.of === line.qty ? line.amount : null);
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

  /** Sells another product in the place of a line; where that is on a line already, there. */
  swap(key: number, to: ProductHit): void {
    const before = this.lines;
    const line = before.find((one) => one.key === key);
    if (!line) return;
    const there = before.find((one) => one.product.sku === to.sku);
    this.lines = there
      ? before
          .filter((one) => one.key !== key)
          .map((one) =>
            one === there
              ? { ...one, qty: Math.min(one.qty + line.qty, limits.pieces), amount: null }
              : one,
          )
      : before.map((one) => (one === line ? { ...one, product: to, amount: null } : one));
    this.taken = null;
    this.swapped = { before, after: this.lines, to };
    this.trouble = null;
    void this.requote();
  }

  swapBack(): void {
    const swapped = this.canSwapBack;
    if (!swapped) return;
    this.lines = swapped.before;
    this.swapped = null;
    void this.requote();
  }

  /** The last swap, while nothing else has been changed since. */
  get canSwapBack(): { before: DraftLine[]; to: ProductHit } | null {
    return this.swapped && this.swapped.after === this.lines ? this.swapped : null;
  }

  /** There is something in it that would be lost or become another's. */
  get begun(): boolean {
    return !this.recorded && (this.lines.length > 0 || this.receipt !== '');
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
    this.taken = null;
    const at = this.lines.findIndex((line) => line.product.sku === product.sku);
    if (at >= 0) {
      this.setQty(at, this.lines[at]!.qty + 1);
      return this.lines[at]!;
    }
    const line: DraftLine = { key: this.#next++, product, qty: 1, amount: null, of: 1 };
    this.lines = [...this.lines, line];
    void this.requote();
    return line;
  }

  setQty(index: number, qty: number): void {
    const line = this.lines[index];
    if (!line) return;
    if (qty <= 0) {
      this.taken = { line, index };
      this.lines = this.lines.filter((_, i) => i !== index);
    } else {
      const to = Math.min(qty, limits.pieces);
      this.lines = this.lines.with(index, { ...line, qty: to });
    }
    void this.requote();
  }

  putBack(): void {
    if (!this.taken) return;
    const { line, index } = this.taken;
    this.lines = this.lines.toSpliced(index, 0, line);
    this.taken = null;
    void this.requote();
  }

  setAmount(key: number, amount: string | null): void {
    this.lines = this.lines.map((line) =>
      line.key === key ? { ...line, amount, of: line.qty } : line,
    );
    void this.requote();
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

  /** As it was typed or scanned; what it is, the engine says. */
  setReceipt(value: string): void {
    this.receipt = value.replace(/[\p{Cc}\p{Cf}]/gu, '').trim();
    if (this.receipt) this.receiptWanted = false;
    this.trouble = null;
    void this.#enterReceipt();
  }

  /**
   * Asks what stands in the receipt field. `whole`: the clerk is done with it, so that a product's bar code goes to
   * the products.
   */
  async #enterReceipt(whole = false): Promise<void> {
    const turn = ++this.#entry;
    const text = this.receipt;
    if (text === '') {
      this.receiptTrouble = null;
      return;
    }
    try {
      const entry = await engine.receiptEntry(text);
      if (turn !== this.#entry) return;
      this.receiptTrouble = null;
      if (entry.entered === 'number') this.receipt = entry.receipt;
      else if (whole) {
        this.receipt = '';
        this.add(entry.product);
      }
    } catch (error) {
      if (turn === this.#entry) this.receiptTrouble = wordsFor(error, 'read');
    }
  }

  /** The clerk is done with the receipt field. */
  async doneReceipt(): Promise<void> {
    await this.#enterReceipt(true);
  }

  request(): SaleRequest | null {
    if (!this.target) return null;
    return {
      receipt: this.receipt,
      member: this.target,
      lines: this.#asked(),
      pay_points: this.points,
      coupons: this.coupons,
      propose: this.proposing,
      fit_points: true,
      credit: credit.request(),
    };
  }

  #asked(): LineRequest[] {
    return this.lines.map(({ product, qty, amount, of }) => ({
      sku: product.sku,
      qty,
      amount,
      ...(amount !== null && of !== qty && { amount_of: of }),
    }));
  }

  /** Asks what the lines come to, whether or not it is known for whom. */
  async #reckon(): Promise<void> {
    const turn = ++this.#reckoning;
    const { lines } = this;
    const told = lines.length ? await engine.lineAmounts(this.#asked()).catch(() => []) : [];
    if (turn !== this.#reckoning) return;
    this.#amounts = new Map(
      lines.flatMap(({ key, product }, i) =>
        told[i] ? [[key, { sku: product.sku, comes: told[i] }]] : [],
      ),
    );
    // an amount that is the list's own is none of the till's
    const listed = (line: DraftLine) => line.amount !== null && this.comesTo(line)?.till === false;
    if (this.lines === lines && lines.some(listed))
      this.lines = lines.map((line) => (listed(line) ? { ...line, amount: null } : line));
  }

  requote(): Promise<void> {
    void this.#reckon();
    this.#quoting = this.#ask();
    return this.#quoting;
  }

  async #ask(): Promise<void> {
    const turn = ++this.#turn;
    const request = this.request();
    if (!request || request.lines.length === 0 || this.unpriced) {
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
  async record(said: Said | null = null): Promise<void> {
    if (this.busy || this.recorded) return;
    this.busy = true;
    try {
      await this.#enterReceipt(true);
    } finally {
      this.busy = false;
    }
    if (!this.receipt) this.receiptWanted = true;
    const request = this.request();
    if (!request || !this.ready) return;
    this.busy = true;
    this.#turn += 1;
    this.trouble = null;
    this.possible = null;
    try {
      const whole = { ...request, ...said, propose: false, fit_points: false };
      const done = await engine.saleRecord(whole, this.parked);
      // a sale that stood already was not this one's to close
      if (this.parked && done.exists) await engine.letGo(this.parked).catch(() => {});
      this.parked = null;
      this.question.drop();
      this.recorded = { done, lines: this.lines, quote: this.quote };
      this.taken = null;
      void this.refresh();
    } catch (error) {
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
    if (this.lines.length === 0 || this.recorded || this.busy) return null;
    return {
      id: this.parked,
      instead,
      member: this.target,
      description,
      why,
      lines: this.#asked(),
      receipt: this.receipt,
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
    this.lines = taken.lines.map(({ product, qty, amount }) => ({
      key: this.#next++,
      product,
      qty,
      amount,
      of: qty,
    }));
    this.receipt = taken.receipt;
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
    this.#entry += 1;
    this.parked = null;
    this.description = '';
    this.changes = [];
    this.comer = null;
    this.receiptTrouble = null;
    this.target = null;
    this.member = null;
    this.lines = [];
    this.receipt = '';
    this.points = 0;
    this.coupons = [];
    this.proposing = true;
    this.quote = null;
    this.trouble = null;
    this.possible = null;
    this.receiptWanted = false;
    this.recorded = null;
    this.taken = null;
    credit.restore();
    this.swapped = null;
    this.question.drop();
  }
}

export const sale = new SaleDraft();
