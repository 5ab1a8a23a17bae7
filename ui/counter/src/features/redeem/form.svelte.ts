import {
  engine,
  EngineError,
  type MemberPage,
  type PresenceGiven,
  type RedeemDone,
  type RedeemOptions,
  type RedeemQuote,
  type RedeemQuoteOf,
  type RedeemWhat,
  type RewardView,
} from '$lib/engine.js';
import { wordsFor, type Words } from '$lib/errors.js';
import { some } from '$kit/format.js';
import { PresenceQuestion } from '../presence/question.svelte.js';
import { finished } from '../work/amount-text.js';

export type Kind = 'sample' | 'product' | 'service' | 'cash';

type CashQuote = Extract<RedeemQuoteOf, { kind: 'cash' }>;

export interface Redeemed {
  done: RedeemDone;
  /** None for money off. */
  reward: RewardView | null;
  qty: number;
}

/** What is being redeemed for one member: the page and the drawer show the same. What it comes to, the engine says. */
export class RedeemForm {
  member = $state.raw<MemberPage | null>(null);
  options = $state.raw<RedeemOptions | null>(null);
  kind = $state<Kind>('sample');
  /** Nothing, until the clerk points at it. */
  chosen = $state<string | null>(null);
  qty = $state(1);
  bill = $state('');
  cashPoints = $state(0);
  /** What stands on the screen would come to. */
  quote = $state.raw<RedeemQuote | null>(null);
  busy = $state(false);
  trouble = $state.raw<Words | null>(null);
  /** Points that are possible now, where more were asked for. */
  possible = $state<number | null>(null);
  redeemed = $state.raw<Redeemed | null>(null);
  /** Whether it is she. */
  readonly presence = new PresenceQuestion();

  #turn = 0;
  /** The last quote that was asked for. */
  #quoting: Promise<void> = Promise.resolve();
  /** Taps for another step, one after the other. */
  #steps: Promise<void> = Promise.resolve();

  constructor(readonly memberId: string) {}

  get rewards(): RewardView[] {
    return this.options?.rewards.filter((reward) => reward.kind === this.kind) ?? [];
  }

  get reward(): RewardView | null {
    return this.options?.rewards.find((reward) => reward.id === this.chosen) ?? null;
  }

  /** Another counter keeps the rest: asking for it makes that one give it back. */
  get askable(): boolean {
    return this.options?.limit === 'held_elsewhere';
  }

  /** Whether what is in the way is worth a word: asking for what another counter keeps is not, until it is needed. */
  get limited(): boolean {
    if (!this.askable) return this.options?.limit != null;
    if (this.kind === 'cash') return this.cash?.most_asks ?? false;
    const asks = this.quote?.what.kind === 'reward' && this.quote.asks;
    return asks || this.rewards.some((reward) => reward.status.status === 'online_only');
  }

  /** Whether a reward may be chosen: now, or by asking another counter for what it keeps. */
  open(reward: RewardView): boolean {
    const { status } = reward.status;
    return status === 'possible' || (status === 'online_only' && this.askable);
  }

  /** As many pieces as her points allow now. */
  get mostPieces(): number {
    return this.quote?.what.kind === 'reward' ? this.quote.what.most : 1;
  }

  get billAmount(): string | null {
    const amount = finished(this.bill);
    return amount !== null && some(amount) ? amount : null;
  }

  /** What points come to on the bill. */
  get cash(): CashQuote | null {
    const what = this.quote?.what;
    return this.billAmount !== null && what?.kind === 'cash' ? what : null;
  }

  get mostCash(): number {
    return this.cash?.most ?? 0;
  }

  /** What the points on the screen come to. */
  get using(): number {
    const { quote } = this;
    if (!quote) return 0;
    const shown = this.kind === 'cash' ? this.cash !== null : this.reward !== null;
    return shown && (quote.what.kind === 'cash') === (this.kind === 'cash') ? quote.points : 0;
  }

  get ready(): boolean {
    return this.using > 0;
  }

