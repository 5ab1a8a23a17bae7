import { beforeEach, describe, expect, it, vi } from 'vitest';
import { standIn } from '../../../dev/stand-in.js';
import { RedeemForm } from './form.svelte.js';

const redeem = vi.fn();
const reward = (id: string, kind: string) => ({
  id,
  kind,
  points: 100,
  stock: null,
  allergens: [],
  allergy: { alerts: [], unlisted: false },
  status: { status: 'possible' },
});

beforeEach(() => {
  redeem.mockReset();
  redeem.mockResolvedValue({ op_id: 'o', points: 100 });
  standIn({ memberPage: () => Promise.resolve({ id: 'm1' }) } as never);
  standIn({
    redeemQuote: ({ what }: { what: { qty: number } }) =>
      Promise.resolve({ points: 100 * what.qty, what: { kind: 'reward', most: 5 } }),
    redeem,
    redeemOptions: () =>
      Promise.resolve({
        points: { confirmed: 500, pending_spent: 0 },
        possible_now: 500,
        limit: null,
        rewards: [reward('r1', 'sample'), reward('r2', 'product')],
        cash: { yuan_per_point: '0.05', minimum: 100, step: 100, max_share: '0.5' },
      }),
  } as never);
});

describe('a redemption', () => {
  it('chooses nothing by itself: not at first, not of another kind, not after one is done', async () => {
    const form = new RedeemForm('m1');
    await form.load();
    expect([form.chosen, form.ready]).toEqual([null, false]);
    form.show('product');
    expect(form.chosen).toBeNull();
    form.choose(form.rewards[0]!);
    await form.redeem();
    form.again();
    await form.load();
    expect([form.chosen, form.using, form.ready]).toEqual([null, 0, false]);
  });

  it('is recorded once however often it is asked for', async () => {
    const form = new RedeemForm('m1');
    await form.load();
    form.choose(form.rewards[0]!);
    await Promise.all([form.redeem(), form.redeem()]);
    await form.redeem();
    expect(redeem).toHaveBeenCalledTimes(1);
  });
});
