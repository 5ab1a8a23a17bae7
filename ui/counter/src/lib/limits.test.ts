import { afterEach, describe, expect, it } from 'vitest';
import { limitWords } from '../features/work/limit-words.js';
import { EngineError, type PointsView } from './engine.js';
import { wordsFor } from './errors.js';
import { i18n } from '$kit/i18n.svelte.js';

const CODES = [
  'held_elsewhere',
  'in_doubt',
  'cap',
  'frozen',
  'no_grants',
  'lease_over',
  'clock_behind',
  'offline',
  'slow',
  'not_enough_points',
  'quarantined',
  'superseded',
  'revoked',
];
const points: PointsView = {
  confirmed: 3860,
  as_of: 0,
  pending_earned: 0,
  pending_spent: 0,
  waiting: 0,
  offline_usable: 400,
  set_aside_here: 1200,
  used_here: 800,
  once_confirmed: 3860,
  online_usable: 3860,
  debt: 0,
  frozen: false,
  expiring: null,
  warning: null,
};

afterEach(() => i18n.set('zh-CN'));

describe.each(['zh-CN', 'en'] as const)('%s', (locale) => {
  it.each(CODES)('says why, and what to do: %s', (code) => {
    i18n.set(locale);
    const before = limitWords(points, code, 400);
    expect(before.title).toContain('400');
    expect(limitWords(points, code, 0).title).not.toContain('400');
    const after = wordsFor(
      new EngineError('offline_limit', {
        number: 'C-151',
        possible: 400,
        set_aside: 1200,
        used: 800,
        confirmed: 3860,
        reason: code,
      }),
    );
    for (const detail of [before.detail, after.detail]) {
      expect(detail.length).toBeGreaterThan(20);
      expect(detail).not.toContain('{');
      // a reason that nobody has words for would be told as this
      expect(detail).not.toMatch(/没有多给|gave no more/);
    }
    expect(after.detail).toMatch(/没兑，积分没动|Nothing was redeemed/);
  });
});

it('tells it plainly where the reason is new', () => {
  expect(limitWords(points, 'of_a_later_year', 0).detail).toContain('总部没有多给');
});
