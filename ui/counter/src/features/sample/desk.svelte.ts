import { engine, limits, type SampleOption, type SampleOptions } from '$lib/engine.js';
import { wordsFor, type Words } from '$lib/errors.js';
import { settle } from '$kit/tap.js';
import { piecesWords } from './words.js';

/** What a clerk is about to hand to one member. */
export class SampleDesk {
  readonly memberId: string;
  options = $state.raw<SampleOptions | null>(null);
  typed = $state('');
  chosen = $state.raw<SampleOption | null>(null);
  qty = $state(1);
  /** Why, where the clerk said it. */
  said = $state<string | null>(null);
  busy = $state(false);
  trouble = $state.raw<Words | null>(null);
  /** What was given last. */
  done = $state.raw<{ what: string; opId: string } | null>(null);

  #turn = 0;

  constructor(memberId: string) {
    this.memberId = memberId;
  }

  get reason(): string {
    return this.said ?? this.options?.reason ?? 'other';
  }

  get most(): number {
    return Math.min(limits.reward_pieces, this.chosen?.stock ?? limits.reward_pieces);
  }

  get words(): string {
    return this.chosen ? piecesWords(this.chosen, this.qty) : '';
  }

  async load(): Promise<void> {
    const turn = ++this.#turn;
    try {
      const options = await engine.sampleOptions(this.memberId, this.typed);
      if (turn !== this.#turn) return;
      this.options = options;
      const chosen = this.chosen && options.samples.find((one) => same(one, this.chosen!));
      // what was typed may leave the chosen one out of the list: it stays chosen
      if (chosen) this.#hold(chosen);
    } catch (error) {
      if (turn === this.#turn) this.trouble = wordsFor(error, 'read');
    }
  }

  type(text: string): void {
    this.typed = text;
    void this.load();
  }

  choose(one: SampleOption): void {
    if (one.stock === 0) return;
    if (!this.isChosen(one)) this.qty = 1;
    this.#hold(one);
    this.done = null;
    this.trouble = null;
  }

  /** Keeps it chosen as it is now: the last piece may have gone meanwhile. */
  #hold(one: SampleOption): void {
    this.chosen = one.stock === 0 ? null : one;
    this.qty = Math.max(1, Math.min(this.qty, this.most));
  }

  isChosen(one: SampleOption): boolean {
    return this.chosen !== null && same(one, this.chosen);
  }

  /** The drawer was closed: the next time begins anew. */
  leave(): void {
    this.#turn += 1;
    this.chosen = null;
    this.qty = 1;
    this.said = null;
    this.typed = '';
    this.trouble = null;
    this.done = null;
  }

  async give(): Promise<void> {
    const { chosen, words, qty, reason } = this;
    if (!chosen || this.busy) return;
    this.busy = true;
    this.trouble = null;
    try {
      const request = { member_id: this.memberId, what: chosen.what, qty, reason };
      const done = await engine.sampleGive(request);
      settle();
      this.done = { what: words, opId: done.op_id };
      this.chosen = null;
      this.qty = 1;
      this.typed = '';
    } catch (error) {
      this.trouble = wordsFor(error, 'act');
    } finally {
      this.busy = false;
      void this.load();
    }
  }
}

/** The same thing to give: by its number, not by the answer that it came in. */
function same(a: SampleOption, b: SampleOption): boolean {
  const number = ({ what }: SampleOption) =>
    what.kind === 'reward' ? `reward/${what.id}` : `product/${what.sku}`;
  return number(a) === number(b);
}

/** A name for what is offered that stays the same. */
export function keyOf({ what }: SampleOption): string {
  return what.kind === 'reward' ? what.id : what.sku;
}
