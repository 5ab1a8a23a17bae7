import {
  engine,
  limits,
  type LineAmount,
  type LineRequest,
  type ProductHit,
  type TakenUp,
} from '$lib/engine.js';

export interface DraftLine {
  key: number;
  product: ProductHit;
  qty: number;
  /** The till's amount for the line; none = price times pieces. */
  amount: string | null;
  /** How many pieces that amount was for: the till's rate is the best guess for another number. */
  of: number;
}

/** Only the till knows what it comes to. */
export const isUnpriced = (line: DraftLine): boolean =>
  line.amount === null && line.product.price === null;

/** The lines of a sale: products, pieces, amounts, and what each comes to. Each change is told to the sale. */
export class Basket {
  lines = $state.raw<DraftLine[]>([]);
  /** A line taken off a moment ago, to be put back. */
  taken = $state.raw<{ line: DraftLine; index: number } | null>(null);
  /** The lines as they were before the last swap, and after it. */
  swapped = $state.raw<{ before: DraftLine[]; after: DraftLine[]; to: ProductHit } | null>(null);

  #amounts = $state.raw(new Map<number, { sku: string; comes: LineAmount }>());
  #reckoning = 0;
  #next = 1;
  #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get pieces(): number {
    return this.lines.reduce((sum, line) => sum + line.qty, 0);
  }

  /** A line whose amount only the till knows. */
  get unpriced(): DraftLine | undefined {
    return this.lines.find(isUnpriced);
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
    this.#changed();
  }

  swapBack(): void {
    const swapped = this.canSwapBack;
    if (!swapped) return;
    this.lines = swapped.before;
    this.swapped = null;
    this.#changed();
  }

  /** The last swap, while nothing else has been changed since. */
  get canSwapBack(): { before: DraftLine[]; to: ProductHit } | null {
    return this.swapped && this.swapped.after === this.lines ? this.swapped : null;
  }

  add(product: ProductHit): DraftLine {
    this.taken = null;
    const at = this.lines.findIndex((line) => line.product.sku === product.sku);
    if (at >= 0) {
      this.setQty(at, this.lines[at]!.qty + 1);
      return this.lines[at]!;
    }
    const line: DraftLine = { key: this.#next++, product, qty: 1, amount: null, of: 1 };
    this.lines = [...this.lines, line];
    this.#changed();
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
    this.#changed();
  }

  putBack(): void {
    if (!this.taken) return;
    const { line, index } = this.taken;
    this.lines = this.lines.toSpliced(index, 0, line);
    this.taken = null;
    this.#changed();
  }

  setAmount(key: number, amount: string | null): void {
    this.lines = this.lines.map((line) =>
      line.key === key ? { ...line, amount, of: line.qty } : line,
    );
    this.#changed();
  }

  /** Takes up the lines of a basket that stood aside. */
  goOn(lines: TakenUp['lines']): void {
    this.lines = lines.map(({ product, qty, amount }) => ({
      key: this.#next++,
      product,
      qty,
      amount,
      of: qty,
    }));
  }

  clear(): void {
    this.lines = [];
    this.taken = null;
    this.swapped = null;
  }

  asked(): LineRequest[] {
    return this.lines.map(({ product, qty, amount, of }) => ({
      sku: product.sku,
      qty,
      amount,
      ...(amount !== null && of !== qty && { amount_of: of }),
    }));
  }

  /** Asks what the lines come to, whether or not it is known for whom. */
  async reckon(): Promise<void> {
    const turn = ++this.#reckoning;
    const { lines } = this;
    const told = lines.length ? await engine.lineAmounts(this.asked()).catch(() => []) : [];
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
}
