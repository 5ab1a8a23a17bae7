import {
  engine,
  EngineError,
  type MemberPage,
  type RedeemDone,
  type RedeemOptions,
  type RedeemWhat,
  type RewardView,
} from '$lib/engine.js';
import { wordsFor, type Words } from '$lib/errors.js';
import { finished } from '../work/amount-text.js';
import { mostPoints, stepped, toFen, fromFen, worthFen } from '../work/decimal.js';

export type Kind = 'sample' | 'product' | 'service' | 'cash';

const MOST_PIECES = 99;

export interface Redeemed {
  done: RedeemDone;
  /** None for money off. */
  reward: RewardView | null;
  qty: number;
}

/** What is being redeemed for one member: the page and the drawer show the same. */
export class RedeemForm {
  member = $state.raw<MemberPage | null>(null);
  options = $state.raw<RedeemOptions | null>(null);
  kind = $state<Kind>('sample');
  /** Nothing, until the clerk points at it. */
  chosen = $state<string | null>(null);
  qty = $state(1);
  bill = $state('');
  cashPoints = $state(0);
  busy = $state(false);
  trouble = $state.raw<Words | null>(null);
  /** Points that are possible now, where more were asked for. */
  possible = $state<number | null>(null);
  redeemed = $state.raw<Redeemed | null>(null);

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
    const now = this.options?.possible_now ?? 0;
    if (this.kind === 'cash') return this.mostCash > now;
    return (
      this.using > now || this.rewards.some((reward) => reward.status.status === 'online_only')
    );
  }

  /** The most points that may be asked for. */
  get most(): number {
    return this.askable ? Math.max(0, this.before) : (this.options?.possible_now ?? 0);
  }

  /** Whether a reward may be chosen: now, or by asking another counter for what it keeps. */
  open(reward: RewardView): boolean {
    const { status } = reward.status;
    return status === 'possible' || (status === 'online_only' && this.askable);
  }

  /** As many pieces as her points allow now. */
  get mostPieces(): number {
    const reward = this.reward;
    if (!reward || !this.options) return 1;
    const there = Math.min(MOST_PIECES, reward.stock ?? MOST_PIECES);
    return Math.max(1, Math.min(there, Math.floor(this.most / Math.max(1, reward.points))));
  }

  get billAmount(): string | null {
    const amount = finished(this.bill);
    return amount !== null && toFen(amount) > 0 ? amount : null;
  }

  get mostCash(): number {
    const { options, billAmount } = this;
    return options && billAmount ? mostPoints(billAmount, options.cash, this.most) : 0;
  }

  get worth(): string {
    return this.options
      ? fromFen(worthFen(this.cashPoints, this.options.cash.yuan_per_point))
      : '0.00';
  }

  get due(): string | null {
    return this.billAmount === null ? null : fromFen(toFen(this.billAmount) - toFen(this.worth));
  }

  /** What the points on the screen come to. */
  get using(): number {
    if (this.kind === 'cash') return this.cashPoints;
    return this.reward ? this.reward.points * this.qty : 0;
  }

  /** Confirmed and not yet spent here. */
  get before(): number {
    const points = this.options?.points;
    return points ? points.confirmed - points.pending_spent : 0;
  }

  get ready(): boolean {
    return this.using > 0 && (this.kind !== 'cash' || this.billAmount !== null);
  }

  async load(): Promise<void> {
    try {
      const [member, options] = await Promise.all([
        engine.memberPage(this.memberId),
        engine.redeemOptions(this.memberId),
      ]);
      this.member = member;
      this.options = options;
      this.qty = Math.min(this.qty, this.mostPieces);
      this.cashPoints = Math.min(this.cashPoints, this.mostCash);
    } catch (error) {
      if (!this.options) this.trouble = wordsFor(error, 'read');
    }
  }

  show(kind: Kind): void {
    if (this.redeemed) this.again();
    this.kind = kind;
    this.trouble = null;
    this.possible = null;
    if (this.reward?.kind !== kind) this.chosen = null;
  }

  choose(reward: RewardView): void {
    if (!this.open(reward)) return;
    if (this.redeemed) this.again();
    if (this.chosen !== reward.id) this.qty = 1;
    this.chosen = reward.id;
    this.trouble = null;
    this.possible = null;
  }

  setCash(to: number): void {
    if (!this.options) return;
    this.cashPoints = stepped(this.cashPoints, to, this.options.cash, this.mostCash);
    this.trouble = null;
  }

  setBill(text: string): void {
    this.bill = text;
    this.trouble = null;
    this.cashPoints = Math.min(this.cashPoints, this.mostCash);
  }

  async redeem(): Promise<void> {
    if (this.busy || !this.ready || this.redeemed) return;
    const { reward, qty, billAmount } = this;
    const what: RedeemWhat | null =
      this.kind === 'cash'
        ? billAmount === null
          ? null
          : { kind: 'cash', points: this.cashPoints, bill: billAmount }
        : reward && { kind: 'reward', id: reward.id, qty };
    if (!what) return;
    this.busy = true;
    this.trouble = null;
    this.possible = null;
    try {
      const done = await engine.redeem({ member_id: this.memberId, what });
      this.redeemed = { done, reward: what.kind === 'reward' ? reward : null, qty };
    } catch (error) {
      this.trouble = wordsFor(error, 'act');
      const possible = error instanceof EngineError ? (error.details.possible ?? null) : null;
      this.possible = possible;
    } finally {
      this.busy = false;
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
  }
}
