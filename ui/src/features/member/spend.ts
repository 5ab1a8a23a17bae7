import type { HistoryEntry } from '$lib/engine.js';
import { monthIndex } from '$lib/format.js';

const fen = (money: string): number => Math.round(Number(money) * 100);

/** Money paid in each of the last twelve months, the oldest first, in fen. */
export function spendByMonth(history: HistoryEntry[], now: Date): number[] {
  const months = Array<number>(12).fill(0);
  const here = monthIndex(now);
  for (const entry of history) {
    const back = here - monthIndex(entry.at);
    if (back >= 0 && back < 12) months[11 - back]! += fen(entry.pay);
  }
  return months;
}

/** A sum of fen as a decimal of yuan. */
export function yuan(total: number): string {
  const sign = total < 0 ? '-' : '';
  const whole = Math.abs(total);
  return `${sign}${Math.floor(whole / 100)}.${String(whole % 100).padStart(2, '0')}`;
}
