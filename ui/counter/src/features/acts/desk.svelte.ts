import {
  engine,
  EngineError,
  type Act,
  type ActDone,
  type ActQuote,
  type Approver,
  type MemberActs,
} from '$lib/engine.js';
import { wordsFor, type Words } from '$lib/errors.js';

/** What is asked for: it is quoted, approved where a manager has to, and recorded. */
export interface Asking {
  act: Act;
  /** The dialog's heading. */
  title: string;
}

/** What is done to one member's account. */
export class ActsDesk {
  readonly memberId: string;
  here = $state.raw<MemberActs | null>(null);
  /** Open in the dialog. */
  asking = $state.raw<Asking | null>(null);
  quote = $state.raw<ActQuote | null>(null);
  reason = $state<string | null>(null);
  busy = $state(false);
  trouble = $state.raw<Words | null>(null);
  /** What was recorded last, for the words that say so. */
  done = $state.raw<{ act: Act; done: ActDone } | null>(null);

  #turn = 0;

  constructor(memberId: string) {
    this.memberId = memberId;
  }

  async load(): Promise<void> {
    try {
      this.here = await engine.memberActs(this.memberId);
    } catch (error) {
      if (!this.here) this.trouble = wordsFor(error, 'read');
    }
  }

  /** Opens the dialog on what the act would come to. */
  async ask(asking: Asking): Promise<void> {
    const turn = ++this.#turn;
    this.trouble = null;
    this.done = null;
    this.reason = null;
    try {
      const quote = await engine.actQuote(this.#request(asking.act));
      if (turn !== this.#turn) return;
      this.quote = quote;
      this.asking = asking;
    } catch (error) {
      if (turn === this.#turn) this.trouble = wordsFor(error, 'act');
    }
  }

  drop(): void {
    this.#turn += 1;
    this.asking = null;
    this.quote = null;
    this.trouble = null;
  }

  /** Records what the dialog shows; false where it was not. */
  async confirm(approver: Approver | null): Promise<boolean> {
    const asking = this.asking;
    if (!asking || this.busy) return false;
    const recorded = await this.#record(asking.act, approver);
    if (recorded) {
      this.asking = null;
      this.quote = null;
    }
    return recorded;
  }

  /** Records what needs no dialog. */
  async record(act: Act): Promise<boolean> {
    if (this.busy) return false;
    return this.#record(act, null);
  }

  async #record(act: Act, approver: Approver | null): Promise<boolean> {
    this.busy = true;
    this.trouble = null;
    this.done = null;
    try {
      const done = await engine.actRecord({ ...this.#request(act), approver });
      this.done = { act, done };
      return true;
    } catch (error) {
      this.trouble = wordsFor(error, 'act');
      // at midnight, or where another clerk was quicker, it needs what it did not need a moment ago
      if (this.asking && error instanceof EngineError && error.code === 'approval_needed')
        this.quote = await engine.actQuote(this.#request(act)).catch(() => this.quote);
      return false;
    } finally {
      this.busy = false;
      void this.load();
    }
  }

  #request(act: Act) {
    return {
      member_id: this.memberId,
      act,
      reason: this.reason ?? 'other',
      approver: null,
    };
  }
}
