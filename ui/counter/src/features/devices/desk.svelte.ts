import {
  engine,
  EngineError,
  type ClerkCard,
  type DeviceCard,
  type ManageWhat,
  type StoreDevices,
} from '$lib/engine.js';
import { wordsFor, type Words } from '$lib/errors.js';
import { m } from '$kit/m.js';

/** What the manager is asked to agree to. */
export type Ask = ManageWhat['do'];

/**
 * The manager's page: what she saw last, what is being asked, what came of it. Her PIN goes to
 * headquarters with each question and is kept nowhere.
 */
export class Desk {
  managers = $state.raw<ClerkCard[] | null>(null);
  manager = $state.raw<ClerkCard | null>(null);
  seen = $state.raw<StoreDevices | null>(null);
  at = $state(0);
  /** The device that is looked at, by id. */
  chosen = $state<string | null>(null);
  /** Exceptions that she has looked at, by id. */
  ticked = $state.raw<string[]>([]);
  /** Sales that she answers for, by id. */
  vouched = $state.raw<string[]>([]);
  /** Whose sign-ups are looked at: their place in the list. */
  signUps = $state<number | null>(null);
  /** Members who may be one and are looked at: their place in the list. */
  pair = $state<number | null>(null);
  /** A merge that is looked at, by id. */
  merge = $state<string | null>(null);
  /** What stands out and is looked at: its place in the list. */
  finding = $state<number | null>(null);
  /** What waits for her PIN. */
  asking = $state.raw<ManageWhat | null>({ do: 'look' });
  busy = $state(false);
  trouble = $state.raw<Words | null>(null);
  /** What was done last. */
  done = $state.raw<{ what: Ask; device: string } | null>(null);

  get device(): DeviceCard | null {
    return this.seen?.devices.find((one) => one.id === this.chosen) ?? null;
  }

  /** The managers of this store; the one who has signed in comes first. */
  async load(signedIn: ClerkCard | null): Promise<void> {
    const clerks = await engine.clerks().catch(() => []);
    this.managers = clerks.filter((one) => one.role === 'manager');
    const still = this.managers.find((one) => one.id === this.manager?.id);
    this.manager =
      still ?? this.managers.find((one) => one.id === signedIn?.id) ?? this.managers[0] ?? null;
  }

  choose(id: string): void {
    this.chosen = id;
    this.drop();
    this.done = null;
  }

  tick(id: string): void {
    this.ticked = this.ticked.includes(id)
      ? this.ticked.filter((one) => one !== id)
      : [...this.ticked, id];
    this.drop();
    this.done = null;
  }

  vouch(id: string): void {
    this.vouched = this.vouched.includes(id)
      ? this.vouched.filter((one) => one !== id)
      : [...this.vouched, id];
    this.drop();
    this.done = null;
  }

  lookAt(signUps: number): void {
    this.signUps = this.signUps === signUps ? null : signUps;
    this.drop();
    this.done = null;
  }

  lookAtPair(pair: number): void {
    this.pair = this.pair === pair ? null : pair;
    this.merge = null;
    this.drop();
    this.done = null;
  }

  lookAtMerge(merge: string): void {
    this.merge = this.merge === merge ? null : merge;
    this.pair = null;
    this.drop();
    this.done = null;
  }

  tickAll(): void {
    const all = this.seen?.exceptions.map((one) => one.id) ?? [];
    this.ticked = this.ticked.length === all.length ? [] : all;
  }

  ask(what: ManageWhat): void {
    this.asking = what;
    this.trouble = null;
    this.done = null;
  }

  /** Not now: nothing was done. The first look is always asked for. */
  drop(): void {
    this.asking = this.seen ? null : { do: 'look' };
    this.trouble = null;
  }

  /** Her PIN is the approval. */
  async approve(pin: string): Promise<void> {
    const what = this.asking;
    if (!what || !this.manager || this.busy) return;
    this.busy = true;
    this.trouble = null;
    try {
      this.seen = await engine.storeDevices(this.manager.id, pin, what);
      this.at = Date.now();
      this.asking = null;
      const ids = new Set(this.seen.exceptions.map((one) => one.id));
      this.ticked = this.ticked.filter((id) => ids.has(id));
      const waiting = new Set(this.seen.waiting.map((one) => one.sale));
      this.vouched = this.vouched.filter((id) => waiting.has(id));
      this.finding = null;
      this.signUps = null;
      this.pair = null;
      this.merge = null;
      this.done = what.do === 'look' ? null : { what: what.do, device: this.chosen ?? '' };
      if (!this.device) this.chosen = first(this.seen.devices)?.id ?? null;
    } catch (error) {
      this.trouble = words(error);
    } finally {
      this.busy = false;
    }
  }
}

/** What needs the manager comes first. */
const ORDER = ['quarantined', 'in_doubt', 'unknown', 'written_off', 'good', 'revoked'];

export function sorted(devices: DeviceCard[]): DeviceCard[] {
  const place = (one: DeviceCard) => ORDER.indexOf(one.standing);
  return devices.toSorted((a, b) => place(a) - place(b));
}

/** The one to be looked at first: only where something is to be done. */
function first(devices: DeviceCard[]): DeviceCard | undefined {
  const one = sorted(devices)[0];
  return one?.standing === 'quarantined' || one?.standing === 'in_doubt' ? one : undefined;
}

/** To headquarters it is one thing: not a manager of this store by that PIN. */
function words(error: unknown): Words {
  if (error instanceof EngineError && error.code === 'not_authenticated')
    return { title: m.approve_wrong(), detail: m.approve_wrong_detail(), code: '' };
  if (error instanceof EngineError && error.code === 'offline')
    return { title: m.approve_offline(), detail: m.approve_offline_detail(), code: 'C-301' };
  return wordsFor(error, 'act');
}
