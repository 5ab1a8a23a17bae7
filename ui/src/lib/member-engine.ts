import { EngineError } from './engine-error.js';
import type { Answered } from './engine-types.js';
import type { ProfileRequest as Wire } from './bindings.js';
import type { MemberTarget } from './work-types.js';

/** What a clerk changes; what is left out stays as it is. */
export type ProfileRequest = Partial<Wire> & { member_id: string };
export type ProfileForm = Answered<'profileForm'>;
export type ConsentView = ProfileForm['consents'][number];
export type ProfileDone = Answered<'profileChange'>;
export type Meanwhile = NonNullable<ProfileDone['meanwhile']>;
export type MemberCoupons = Answered<'memberCoupons'>;
export type OpenCoupon = MemberCoupons['open'][number];
export type UsedCoupon = MemberCoupons['used'][number];
export type PointsLedger = Answered<'pointsLedger'>;
export type LotEntry = PointsLedger['lots'][number];
export type MovementEntry = PointsLedger['movements'][number];
export type CreditForm = Answered<'saleCredit'>;
export type CreditPerson = CreditForm['people'][number];

export interface MemberEngine {
  /** Her profile in full. That it was looked at is logged. */
  form(memberId: string): Promise<ProfileForm>;
  change(request: ProfileRequest): Promise<ProfileDone>;
  coupons(memberId: string): Promise<MemberCoupons>;
  ledger(memberId: string): Promise<PointsLedger>;
  /** Who gets the credit of a sale by the shop's rule. */
  credit(member: MemberTarget): Promise<CreditForm>;
}

const none = () => Promise.reject(new EngineError('no_engine'));

let current: MemberEngine = {
  form: none,
  change: none,
  coupons: none,
  ledger: none,
  credit: none,
};

/** The door to what stands on a member's page, and to who gets the credit of a sale. */
export const her: MemberEngine = {
  form: (memberId) => current.form(memberId),
  change: (request) => current.change(request),
  coupons: (memberId) => current.coupons(memberId),
  ledger: (memberId) => current.ledger(memberId),
  credit: (member) => current.credit(member),
};

/** Tests and the development fixture stand in for the Rust side. */
export function standInMember(other: MemberEngine): void {
  current = other;
}
