import { engine, type Engine, type SampleOption, type SampleView } from '../src/lib/engine.js';
import { checked } from './allergy-fixture.js';

const here = { id: 's1', name: '江汇广场店' };
const WHEN = [4, 47];

/** What m1 was given before, and all that is given here. */
const given = new Map<string, SampleView[]>([
  [
    'm1',
    [sample('凝光修护精华', 2, 'with_sale', WHEN[0]!), sample('舒润面膜', 1, 'welcome', WHEN[1]!)],
  ],
]);

function sample(name: string, qty: number, reason: string, days: number): SampleView {
  const at = Date.now() - days * 86_400_000;
  const op_id = `${name}/${at}`;
  return { op_id, at, name, name_en: '', qty, reason, store: here, clerk: '林悦', pending: !days };
}

export const samplesOf = (id: string): SampleView[] => given.get(id) ?? [];

const rows: [string, string, string, string, string[], number | null][] = [
  ['RW01', '凝光修护精华', '5 ml', 'serum', ['水'], 12],
  ['RW05', '净澈洁面泡沫 旅行装', '30 ml', 'foam', ['水杨酸'], 5],
  ['RW06', '云绒粉饼 体验装', 'N20·3 g', 'powder', ['水'], null],
  ['RW02', '舒润面膜', '2 片', 'mask', ['水'], 1],
  ['RW03', '晨露化妆水', '30 ml', 'dew', ['水'], 0],
];

export function sampleFixture(): Partial<Engine> {
  return {
    sampleOptions: async (id, typed) => {
      const { allergies } = await engine.memberPage(id);
      const hers = samplesOf(id);
      const all = rows.map(([id, name, size, swatch, list, stock]): SampleOption => ({
        what: { kind: 'reward', id },
        name,
        name_en: '',
        size,
        swatch,
        allergy: checked(list, allergies),
        stock,
        had: hers.find((one) => one.name === name)?.at ?? null,
      }));
      return {
        samples: typed.trim() ? all.filter((one) => one.name.includes(typed.trim())) : all,
        reasons: ['welcome', 'trial', 'with_sale', 'care', 'other'],
        reason: hers.length ? 'trial' : 'welcome',
      };
    },
    sampleGive: async ({ member_id, what, qty, reason }) => {
      const id = what.kind === 'reward' ? what.id : what.sku;
      const one = sample(rows.find((row) => row[0] === id)?.[1] ?? id, qty, reason, 0);
      given.set(member_id, [one, ...samplesOf(member_id)]);
      return { op_id: one.op_id };
    },
  };
}

export default sampleFixture;
