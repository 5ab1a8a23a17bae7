import {
  engine,
  EngineError,
  type LineView,
  type ReturnDone,
  type ReturnForm as Opened,
  type ReturnQuote,
  type ReturnRequest,
  type SoldView,
} from '$lib/engine.js';
import { wordsFor, type Words } from '$lib/errors.js';
import { soldIn } from '../work/sold.js';
import { ReactionTold } from './reaction.svelte.js';

export const REASONS = ['shade', 'reaction', 'surplus', 'damaged', 'other'] as const;
export type Reason = (typeof REASONS)[number];

export function leftOf(line: LineView): number {
  return Math.max(0, line.qty - line.returned);
}

/** The return in hand: one, kept while the clerk looks elsewhere. */
export class ReturnDraft {
  /** What is typed as a receipt number. */
  typed = $state('');
  opened = $state.raw<Opened | null>(null);
  /** Pieces to return, by the line's place on the receipt. */
  picked = $state.raw<number[]>([]);
  reason = $state<Reason | null>(null);
  quote = $state.raw<ReturnQuote | null>(null);
  trouble = $state.raw<Words | null>(null);
  busy = $state(false);
  /** The number that was looked for and is not known here: a manager may approve its return. */
  missing = $state<string | null>(null);
  /** Sales that the number may mean: the clerk chooses. */
  choices = $state.raw<SoldView[]>([]);
  /** Confirming was tried without a reason. */
  reasonWanted = $state(false);
  done = $state.raw<ReturnDone | null>(null);
  /** What she told of a reaction, where that is why. */
  readonly reaction = new ReactionTold();

  #turn = 0;

  get pieces(): number {
    return this.picked.reduce((sum, qty) => sum + qty, 0);
  }

  /** A receipt is open and nothing of it is recorded yet. */
  get begun(): boolean {
    return this.opened !== null && this.done === null;
  }

  get left(): number {
    return this.opened?.receipt.lines.reduce((sum, line) => sum + leftOf(line), 0) ?? 0;
  }

  get everything(): boolean {
    return this.left > 0 && this.pieces === this.left;
  }

  async open(receiptNo: string, sale: string | null = null): Promise<void> {
    const wanted = receiptNo.trim();
    if (!wanted) return;
    const turn = ++this.#turn;
    this.typed = wanted;
    this.trouble = null;
    this.missing = null;
    try {
      const opened = await engine.returnOpen(wanted, sale);
      if (turn !== this.#turn) return;
      this.choices = [];
      this.opened = opened;
      this.picked = opened.receipt.lines.map(() => 0);
      this.reason = null;
      this.reaction.clear();
      this.reasonWanted = false;
      this.quote = null;
      this.done = null;
    } catch (error) {
      if (turn !== this.#turn) return;
      this.opened = null;
      this.choices = soldIn(error);
      if (this.choices.length > 0) return;
      this.trouble = wordsFor(error, 'read');
      if (error instanceof EngineError && error.code === 'receipt_unknown') this.missing = wanted;
    }
  }

  /** The receipt as it is now: somebody may have returned part of it meanwhile. */
  async refresh(): Promise<void> {
    const opened = this.opened;
    // While it is recorded and after, what was picked stays as it was.
    if (!opened || this.busy || this.done) return;
    const fresh = await engine.returnOpen(opened.receipt.no, opened.receipt.id).catch(() => null);
    if (!fresh || this.opened !== opened || this.busy || this.done) return;
    this.opened = fresh;
    this.picked = fresh.receipt.lines.map((line, i) => Math.min(this.picked[i] ?? 0, leftOf(line)));
    await this.requote();
  }

  pick(index: number, qty: number): void {
    const line = this.opened?.receipt.lines[index];
    if (!line) return;
    this.picked = this.picked.with(index, Math.max(0, Math.min(qty, leftOf(line))));
    this.trouble = null;
    void this.requote();
  }

  /** Says why. A reaction is asked about, the first time. */
  because(reason: Reason): void {
    if (reason === 'reaction' && this.reason !== reason) this.reaction.asking = true;
    this.reason = reason;
  }

  pickAll(on: boolean): void {
    this.picked = this.opened?.receipt.lines.map((line) => (on ? leftOf(line) : 0)) ?? [];
    this.trouble = null;
    void this.requote();
  }

  request(): ReturnRequest | null {
    const receipt = this.opened?.receipt;
    if (!receipt) return null;
    const lines = receipt.lines
      .map(({ sku }, i) => ({ sku, qty: this.picked[i] ?? 0, line: i + 1 }))
      .filter((line) => line.qty > 0);
    if (lines.length === 0) return null;
    return {
      receipt: receipt.no,
      sale: receipt.id,
      lines,
      reason: this.reason ?? 'other',
    };
  }

  async requote(): Promise<void> {
    const turn = ++this.#turn;
    const request = this.request();
    if (!request) {
      this.quote = null;
      return;
    }
    try {
      const quote = await engine.returnQuote(request);
      if (turn === this.#turn) this.quote = quote;
    } catch (error) {
      if (turn !== this.#turn) return;
      this.quote = null;
      this.trouble = wordsFor(error, 'act');
    }
  }

  async record(): Promise<void> {
    const request = this.request();
    if (!request || this.busy || this.done) return;
    if (!this.reason) {
      this.reasonWanted = true;
      return;
    }
    this.busy = true;
    this.#turn += 1;
    this.trouble = null;
    let stale = false;
    try {
      const reaction = this.reason === 'reaction' ? this.reaction.told : null;
      this.done = await engine.returnRecord({ ...request, reaction });
    } catch (error) {
      this.trouble = wordsFor(error, 'act');
      stale = error instanceof EngineError && error.code === 'over_returned';
    } finally {
      this.busy = false;
    }
    if (stale) void this.refresh();
  }

  clear(): void {
    this.#turn += 1;
    this.typed = '';
    this.opened = null;
    this.picked = [];
    this.reason = null;
    this.reaction.clear();
    this.reasonWanted = false;
    this.quote = null;
    this.trouble = null;
    this.missing = null;
    this.choices = [];
    this.done = null;
  }
}

export const giveBack = new ReturnDraft();
