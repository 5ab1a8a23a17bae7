import type { Component } from 'svelte';
import Ban from '@lucide/svelte/icons/ban';
import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleSlash from '@lucide/svelte/icons/circle-slash';
import Copy from '@lucide/svelte/icons/copy';
import Hourglass from '@lucide/svelte/icons/hourglass';
import type { DeviceCard, KeptView, SuspiciousView } from '$lib/engine.js';
import { money, points, span } from '$kit/format.js';
import { m } from '$kit/m.js';

type Message = (inputs?: Record<string, unknown>) => string;
const messages = m as unknown as Record<string, Message | undefined>;
const JUST_NOW = 2 * 60_000;

interface Standing {
  words: string;
  /** What it means and what to do. */
  detail: string;
  tone: 'ok' | 'wait' | 'bad' | 'plain';
  icon: Component<{ size?: number | string }>;
}

const shapes: Record<string, Pick<Standing, 'tone' | 'icon'>> = {
  good: { tone: 'ok', icon: CircleCheck },
  in_doubt: { tone: 'wait', icon: Hourglass },
  quarantined: { tone: 'bad', icon: Copy },
  written_off: { tone: 'plain', icon: CircleSlash },
  revoked: { tone: 'plain', icon: Ban },
};

/** How a device stands, in words. */
export function standingOf(device: DeviceCard): Standing {
  const known = device.standing in shapes ? device.standing : 'unknown';
  return {
    words: messages[`device_${known}`]!(),
    detail: messages[`device_${known}_detail`]!(),
    ...(shapes[known] ?? { tone: 'wait', icon: Hourglass }),
  };
}

/** 12 分钟前联系过总部 */
export function heard(device: DeviceCard, now: number): string {
  const ms = now - device.last_contact;
  return ms < JUST_NOW ? m.devices_heard_now() : m.devices_heard({ span: span(ms) });
}

/** Why the store bears it. */
export function reasonWords(reason: string): string {
  return (messages[`reason_${reason}`] ?? m.reason_unknown)();
}

/** Why something stands out, with its figures. */
export function suspicionWords(one: SuspiciousView): string {
  const words = messages[`suspicious_${one.rule}`] ?? messages['suspicious_other']!;
  return words({
    count: one.count,
    amount: money(one.amount),
    against: one.against === null ? '' : money(one.against),
    what: one.what,
  });
}

export interface KeptCopy {
  title: string;
  sum: string;
  ops: KeptView[];
}

/** What was kept, told apart by the copy that brought it. */
export function copies(kept: KeptView[]): KeptCopy[] {
  const numbers = [...new Set(kept.map((op) => op.copy))].toSorted((a, b) => a - b);
  const others = numbers.filter((number) => number > 1).length;
  return numbers.map((number) => {
    const ops = kept.filter((op) => op.copy === number);
    const spent = ops.reduce((sum, op) => sum + op.points, 0);
    return {
      title: copyWords(number, others),
      sum:
        spent > 0
          ? m.kept_sum_points({ count: ops.length, points: points(spent) })
          : m.kept_sum({ count: ops.length }),
      ops,
    };
  });
}

function copyWords(number: number, others: number): string {
  if (number === 0) return m.kept_copy_both();
  if (number === 1) return m.kept_copy_1();
  return others > 1 ? m.kept_copy_other_n({ number: number - 1 }) : m.kept_copy_other();
}
