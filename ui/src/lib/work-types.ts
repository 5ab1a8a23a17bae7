import type { AllergyCheck, Reaction_Serialize } from './bindings.js';
import type { MemberPage, Money, PointsView, ReceiptView } from './engine-types.js';

/** What the work screens ask of the engine and hear from it, in the engine's own words. */
export type Points = number;

export type MemberTarget =
  { by: 'member'; id: string } | { by: 'phone'; phone: string } | { by: 'code'; code: string };

export interface LineRequest {
  sku: string;
  qty: number;
  amount: Money | null;
}

export interface SaleRequest {
  receipt: string;
  member: MemberTarget;
  lines: LineRequest[];
  pay_points: Points;
  coupons: string[];
  /** For a quote: the best coupons in place of those named. */
  propose: boolean;
  /** Who gets the credit; none = as the shop's rule has it. */
  credit?: { seller: string | null; second: string | null; reason: string } | null;
  /** Where she was asked about the number. */
  number?: UnderNumber;
  approver?: { manager: string; pin: string } | null;
}

export type ReceiptEntry =
  { entered: 'number'; receipt: string } | { entered: 'product'; product: ProductHit };

export type Benefit =
  | { kind: 'amount_off'; threshold: Money; amount: Money }
  | { kind: 'percent_off'; percent: string; threshold: Money; cap?: Money | null }
  | { kind: 'factor'; factor: string; threshold: Money }
  | { kind: 'gift'; gift: string; threshold: Money };

export interface CouponView {
  id: string;
  benefit: Benefit;
  /** What is handed over, in words. */
  gift: { name: string; name_en: string; size: string } | null;
  categories: string[];
  skus: string[];
  stacks: boolean;
  expires: string | null;
  place: 'here' | 'free' | 'elsewhere';
}

export interface CouponChoice {
  coupon: CouponView;
  chosen: boolean;
  off: Money;
  points: Points;
  /** Why the rules refuse it on this basket. */
  refusal: string | null;
  missing: Money | null;
  /** Why it cannot be used on this counter now. */
  barred: string | null;
  /** What choosing it comes to. */
  with: string[];
  with_off: Money;
  with_points: Points;
}

export interface TierName {
  id: string;
  rank: number;
  name_zh: string;
  name_en: string;
}

export interface LineQuote {
  sku: string;
  name: string;
  size: string;
  swatch: string;
  qty: number;
  price: Money | null;
  amount: Money;
  off: Money;
  allergens: string[];
  allergy: AllergyCheck;
  swap: ProductHit | null;
}

export interface SaleQuote {
  lines: LineQuote[];
  pieces: number;
  total: Money;
  before_coupons: Money;
  coupons_off: Money;
  coupons: CouponChoice[];
  chosen: string[];
  best: boolean;
  tier_up: TierName | null;
  points_worth: Money;
  pay: Money;
  earned: Points;
  max_points: Points;
  max_points_offline: Points;
  step: Points;
  minimum: Points;
  balance_after: Points | null;
  points_refused: string | null;
}

export interface SaleDone {
  op_id: string;
  receipt: string;
  pay: Money;
  earned: Points;
  spent: Points;
  exists: boolean;
  credited_later: boolean;
}

export interface ProductHit {
  sku: string;
  barcode: string | null;
  name: string;
  name_en: string;
  size: string;
  price: Money | null;
  swatch: string;
  allergens: string[];
  allergy: AllergyCheck;
}

export interface CashTerms {
  yuan_per_point: string;
  minimum: Points;
  step: Points;
  max_share: string;
}

export type RewardStatus =
  | { status: 'possible' }
  | { status: 'out_of_stock' }
  | { status: 'online_only'; more: Points }
  | { status: 'not_enough'; more: Points }
  | { status: 'tier'; name_zh: string; name_en: string };

export interface RewardView {
  id: string;
  name: string;
  name_en: string;
  size: string;
  kind: string;
  points: Points;
  swatch: string;
  allergens: string[];
  allergy: AllergyCheck;
  stock: number | null;
  status: RewardStatus;
}

export interface RedeemOptions {
  points: PointsView;
  online: boolean;
  possible_now: Points;
  /** Why that is less than she has, where it is. */
  limit: string | null;
  rewards: RewardView[];
  cash: CashTerms;
}

export type RedeemWhat =
  { kind: 'reward'; id: string; qty: number } | { kind: 'cash'; points: Points; bill: Money };

export interface RedeemRequest {
  member_id: string;
  what: RedeemWhat;
}

export interface RedeemDone {
  op_id: string;
  points: Points;
  worth: Money | null;
  balance_after: Points;
  offline_usable: Points;
}

export interface ReturnForm {
  receipt: ReceiptView;
  member: MemberPage | null;
  sold_by: { id: string; name: string; role: string } | null;
}

export interface ReturnLineRequest {
  sku: string;
  qty: number;
  /** Its place on the receipt, from 1. */
  line?: number | null;
}

/** A sale that stands under a number. */
export interface SoldView {
  id: string;
  no: string;
  at: number;
  date: string;
  today: boolean;
  store: { id: string; name: string };
  here: boolean;
  who: string;
  goods: string;
  pay: Money;
  refunded: Money;
}

/** What the clerk says of a number under which a sale stands. */
export type UnderNumber = 'ask' | 'new_sale' | 'corrects';

/** What a customer told of a reaction to the goods. */
export type Reaction = Reaction_Serialize;

export interface ReturnRequest {
  receipt: string;
  /** Which sale of that number. */
  sale?: string | null;
  /** The store that sold, and the business day, YYYY-MM-DD; none = this one, any. */
  store?: string | null;
  date?: string | null;
  lines: ReturnLineRequest[];
  reason: string;
  /** For a receipt that this counter does not know: what was given back, and who approves. */
  refund?: Money | null;
  approver?: { manager: string; pin: string } | null;
  reaction?: Reaction | null;
}

export interface ReturnQuote {
  value: Money;
  given_back_to: { points: Points; date: string | null }[];
  debt_after: Points;
  tier_before: TierName | null;
  tier_after: TierName | null;
  coupons_back: CouponView[];
  coupons_kept: CouponView[];
  refund: Money;
  given_back: Points;
  taken_back: Points;
  balance_before: Points | null;
  balance_after: Points | null;
  checked_later: boolean;
}

export interface ReturnDone {
  op_id: string;
  receipt: string;
  refund: Money;
  given_back: Points;
  taken_back: Points;
  unknown_receipt?: boolean;
  exists?: boolean;
}

export interface JoinCode {
  id: string;
  /** The code itself, as the address has it. */
  code: string;
  url: string;
  svg: string;
  issued: number;
  valid_until: number;
  welcome_gift: string;
  welcome_gift_en: string;
}

export interface Joined {
  member_id: string;
  masked_name: string;
  masked_phone: string;
}

export type {
  FilledIn,
  FillIn,
  InvitedView,
  InviteSlip,
  NumberTold,
  Title,
  ToAgree,
} from './bindings.js';