  async load(): Promise<void> {
    try {
      const [member, options] = await Promise.all([
        engine.memberPage(this.memberId),
        engine.redeemOptions(this.memberId),
      ]);
      this.member = member;
      this.options = options;
      await this.#requote();
    } catch (error) {
      if (!this.options) this.trouble = wordsFor(error, 'read');
    }
  }

  #requote(): Promise<void> {
    this.#quoting = this.#ask();
    return this.#quoting;
  }

  async #ask(): Promise<void> {
    const turn = ++this.#turn;
    const what = this.#what();
    if (!what) {
      this.quote = null;
      return;
    }
    try {
      const quote = await engine.redeemQuote({ member_id: this.memberId, what });
      // only what was asked last is answered
      if (turn !== this.#turn) return;
      this.quote = quote;
      if (quote.what.kind === 'cash') this.cashPoints = quote.points;
      else if (this.qty > quote.what.most) this.setQty(quote.what.most);
    } catch (error) {
      if (turn !== this.#turn) return;
      this.quote = null;
      this.trouble = wordsFor(error, 'read');
    }
  }

  #what(): RedeemWhat | null {
    const { reward, qty, billAmount } = this;
    if (this.kind !== 'cash') return reward && { kind: 'reward', id: reward.id, qty };
    return billAmount === null ? null : { kind: 'cash', points: this.cashPoints, bill: billAmount };
  }

  show(kind: Kind): void {
    if (this.redeemed) this.again();
    this.kind = kind;
    this.trouble = null;
    this.possible = null;
    if (this.reward?.kind !== kind) this.chosen = null;
    void this.#requote();
  }

  choose(reward: RewardView): void {
    if (!this.open(reward)) return;
    if (this.redeemed) this.again();
    if (this.chosen !== reward.id) this.qty = 1;
    this.chosen = reward.id;
    this.trouble = null;
    this.possible = null;
    void this.#requote();
  }

  setQty(qty: number): void {
    this.qty = qty;
    void this.#requote();
  }

  setCash(to: number): void {
    this.cashPoints = to;
    this.trouble = null;
    void this.#requote();
  }

  /** One step of points less or more; the next tap goes on from where the last one led. */
  stepCash(way: 'less' | 'more'): Promise<void> {
    this.#steps = this.#steps.then(async () => {
      await this.#quoting;
      if (this.cash) this.setCash(this.cash[way]);
      await this.#quoting;
    });
    return this.#steps;
  }

  /** Takes the most points, where none are taken yet. */
  async takeMost(): Promise<void> {
    await this.#quoting;
    if (this.cashPoints === 0) this.setCash(this.mostCash);
  }

  setBill(text: string): void {
    this.bill = text;
    this.trouble = null;
    void this.#requote();
  }

  /** Redeems; with what shows that she is there, where she was asked. */
  async redeem(given: PresenceGiven | null = null): Promise<void> {
    if (this.busy || this.redeemed) return;
    this.busy = true;
    try {
      await this.#quoting;
      const what = this.#what();
      if (what && this.ready) await this.#redeem(what, given);
    } finally {
      this.busy = false;
    }
  }

  async #redeem(what: RedeemWhat, presence: PresenceGiven | null): Promise<void> {
    const { reward, qty } = this;
    this.trouble = null;
    this.possible = null;
    try {
      const done = await engine.redeem({ member_id: this.memberId, what, presence });
      this.presence.drop();
      this.redeemed = { done, reward: what.kind === 'reward' ? reward : null, qty };
    } catch (error) {
      if (this.presence.takes(error)) return;
      this.presence.drop();
      this.trouble = wordsFor(error, 'act');
      this.possible = error instanceof EngineError ? (error.details.possible ?? null) : null;
    }
    void this.load();
  }

  /** Something else for the same member; nothing is chosen for her. */
  again(): void {
    this.redeemed = null;
    this.chosen = null;
    this.qty = 1;
    this.bill = '';
    this.cashPoints = 0;
    this.quote = null;
  }
}
