import type {
  ClerkCard,
  DeviceStatus,
  Hit,
  MemberPage,
  Revealed,
  Session,
  SyncPage,
} from './engine-types.js';

export type * from './engine-types.js';

/** What went wrong, by code; the words are chosen in `errors.ts`. */
export class EngineError extends Error {
  constructor(
    readonly code: string,
    readonly details: Record<string, unknown> = {},
  ) {
    super(code);
  }
}

export interface Engine {
  deviceStatus(): Promise<DeviceStatus>;
  clerks(): Promise<ClerkCard[]>;
  signIn(clerkId: string, pin: string): Promise<Session>;
  signOut(): Promise<void>;
  find(query: string, limit: number): Promise<Hit[]>;
  memberPage(memberId: string): Promise<MemberPage>;
  reveal(memberId: string): Promise<Revealed>;
  syncPage(): Promise<SyncPage>;
  syncNow(): Promise<void>;
  /** Something on the counter changed: read again what is shown. */
  onChange(listener: () => void): () => void;
}

const none = () => Promise.reject(new EngineError('no_engine'));

let current: Engine = {
  deviceStatus: none,
  clerks: none,
  signIn: none,
  signOut: none,
  find: none,
  memberPage: none,
  reveal: none,
  syncPage: none,
  syncNow: none,
  onChange: () => () => {},
};

/** The one door to the Rust side. Screens import this and nothing below it. */
export const engine: Engine = {
  deviceStatus: () => current.deviceStatus(),
  clerks: () => current.clerks(),
  signIn: (clerkId, pin) => current.signIn(clerkId, pin),
  signOut: () => current.signOut(),
  find: (query, limit) => current.find(query, limit),
  memberPage: (memberId) => current.memberPage(memberId),
  reveal: (memberId) => current.reveal(memberId),
  syncPage: () => current.syncPage(),
  syncNow: () => current.syncNow(),
  onChange: (listener) => current.onChange(listener),
};

/** Tests and the development fixture stand in for the Rust side. */
export function standIn(other: Engine): void {
  current = other;
}
