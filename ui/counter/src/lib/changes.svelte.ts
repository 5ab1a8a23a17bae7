import { untrack } from 'svelte';
import type { Changed } from './engine.js';

/** What a screen shows: of whom, and what else than members. */
export interface Shown {
  /** Of this member; of nobody where it is null. */
  member?: string | null;
  /** Of whoever. */
  members?: boolean;
  /** What is sold and given, the rules, the stores, who works here. */
  catalogue?: boolean;
  /** Operations of this counter, and how they stand. */
  operations?: boolean;
  /** How the counter stands with headquarters. */
  sync?: boolean;
  /** Baskets that stand aside. */
  parked?: boolean;
  /** How this device is set. */
  settings?: boolean;
}

const TOPICS = ['catalogue', 'operations', 'sync', 'parked', 'settings'] as const;

const readers = new Set<(changed: Changed) => void>();

/** Whether something of what a screen shows is among what changed. */
export function concerns(shown: Shown, { members, ...changed }: Changed): boolean {
  if (TOPICS.some((topic) => shown[topic] && changed[topic])) return true;
  if (members.which === 'none') return false;
  if (shown.members) return true;
  if (shown.member == null) return false;
  return members.which === 'all' || members.ids.includes(shown.member);
}

/** Tells every screen that shows something of it. */
export function tell(changed: Changed): void {
  for (const reader of [...readers]) reader(changed);
}

/**
 * For a component: reads again when something of what it shows changed. `shown` is asked anew where what it is about
 * changes; null shows nothing.
 */
export function whenChanged(shown: () => Shown | null, read: () => void): void {
  $effect(() => {
    const now = shown();
    return now ? follow(now, read) : undefined;
  });
}

/** As {@link whenChanged}, and reads at once, and where what it is about changes. */
export function reading(shown: () => Shown | null, read: () => void): void {
  $effect(() => {
    const now = shown();
    if (!now) return;
    untrack(read);
    return follow(now, read);
  });
}

function follow(shown: Shown, read: () => void): () => void {
  const reader = (changed: Changed) => {
    if (concerns(shown, changed)) read();
  };
  readers.add(reader);
  return () => readers.delete(reader);
}
