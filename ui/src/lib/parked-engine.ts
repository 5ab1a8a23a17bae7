import { EngineError } from './engine-error.js';
import type { Answered } from './engine-types.js';
import type { LineRequest, MemberTarget, Points } from './work-types.js';

export type ParkedList = Answered<'parked'>;
export type ParkedView = ParkedList['today'][number];
export type TakenUp = Answered<'takeUp'>;
export type BasketChange = TakenUp['changes'][number];

export interface ParkRequest {
  /** The id that it had, where it was taken up before. */
  id: string | null;
  /** The one that is taken up in its place right after. */
  instead: string | null;
  member: MemberTarget | null;
  description: string;
  why: string;
  lines: LineRequest[];
  receipt: string;
  pay_points: Points;
  coupons: string[];
  propose: boolean;
  /** Who gets the credit, where it was chosen by hand. */
  credit: { seller: string | null; second: string | null; reason: string } | null;
}

export interface ParkedEngine {
  /** What stands aside. `anew`: the page was loaded, so nobody has any in hand. */
  list(anew: boolean): Promise<ParkedList>;
  park(request: ParkRequest): Promise<ParkedList>;
  takeUp(id: string): Promise<TakenUp>;
  letGo(id: string): Promise<ParkedList>;
}

const none = () => Promise.reject(new EngineError('no_engine'));

let current: ParkedEngine = { list: none, park: none, takeUp: none, letGo: none };

/** The door to the baskets that stand aside. */
export const parkedBaskets: ParkedEngine = {
  list: (anew) => current.list(anew),
  park: (request) => current.park(request),
  takeUp: (id) => current.takeUp(id),
  letGo: (id) => current.letGo(id),
};

/** Tests and the development fixture stand in for the Rust side. */
export function standInParked(other: ParkedEngine): void {
  current = other;
}
