/** What the screens need from the engine, in the engine's own words. */

export type Role = 'advisor' | 'cashier' | 'manager';

export interface Clerk {
  id: string;
  name: string;
  role: Role;
}

export type SyncKind = 'in_step' | 'sending' | 'offline' | 'attention' | 'not_enrolled';

export interface SyncState {
  kind: SyncKind;
  /** Operations on this counter that the centre has not yet acknowledged. */
  pending: number;
  /** Operations that a person must look at. */
  attention: number;
  last_contact: string | null;
  problem: string | null;
}

export interface DeviceStatus {
  enrolled: boolean;
  store_name: string;
  device_name: string;
  sync: SyncState;
}

export interface Tier {
  id: string;
  label: string;
  /** Place in the program, lowest first. */
  rank: number;
}

export interface Matched {
  kind: 'phone' | 'tail' | 'name' | 'pinyin' | 'initials' | 'member_no' | 'scan';
  typed: string;
}

export interface FindHit {
  member_id: string;
  member_no: string;
  masked_name: string;
  masked_phone: string;
  tier: Tier;
  skin: string[];
  allergies: string[];
  last_purchase: string | null;
  home_store: string;
  matched: Matched;
}

export interface MemberCard {
  member_id: string;
  member_no: string;
  masked_name: string;
  masked_phone: string;
  birthday_month: number | null;
  joined_year: number | null;
  advisor: string | null;
  tier: Tier;
  next_tier: { label: string; gap: string } | null;
  /** 0 to 1 on the way to the next tier. */
  climb: number;
}

export interface PointsView {
  confirmed: number;
  /** When the centre last told this counter. */
  as_of: string | null;
  pending_plus: number;
  pending_minus: number;
  offline_usable: number;
  frozen: boolean;
  /** Owed since a return took back more than she had. */
  debt: number;
  offline_granted: number;
  offline_spent: number;
  expiring: { points: number; date: string } | null;
}

export interface SkinView {
  consent: boolean;
  axes: string[];
  concerns: string[];
}

export interface HistoryLine {
  sku: string;
  name: string;
  qty: number;
  amount: string;
}

export interface HistoryEntry {
  receipt_no: string;
  at: string;
  store: string;
  here: boolean;
  channel: string;
  lines: HistoryLine[];
  pay: string;
  points_earned: number;
  points_spent: number;
  state: 'confirmed' | 'pending';
  returned: 'none' | 'part' | 'all';
}

export interface Suggestion {
  sku: string;
  name: string;
  size: string;
  price: string;
  swatch: string | null;
  why_title: string;
  why: string;
}

export interface MemberPage {
  card: MemberCard;
  points: PointsView;
  skin: SkinView;
  allergies: string[];
  history: HistoryEntry[];
  suggestions: Suggestion[];
}

export interface Revealed {
  name: string;
  phone: string;
}

export interface Operation {
  op_id: string;
  kind: 'sale' | 'redeem' | 'return' | 'join' | 'other';
  at: string;
  member: string | null;
  items: number | null;
  amount: string | null;
  title: string | null;
  points: number;
  state: 'waiting' | 'sending' | 'confirmed' | 'attention';
  problem: string | null;
}
