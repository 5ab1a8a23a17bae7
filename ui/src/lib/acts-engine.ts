import { EngineError } from './engine-error.js';
import type { Answered } from './engine-types.js';
import type { ActRequest } from './bindings.js';

export type { Act, ActRequest, Approver } from './bindings.js';

export type MemberActs = Answered<'memberActs'>;
export type BehaviourView = MemberActs['behaviours'][number];
export type RedemptionView = MemberActs['redemptions'][number];
export type ActQuote = Answered<'actQuote'>;
export type ApprovedBefore = ActQuote['approved'];
export type ActDone = Answered<'actRecord'>;
export type Managers = Answered<'managers'>;

export interface ActsEngine {
  /** What may be done to a member's account here, and her redemptions. */
  member(memberId: string): Promise<MemberActs>;
  quote(request: ActRequest): Promise<ActQuote>;
  record(request: ActRequest): Promise<ActDone>;
  /** Who may approve. */
  managers(): Promise<Managers>;
  /** How often returns of unknown receipts were approved here this month. */
  approvedReturns(): Promise<ApprovedBefore>;
}

const none = () => Promise.reject(new EngineError('no_engine'));

let current: ActsEngine = {
  member: none,
  quote: none,
  record: none,
  managers: none,
  approvedReturns: none,
};

/** The door to what is done to a member's account, and what a manager approves. */
export const acts: ActsEngine = {
  member: (memberId) => current.member(memberId),
  quote: (request) => current.quote(request),
  record: (request) => current.record(request),
  managers: () => current.managers(),
  approvedReturns: () => current.approvedReturns(),
};

/** Tests and the development fixture stand in for the Rust side. */
export function standInActs(other: ActsEngine): void {
  current = other;
}
