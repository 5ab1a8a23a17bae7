import { EngineError } from './engine-error.js';
import type {
  ClerkCard,
  DeviceSettings,
  DeviceStatus,
  LookedUp,
  ManageWhat,
  MemberBy,
  MemberHit,
  MemberPage,
  OpView,
  Revealed,
  Scanned,
  Session,
  StoreDevices,
  SyncPage,
} from './engine-types.js';

export type * from './engine-types.js';

export { EngineError };

export interface Engine {
  deviceStatus(): Promise<DeviceStatus>;
  clerks(): Promise<ClerkCard[]>;
  signIn(clerkId: string, pin: string): Promise<Session>;
  signOut(): Promise<void>;
  /** The screen is covered: a page that is loaded anew finds nobody signed in. */
  cover(): Promise<void>;
  /** Who has signed in, after the page was loaded anew. */
  session(): Promise<Session | null>;
  /** Registers this device with a one-time code. */
  enrol(centre: string, code: string, name: string): Promise<DeviceStatus>;
  /** Follows the centre to another address, with a manager's PIN, which is kept nowhere. */
  followCentre(manager: string, pin: string, centre: string): Promise<SyncPage>;
  /** Makes the first find as quick as the next. */
  warmUp(): Promise<void>;
  find(query: string, limit: number): Promise<MemberHit[]>;
  /** Digits that are missing where a number is being typed; 0 where it is whole, or no number. */
  digitsMissing(typed: string): Promise<number>;
  /**
   * A member of another store by a whole number; none where nobody has it. `by` says what the number is, where it may
   * be a card's and another member's phone number.
   */
  lookUp(query: string, by?: MemberBy): Promise<LookedUp | null>;
  /** What a scanned text is, as a whole: a product, a member, a receipt. */
  scanned(text: string): Promise<Scanned>;
  /** What of a member a text is that was typed whole; none while it is still being typed. */
  typedWhole(typed: string): Promise<MemberBy | null>;
  memberPage(memberId: string): Promise<MemberPage>;
  reveal(memberId: string): Promise<Revealed>;
  syncPage(): Promise<SyncPage>;
  syncNow(): Promise<SyncPage>;
  /** An operation of this counter and how it stands now; none where it recorded no such one. */
  operation(opId: string): Promise<OpView | null>;
  /** What people chose for this device. */
  deviceSettings(): Promise<DeviceSettings>;
  setDeviceSettings(settings: DeviceSettings): Promise<DeviceSettings>;
  /** The store's devices, looked at or acted on with a manager's PIN, which is kept nowhere. */
  storeDevices(manager: string, pin: string, what: ManageWhat): Promise<StoreDevices>;
  /** Something on the counter changed: read again what is shown. */
  onChange(listener: () => void): () => void;
}

const none = () => Promise.reject(new EngineError('no_engine'));

let current: Engine = {
  deviceStatus: none,
  clerks: none,
  signIn: none,
  signOut: none,
  cover: none,
  session: none,
  enrol: none,
  followCentre: none,
  warmUp: none,
  find: none,
  digitsMissing: none,
  lookUp: none,
  scanned: none,
  typedWhole: none,
  memberPage: none,
  reveal: none,
  syncPage: none,
  syncNow: none,
  operation: none,
  deviceSettings: none,
  setDeviceSettings: none,
  storeDevices: none,
  onChange: () => () => {},
};

/** The one door to the Rust side. Screens import this and nothing below it. */
export const engine: Engine = {
  deviceStatus: () => current.deviceStatus(),
  clerks: () => current.clerks(),
  signIn: (clerkId, pin) => current.signIn(clerkId, pin),
  signOut: () => current.signOut(),
  cover: () => current.cover(),
  session: () => current.session(),
  enrol: (centre, code, name) => current.enrol(centre, code, name),
  followCentre: (manager, pin, centre) => current.followCentre(manager, pin, centre),
  warmUp: () => current.warmUp(),
  find: (query, limit) => current.find(query, limit),
  digitsMissing: (typed) => current.digitsMissing(typed),
  lookUp: (query, by) => current.lookUp(query, by),
  scanned: (text) => current.scanned(text),
  typedWhole: (typed) => current.typedWhole(typed),
  memberPage: (memberId) => current.memberPage(memberId),
  reveal: (memberId) => current.reveal(memberId),
  syncPage: () => current.syncPage(),
  syncNow: () => current.syncNow(),
  operation: (opId) => current.operation(opId),
  deviceSettings: () => current.deviceSettings(),
  setDeviceSettings: (settings) => current.setDeviceSettings(settings),
  storeDevices: (manager, pin, what) => current.storeDevices(manager, pin, what),
  onChange: (listener) => current.onChange(listener),
};

/** Tests and the development fixture stand in for the Rust side. */
export function standIn(other: Engine): void {
  current = other;
}
