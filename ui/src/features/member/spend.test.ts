import { expect, it } from 'vitest';
import type { HistoryEntry } from '$lib/engine.js';
import { spendByMonth, yuan } from './spend.js';

const bought = (at: string, pay: string) => ({ at, pay }) as HistoryEntry;

it('sums twelve months, this one last, to the fen', () => {
  const months = spendByMonth(
    [
      bought('2026-05-15T12:00:00+08:00', '438.10'),
      bought('2026-05-01T12:00:00+08:00', '0.20'),
      bought('2025-06-20T12:00:00+08:00', '1.05'),
      bought('2025-05-20T12:00:00+08:00', '999.00'),
    ],
    new Date('2026-05-18T12:00:00+08:00'),
  );
  expect(months).toEqual([105, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 43830]);
  expect(yuan(43935)).toBe('439.35');
  expect(yuan(5)).toBe('0.05');
});
