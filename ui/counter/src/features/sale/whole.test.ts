import { afterEach, expect, it, vi } from 'vitest';
import { engine } from '$lib/engine.js';
import { isRetailCode } from './scan.js';
import { isWhole } from './whole.js';

afterEach(() => vi.restoreAllMocks());

const says = (is: 'unknown' | 'product', receipt: string | null) =>
  vi.spyOn(engine, 'scanned').mockResolvedValue({ is, receipt } as never);

it('takes the end of a phone number for no product, whatever its check digit', async () => {
  expect(isRetailCode('51461294')).toBe(true);
  says('unknown', '51461294');
  expect(await isWhole('51461294')).toBe(false);
});

it('takes eight digits that are sold, and a long bar code that nobody knows yet', async () => {
  says('product', null);
  expect(await isWhole('51461294')).toBe(true);
  says('unknown', '6901234567892');
  expect(await isWhole('6901234567892')).toBe(true);
});
