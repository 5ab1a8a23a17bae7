import { describe, expect, it } from 'vitest';
import type { MemberPage } from '$lib/engine.js';
import { nextSteps } from './next-steps.js';

const now = new Date('2026-05-18T14:00:00+08:00');

function page(over: {
  card?: Partial<MemberPage['card']>;
  points?: Partial<MemberPage['points']>;
  skin?: Partial<MemberPage['skin']>;
  last?: string;
}): MemberPage {
  return {
    card: { birthday_month: null, next_tier: null, climb: 0, ...over.card },
    points: { confirmed: 0, expiring: null, ...over.points },
    skin: { consent: true, axes: ['dry'], concerns: [], ...over.skin },
    allergies: [],
    history: over.last ? [{ at: over.last }] : [],
    suggestions: [],
  } as unknown as MemberPage;
}

const kinds = (of: MemberPage) => nextSteps(of, now).map((step) => step.kind);

describe('what to do next', () => {
  it('is nothing where there is nothing', () => {
    expect(kinds(page({}))).toEqual([]);
  });
  it('begins with points that expire soon, and does not say twice that there are points', () => {
    const expiring = { points: 420, date: '2026-05-31' };
    expect(kinds(page({ points: { confirmed: 3860, expiring } }))).toEqual(['expiring']);
    expect(
      kinds(page({ points: { confirmed: 3860, expiring: { points: 420, date: '2026-12-31' } } })),
    ).toEqual(['samples']);
  });
  it('asks after her when she has been away for 90 days', () => {
    expect(kinds(page({ last: '2026-02-10T10:00:00+08:00' }))).toEqual(['again']);
    expect(kinds(page({ last: '2026-04-10T10:00:00+08:00' }))).toEqual([]);
  });
  it('asks for no skin test where she did not consent', () => {
    const last = '2026-05-10T10:00:00+08:00';
    expect(kinds(page({ last, skin: { axes: [] } }))).toEqual(['skin']);
    expect(kinds(page({ last, skin: { axes: [], consent: false } }))).toEqual([]);
  });
  it('is three at most', () => {
    const all = page({
      card: { birthday_month: 5, next_tier: { label: '黑钻', gap: '100.00' }, climb: 0.9 },
      points: { confirmed: 3860, expiring: { points: 1, date: '2026-05-31' } },
      last: '2026-01-10T10:00:00+08:00',
    });
    expect(kinds(all)).toEqual(['expiring', 'birthday', 'tier']);
  });
});
