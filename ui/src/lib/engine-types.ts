/** What the screens hear from the engine, in the engine's own words. */

/** An instant, milliseconds since 1970. */
export type Millis = number;
/** A decimal as text: "1138.00". */
export type Money = string;

export interface StoreCard {
  id: string;
  name: string;
}

export interface ClerkCard {
  id: string;
  name: string;
  role: string;
}

export interface Session {
  clerk: ClerkCard;
  since: Millis;
}

export type SyncKind = 'in_step' | 'sending' | 'offline' | 'attention' | 'not_enrolled';

export interface SyncState {
  kind: SyncKind;
  pending: number;
  attention: number;
  offline_since: Millis | null;
  last_contact: Millis | null;
  problem: string | null;
}

export interface DeviceStatus {
  enrolled: boolean;
  brand: string;
  /** The data is made up; the screens say so. */
  demo: boolean;
  store: StoreCard | null;
  device_name: string;
  checkout: boolean;
  members: number;
  sync: SyncState;
}

export interface SkinView {
  moisture: string;
  sensitivity: string;
  pigmentation: string;
  ageing: string;
}

export type MatchedKind = 'member_no' | 'phone' | 'tail' | 'name' | 'pinyin' | 'initials';

export interface MemberHit {
  id: string;
  no: string;
  masked_name: string;
  masked_phone: string;
  tier: string;
  tier_rank: number;
  tier_zh: string;
  tier_en: string;
  skin: SkinView | null;
  allergies: string[];
  last_purchase: Millis | null;
  home_store: StoreCard;
  matched: { kind: MatchedKind; typed: string };
}

export interface NextTier {
  name_zh: string;
  name_en: string;
  gap: Money;
  climb: number;
}

export interface TierView {
  id: string;
  rank: number;
  name_zh: string;
  name_en: string;
  next: NextTier | null;
}

export interface Expiring {
  points: number;
  date: string;
  days: number;
}

export interface PointsView {
  confirmed: number;
  as_of: Millis;
  pending_earned: number;
  pending_spent: number;
  offline_usable: number;
  set_aside_here: number;
  used_here: number;
  online_usable: number;
  debt: number;
  frozen: boolean;
  expiring: Expiring | null;
}

interface Advised {
  sku: string;
  name: string;
  size: string;
  price: Money | null;
  swatch: string;
}

export type NextStep =
  | (Advised & { kind: 'running_out'; bought: Millis; lasts_days: number; own_rhythm: boolean })
  | (Advised & { kind: 'suits'; because: string[] })
  | { kind: 'points_expire'; expiring: Expiring }
  | { kind: 'birthday_month' }
  | { kind: 'near_tier'; name_zh: string; name_en: string; gap: Money }
  | { kind: 'dormant'; days: number }
  | { kind: 'test_skin' }
  | { kind: 'no_skin_consent' };

export interface LineView {
  sku: string;
  name: string;
  size: string;
  swatch: string;
  qty: number;
  returned: number;
  amount: Money;
}

export interface ReceiptView {
  no: string;
  at: Millis;
  store: StoreCard;
  here: boolean;
  channel: string;
  lines: LineView[];
  pay: Money;
  refunded: Money;
  earned: number;
  points_paid: number;
  state: 'confirmed' | 'pending';
}

export interface MemberPage {
  id: string;
  no: string;
  masked_name: string;
  masked_phone: string;
  birthday_month: number | null;
  joined: string;
  advisor: string | null;
  home_store: StoreCard;
  tier: TierView;
  skin: SkinView | null;
  consent_skin: boolean;
  allergies: string[];
  concerns: string[];
  points: PointsView;
  next: NextStep[];
  spend_12_months: Money;
  months: number[];
  history: ReceiptView[];
}

export interface Revealed {
  name: string;
  phone: string;
  birthday: string | null;
  seconds: number;
}

export type Ability =
  | 'find_members'
  | 'sell_and_return'
  | 'redeem_within_allowance'
  | 'redeem_all'
  | 'sign_up_codes'
  | 'see_joined'
  | 'spend_pending';

export type OpState = 'waiting' | 'held' | 'confirmed' | 'set_aside';

export interface OpView {
  op_id: string;
  at: Millis;
  kind: string;
  who: string;
  member_id: string | null;
  receipt: string | null;
  pieces: number;
  what: string;
  money: Money | null;
  points: number;
  state: OpState;
  problem: string | null;
}

export interface SyncPage {
  state: SyncState;
  attention: OpView[];
  waiting: OpView[];
  confirmed: OpView[];
  confirmed_total: number;
  abilities: { can: Ability[]; cannot: Ability[] };
}
