import { dayHalf, dayText } from '$kit/day-parts.js';
import { wordsFor, type Words } from '$lib/errors.js';
import {
  engine,
  limits,
  type ApprovedBefore,
  type Approver,
  type ProductHit,
  type ReturnDone,
  type StoreCard,
} from '$lib/engine.js';
import { finished } from '../work/amount-text.js';
import type { Reason } from './form.svelte.js';
import { ReactionTold } from './reaction.svelte.js';

export interface TypedLine {
  product: ProductHit;
  qty: number;
}

/** The return of a receipt that this counter does not know: typed by hand, approved by a manager. */
export class UnknownReturn {
  receipt = $state<string | null>(null);
  lines = $state.raw<TypedLine[]>([]);
  /** What was given back at the till, as it is typed. */
  refundText = $state('');
  reason = $state<Reason | null>(null);
  /** What she told of a reaction, where that is why. */
  readonly reaction = new ReactionTold();
  /** The brand's stores, this one first. */
  stores = $state.raw<StoreCard[]>([]);
  /** The store that the paper is of; empty = this one. */
  store = $state('');
  /** The day on the paper; empty = not known. */
  year = $state('');
  month = $state('');
  day = $state('');
  /** Confirming was tried before all of it was there. */
  wanted = $state(false);
  /** The manager is asked. */
  asking = $state(false);
  approved = $state.raw<ApprovedBefore | null>(null);
  trouble = $state.raw<Words | null>(null);
  busy = $state(false);
  done = $state.raw<ReturnDone | null>(null);

  get pieces(): number {
    return this.lines.reduce((sum, line) => sum + line.qty, 0);
  }

  get refund(): string | null {
    return finished(this.refundText);
  }

  get ready(): boolean {
    const whole = this.refund !== null && this.reason !== null && !this.dateHalf;
    return this.pieces > 0 && whole;
  }

  /** YYYY-MM-DD; null where no day is said. Whether there is such a day is the engine's to say. */
  get date(): string | null {
    return this.year.trim() ? dayText(this) || null : null;
  }

  /** Some of the day is said, and not all of it. */
  get dateHalf(): boolean {
    return this.date === null && (dayText(this) !== '' || dayHalf(this));
  }

  /** Name of the store that the paper is of. */
  get storeName(): string {
    const said = this.stores.find((one) => one.id === this.store) ?? this.stores[0];
    return said?.name ?? '';
  }

  /** Says why. A reaction is asked about, the first time. */
  because(reason: Reason): void {
    if (reason === 'reaction' && this.reason !== reason) this.reaction.asking = true;
    this.reason = reason;
  }

  begin(receipt: string): void {
    this.clear();
    this.receipt = receipt;
    // without them the paper is of this store, as far as can be said
    void engine.stores().then(
      (stores) => (this.stores = stores),
      () => (this.stores = []),
    );
  }

  add(product: ProductHit): void {
    const at = this.lines.findIndex((line) => line.product.sku === product.sku);
    const line = this.lines[at];
    this.trouble = null;
    if (line) this.count(at, line.qty + 1);
    else this.lines = [...this.lines, { product, qty: 1 }];
  }

  count(at: number, qty: number): void {
    const line = this.lines[at];
    if (!line) return;
    this.lines =
      qty < 1
        ? this.lines.filter((_, i) => i !== at)
        : this.lines.with(at, { ...line, qty: Math.min(qty, limits.pieces) });
  }

  async ask(): Promise<void> {
    this.wanted = true;
    if (!this.ready) return;
    this.trouble = null;
    this.approved = await engine.approvedReturns().catch(() => null);
    this.asking = true;
  }

  drop(): void {
    this.asking = false;
    this.trouble = null;
  }

  async approve(approver: Approver): Promise<void> {
    if (this.busy || !this.receipt || this.done) return;
    this.busy = true;
    this.trouble = null;
    try {
      this.done = await engine.returnRecord({
        receipt: this.receipt,
        lines: this.lines.map((line) => ({ sku: line.product.sku, qty: line.qty })),
        reason: this.reason ?? 'other',
        refund: this.refund,
        store: this.store || null,
        date: this.date,
        reaction: this.reason === 'reaction' ? this.reaction.told : null,
        approver,
      });
      this.asking = false;
    } catch (error) {
      this.trouble = wordsFor(error, 'act');
    } finally {
      this.busy = false;
    }
  }

  clear(): void {
    this.receipt = null;
    this.lines = [];
    this.refundText = '';
    this.reason = null;
    this.reaction.clear();
    this.store = '';
    this.year = '';
    this.month = '';
    this.day = '';
    this.wanted = false;
    this.asking = false;
    this.approved = null;
    this.trouble = null;
    this.done = null;
  }
}

export const unknown = new UnknownReturn();
