import { wordsFor, type Words } from '$lib/errors.js';
import { acts, type ApprovedBefore, type Approver } from '$lib/acts-engine.js';
import { work, type ProductHit, type ReturnDone } from '$lib/work-engine.js';
import { finished } from '../work/amount-text.js';
import type { Reason } from './form.svelte.js';

export interface TypedLine {
  product: ProductHit;
  qty: number;
}

/** Pieces of one line. */
const MOST = 999;

/** The return of a receipt that this counter does not know: typed by hand, approved by a manager. */
export class UnknownReturn {
  receipt = $state<string | null>(null);
  lines = $state.raw<TypedLine[]>([]);
  /** What was given back at the till, as it is typed. */
  refundText = $state('');
  reason = $state<Reason | null>(null);
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
    return this.pieces > 0 && this.refund !== null && this.reason !== null;
  }

  begin(receipt: string): void {
    this.clear();
    this.receipt = receipt;
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
        : this.lines.with(at, { ...line, qty: Math.min(qty, MOST) });
  }

  async ask(): Promise<void> {
    this.wanted = true;
    if (!this.ready) return;
    this.trouble = null;
    this.approved = await acts.approvedReturns().catch(() => null);
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
      this.done = await work.returnRecord({
        receipt: this.receipt,
        lines: this.lines.map((line) => ({ sku: line.product.sku, qty: line.qty })),
        reason: this.reason ?? 'other',
        refund: this.refund,
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
    this.wanted = false;
    this.asking = false;
    this.approved = null;
    this.trouble = null;
    this.done = null;
  }
}

export const unknown = new UnknownReturn();
