import { concerns, tell } from './changes.svelte.js';
import { engine, EngineError, onChange, type ClerkCard, type DeviceStatus } from './engine.js';

/** What the counter's own status is made of. */
const STATUS = { members: true, catalogue: true, operations: true, sync: true };

let status = $state<DeviceStatus | null>(null);
let clerk = $state<ClerkCard | null>(null);
/** Why the engine does not answer at all. */
let trouble = $state.raw<unknown>(null);

let covered = $state(false);
/** Members are locked away, and somebody goes on to record sales. */
let sellsOn = $state(false);

/** What stands before everything else, until somebody does something about it. */
export type Gate = 'passphrase' | 'passphrase_choose' | 'keychain' | 'closed' | 'locked';

/** Why the engine does not open, where a person can open it. */
const KEYS: Record<string, Gate | undefined> = {
  passphrase_needed: 'passphrase',
  passphrase_choose: 'passphrase_choose',
  keychain_locked: 'keychain',
};
/** Who was signed in until headquarters stopped the account, or gave it another PIN. */
let stopped = $state<string | null>(null);

/** Whether clerks may have changed. */
const STAFF = { catalogue: true };

/** Who is at the counter, and how the counter stands with headquarters. */
export const session = {
  get status(): DeviceStatus | null {
    return status;
  },
  get clerk(): ClerkCard | null {
    return clerk;
  },
  /** Nobody has touched the counter for a while: the screen is covered until the clerk's PIN. */
  get covered(): boolean {
    return covered;
  },
  /** The name of whoever is stopped; until somebody signs in. */
  get stopped(): string | null {
    return stopped;
  },
  get trouble(): unknown {
    return status ? null : trouble;
  },
  get gate(): Gate | null {
    if (!status) return (trouble instanceof EngineError && KEYS[trouble.code]) || null;
    if (status.sync.standing === 'revoked') return 'closed';
    return session.locked && !sellsOn ? 'locked' : null;
  },
  /** The counter was silent for too long: it shows no members. */
  get locked(): boolean {
    return status?.locked_since != null;
  },
  /** Sales are recorded while members are locked away, or not any more. */
  sellOn(on: boolean): void {
    sellsOn = on;
  },
  /** Opens the counter's files by a manager's passphrase; an empty one asks the keychain again. */
  async openBy(passphrase: string): Promise<void> {
    status = await engine.openByPassphrase(passphrase);
  },
  /** Opens a counter that was silent for too long, by a code. */
  async unlock(code: string): Promise<void> {
    status = await engine.unlock(code);
    sellsOn = false;
  },
  get offline(): boolean {
    const sync = status?.sync;
    // What needs a person is said first, but the network may be away all the same.
    return sync?.kind === 'offline' || sync?.kind === 'not_enrolled' || sync?.offline_since != null;
  },
  async refresh(): Promise<void> {
    status = await engine.deviceStatus();
  },
  /** Registers this device; the counter has its members and clerks when it answers. */
  async enrol(centre: string, code: string, name: string): Promise<void> {
    status = await engine.enrol(centre, code, name);
  },
  async signIn(clerkId: string, pin: string): Promise<void> {
    clerk = (await engine.signIn(clerkId, pin)).clerk;
    covered = false;
    stopped = null;
  },
  async signOut(): Promise<void> {
    await engine.signOut();
    clerk = null;
    covered = false;
  },
  /** Covers the screen; the page loaded anew would ask who is there. */
  async cover(): Promise<void> {
    if (!clerk) return;
    covered = true;
    await engine.cover().catch(() => {});
  },
  /** Whether whoever is signed in still may: asked when clerks have changed. What is in hand stays for the next one. */
  async ask(): Promise<void> {
    // under the curtain the PIN is asked for anyway
    if (!clerk || covered) return;
    const asked = clerk;
    const found = await engine.session();
    if (found || covered || clerk !== asked) return;
    clerk = null;
    stopped = asked.name;
  },
  /** Follows the engine; returns how to stop. */
  follow(): () => void {
    void session.refresh().catch((error: unknown) => (trouble = error));
    // The page may have been loaded anew under a clerk who is signed in.
    void engine.session().then(
      (found) => (clerk ??= found?.clerk ?? null),
      () => {},
    );
    void engine.warmUp().catch(() => {});
    return onChange((changed) => {
      tell(changed);
      if (concerns(STATUS, changed)) void session.refresh().catch(() => {});
      if (concerns(STAFF, changed)) void session.ask().catch(() => {});
    });
  },
};
