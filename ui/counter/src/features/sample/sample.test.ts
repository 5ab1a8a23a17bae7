import { beforeEach, describe, expect, it } from 'vitest';
import { type SampleOption, type SampleRequest } from '$lib/engine.js';
import { EngineError } from '$lib/engine-error.js';
import { standIn } from '../../../dev/stand-in.js';
import { SampleDesk } from './desk.svelte.js';

const option = (id: string, stock: number | null): SampleOption => ({
  what: { kind: 'reward', id },
  name: id,
  name_en: '',
  size: '',
  swatch: '',
  allergy: { contains: [], may_contain: [], unlisted: false } as never,
  stock,
  had: null,
});

describe('handing out a sample', () => {
  let desk: SampleDesk;
  let stock: number | null;
  let given: SampleRequest[];
  let answer: () => Promise<{ op_id: string }>;

  beforeEach(async () => {
    stock = 5;
    given = [];
    answer = () => Promise.resolve({ op_id: 'o1' });
    standIn({
      sampleOptions: () =>
        Promise.resolve({
          samples: [option('a', stock), option('b', null), option('c', 0)],
          reasons: ['welcome', 'trial'],
          reason: 'welcome',
        }),
      sampleGive: (request) => {
        given.push(request);
        return answer();
      },
    });
    desk = new SampleDesk('m1');
    await desk.load();
  });

  it('gives what was chosen, for the likeliest reason until another is said', async () => {
    desk.choose(desk.options!.samples[0]!);
    desk.qty = 2;
    await desk.give();
    desk.choose(desk.options!.samples[1]!);
    desk.said = 'trial';
    await desk.give();
    expect(given.map(({ what, qty, reason }) => [what, qty, reason])).toEqual([
      [{ kind: 'reward', id: 'a' }, 2, 'welcome'],
      [{ kind: 'reward', id: 'b' }, 1, 'trial'],
    ]);
    expect(desk.done).toMatchObject({ opId: 'o1' });
  });

  it('gives once, however fast the button is tapped', async () => {
    desk.choose(desk.options!.samples[0]!);
    await Promise.all([desk.give(), desk.give(), desk.give()]);
    await desk.give();
    expect(given).toHaveLength(1);
  });

  it('offers no more than the store has left, and nothing of what is used up', async () => {
    desk.choose(desk.options!.samples[2]!);
    expect(desk.chosen).toBeNull();
    desk.choose(desk.options!.samples[0]!);
    desk.qty = 5;
    stock = 3;
    await desk.load();
    expect([desk.most, desk.qty]).toEqual([3, 3]);
    stock = 0;
    await desk.load();
    expect(desk.chosen).toBeNull();
  });

  it('keeps what was chosen where it was not recorded, and says so', async () => {
    answer = () => Promise.reject(new EngineError('not_saved'));
    desk.choose(desk.options!.samples[0]!);
    desk.qty = 2;
    await desk.give();
    expect(desk.trouble).not.toBeNull();
    expect([desk.isChosen(desk.options!.samples[0]!), desk.qty, desk.done]).toEqual([
      true,
      2,
      null,
    ]);
  });
});
