import { describe, expect, it } from 'vitest';
import { monthEnd } from './dates.js';

describe('the end of a month', () => {
  it('is the last day, also over the turn of a year and in February', () => {
    expect(monthEnd('2026-05-31', 0)).toBe('2026-05-31');
    expect(monthEnd('2026-05-31', 1)).toBe('2026-06-30');
    expect(monthEnd('2026-11-02', 3)).toBe('2027-02-28');
    expect(monthEnd('2027-11-30', 3)).toBe('2028-02-29');
    expect(monthEnd('2026-01-31', 12)).toBe('2027-01-31');
  });
});
