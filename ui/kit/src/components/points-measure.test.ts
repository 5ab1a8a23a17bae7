import { describe, expect, it } from 'vitest';
import { segments } from './PointsMeasure.svelte';

describe('the measure', () => {
  it('draws what is confirmed, pending and usable offline on one scale', () => {
    const s = segments({ confirmed: 3860, plus: 188, offline: 1200 });
    expect(s.solid + s.hatched).toBeCloseTo(100);
    expect(s.hatched).toBeCloseTo((188 / 4048) * 100);
    expect(s.bracket).toBeCloseTo((1200 / 4048) * 100);
  });
  it('takes pending spending out of what is solid', () => {
    const s = segments({ confirmed: 3860, plus: 188, minus: 800, offline: 400 });
    expect(s.solid).toBeCloseTo(75.6, 1);
    expect(s.hatched).toBeCloseTo(24.4, 1);
  });
  it('outlines what is about to be spent', () => {
    const s = segments({ confirmed: 1000, spending: 300 });
    expect([s.spending, s.solid]).toEqual([30, 70]);
  });
  it('is empty for none, and never over the edge', () => {
    expect(segments({ confirmed: 0 })).toEqual({ spending: 0, solid: 0, hatched: 0, bracket: 0 });
    expect(segments({ confirmed: 10, offline: 400 }).bracket).toBe(100);
  });
});
