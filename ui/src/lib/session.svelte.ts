import { engine, type ClerkCard, type DeviceStatus } from './engine.js';

let status = $state<DeviceStatus | null>(null);
let clerk = $state<ClerkCard | null>(null);
/** Grows with every change that the engine reports; screens that read it read again. */
let version = $state(0);

/** Who is at the counter, and how the counter stands with headquarters. */
export const session = {
  get status(): DeviceStatus | null {
    return status;
  },
  get clerk(): ClerkCard | null {
    return clerk;
  },
  get version(): number {
    return version;
  },
  get offline(): boolean {
    const sync = status?.sync;
    // What needs a person is said first, but the network may be away all the same.
    return sync?.kind === 'offline' || sync?.kind === 'not_enrolled' || sync?.offline_since != null;
  },
  async refresh(): Promise<void> {
    status = await engine.deviceStatus();
  },
  async signIn(clerkId: string, pin: string): Promise<void> {
    clerk = (await engine.signIn(clerkId, pin)).clerk;
  },
  async signOut(): Promise<void> {
    await engine.signOut();
    clerk = null;
  },
  /** Follows the engine; returns how to stop. */
  follow(): () => void {
    void session.refresh().catch(() => {});
    return engine.onChange(() => {
      version += 1;
      void session.refresh().catch(() => {});
    });
  },
};
