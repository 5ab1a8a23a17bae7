import { dateTime, money } from '$kit/format.js';
import { m } from '$kit/m.js';
import type { RedemptionView } from '$lib/engine.js';

type Message = (inputs?: Record<string, unknown>) => string;
const messages = m as unknown as Record<string, Message | undefined>;

/** Why a clerk asks, by the engine's words; which of them fit what. */
export const REASONS = {
  freeze: ['asked', 'misuse', 'other'],
  unfreeze: ['asked', 'mistake', 'other'],
  extension: ['asked', 'goodwill', 'other'],
  reversal: ['mistake', 'fault', 'asked', 'other'],
} as const;

export type Asked = keyof typeof REASONS;

/** 到店签到: a behaviour by the brand's name of it, in words where they are known. */
export function behaviourWords(behaviour: string): string {
  return messages[`behaviour_${behaviour}`]?.() ?? behaviour.replaceAll('_', ' ');
}

/** 客人要求 */
export function reasonWords(reason: string): string {
  return (messages[`act_reason_${reason}`] ?? m.act_reason_other)();
}

/** Why a manager has to approve. */
export function needsWords(why: string): string {
  return (messages[`approval_needs_${why}`] ?? m.approval_needs_always)();
}

/** 玫瑰精华 小样 × 2, or money off. */
export function redeemedWords(entry: RedemptionView): string {
  if (entry.worth !== null) return m.redemption_cash({ amount: money(entry.worth) });
  return entry.pieces > 1 ? `${entry.what} × ${entry.pieces}` : entry.what;
}

/** 今天 14:02·一号店 */
export function redeemedWhere(entry: RedemptionView): string[] {
  return [dateTime(entry.at), entry.store.name || entry.store.id];
}
