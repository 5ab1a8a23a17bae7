import { EngineError, type Approver, type SoldView, type UnderNumber } from '$lib/engine.js';
import type { Words } from '$lib/errors.js';
import { soldIn } from '../work/sold.js';

/** What the clerk says of the number, and the manager who approves it. */
export interface Said {
  number: UnderNumber;
  approver: Approver | null;
}

/** A sale stands under the number of the one in hand: what the clerk is asked. */
export class UnderNumberQuestion {
  /** The sale that stands; none = nothing is asked. */
  sold = $state.raw<SoldView | null>(null);
  /** It is of today, and has goods or member in common: a manager says what it is. */
  taken = $state(false);
  /** The answer for which a manager is asked. */
  approving = $state<Exclude<UnderNumber, 'ask'> | null>(null);
  trouble = $state.raw<Words | null>(null);

  /** Takes an error of the engine as a question; whether it is one. */
  ask(error: unknown): boolean {
    if (!(error instanceof EngineError)) return false;
    if (error.code !== 'receipt_seen' && error.code !== 'receipt_conflict') return false;
    const [sold] = soldIn(error);
    if (!sold) return false;
    this.sold = sold;
    this.taken = error.code === 'receipt_conflict';
    this.approving = null;
    this.trouble = null;
    return true;
  }

  /** A wrong PIN is said where it is typed. */
  refused(words: Words): boolean {
    if (!this.approving) return false;
    this.trouble = words;
    return true;
  }

  drop(): void {
    this.sold = null;
    this.approving = null;
    this.trouble = null;
  }
}
