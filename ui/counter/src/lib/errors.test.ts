import { afterEach, describe, expect, it } from 'vitest';
import { EngineError } from './engine.js';
import { wordsFor } from './errors.js';
import { i18n } from '$kit/i18n.svelte.js';

const files = import.meta.glob<Record<string, string>>('../../../messages/*zh-CN.json', {
  eager: true,
  import: 'default',
});

/** Refused only to who does something: no read is. */
const ACTS = new Set([
  'above_threshold',
  'already_reversed',
  'below_minimum',
  'date_invalid',
  'frozen',
  'limit_reached',
  'not_a_step',
  'not_enough_points',
  'nothing_to_extend',
  'offline_limit',
  'over_returned',
  'over_share',
  'parked_full',
  'picture_failed',
  'presence_locked',
  'presence_needed',
  'presence_wrong',
  'reaction_invalid',
  'receipt_conflict',
  'receipt_seen',
  'reward_out_of_stock',
  'reward_tier',
  'reward_unknown',
  'too_large',
  'which_line',
]);

const codes = Object.values(files)
  .flatMap((file) => Object.keys(file))
  .map((key) => /^error_(.+?)(?:_detail|_read|_read_title)?$/.exec(key)?.[1] ?? '')
  .filter((code) => code && !ACTS.has(code) && !/^un(known|read)/.test(code));

describe('what is said of a read that failed', () => {
  afterEach(() => i18n.set('zh-CN'));

  it.each(['zh-CN', 'en'] as const)('never speaks of money or points (%s)', (locale) => {
    i18n.set(locale);
    const said = [...new Set(codes), 'never_heard_of'].map((code) => {
      const { title, detail } = wordsFor(new EngineError(code, { number: 'C-1' }), 'read');
      return `${code}: ${title} ${detail}`;
    });
    expect(said.length).toBeGreaterThan(30);
    expect(
      said.filter((words) => /[钱积]|money|points? (?!of)/i.test(words.replace(/^[^:]*/, ''))),
    ).toEqual([]);
  });

  it('is the way of whoever says nothing else, and an act still says what is safe', () => {
    const failed = new EngineError('not_saved', { number: 'C-204' });
    expect(wordsFor(failed)).toEqual(wordsFor(failed, 'read'));
    expect(wordsFor(failed).detail).not.toContain('积分');
    expect(wordsFor(failed, 'act').detail).toContain('积分');
  });
});
