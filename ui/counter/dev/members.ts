import { samplesOf } from './sample-fixture.js';
import { named, views } from './allergy-fixture.js';
import type {
  MemberHit,
  MemberPage,
  NextStep,
  ReceiptView,
  SkinView,
  StoreCard,
} from '../src/lib/engine.js';

const DAY = 86_400_000;
export const ago = (days: number) => Date.now() - days * DAY;
const dateIn = (days: number) => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);

const tiers = {
  silver: { id: 'silver', rank: 0, name_zh: '银卡', name_en: 'Silver' },
  gold: { id: 'gold', rank: 1, name_zh: '金卡', name_en: 'Gold' },
  diamond: { id: 'diamond', rank: 2, name_zh: '黑钻', name_en: 'Black Diamond' },
};

const skin = (words: string): SkinView => {
  const [moisture = '', sensitivity = '', pigmentation = '', ageing = ''] = words.split(' ');
  return { moisture, sensitivity, pigmentation, ageing };
};

interface Person {
  id: string;
  name: string;
  phone: string;
  tier: keyof typeof tiers;
  skin: SkinView | null;
  allergies: string[];
  last: number | null;
  /** Where she belongs to another store. */
  store?: StoreCard;
}

const people: Person[] = [
  {
    id: 'm1',
    name: '曾*',
    phone: '138****5678',
    tier: 'gold',
    skin: skin('dry sensitive pigmented wrinkled'),
    allergies: ['水杨酸', '香精'],
    last: 3,
  },
  {
    id: 'm2',
    name: '张*怡',
    phone: '139****0216',
    tier: 'diamond',
    skin: skin('oily resistant non_pigmented tight'),
    allergies: [],
    last: 9,
  },
  {
    id: 'm3',
    name: '周*',
    phone: '186****7743',
    tier: 'silver',
    skin: skin('combination sensitive pigmented tight'),
    allergies: ['酒精'],
    last: 40,
  },
  {
    id: 'm4',
    name: '查*',
    phone: '177****3309',
    tier: 'gold',
    skin: skin('dry resistant pigmented wrinkled'),
    allergies: [],
    last: 80,
  },
  {
    id: 'm5',
    name: '赵*云',
    phone: '135****9120',
    tier: 'silver',
    skin: null,
    allergies: [],
    last: 400,
  },
  {
    id: 'm6',
    name: '',
    phone: '159****0044',
    tier: 'silver',
    skin: null,
    allergies: ['香精', '酒精', '羊毛脂'],
    last: null,
  },
  {
    id: 'm7',
    name: '单*',
    phone: '139****8888',
    tier: 'gold',
    skin: skin('combination sensitive pigmented tight'),
    allergies: ['香精'],
    last: 12,
    store: { id: 's2', name: '云洲天地店' },
  },
];

const ours = people.filter((one) => !one.store);

export function hits(typed: string): MemberHit[] {
  if (/^(qq|9999|1390000)/.test(typed)) return [];
  const many = typed === 'a' ? Array.from({ length: 8 }, () => ours).flat() : ours;
  return many.map((one, index) => ({
    id: index < ours.length ? one.id : `${one.id}-${index}`,
    no: `2046017${index}`,
    masked_name: one.name,
    masked_phone: one.phone,
    tier: one.tier,
    tier_rank: tiers[one.tier].rank,
    tier_zh: tiers[one.tier].name_zh,
    tier_en: tiers[one.tier].name_en,
    skin: one.skin,
    allergies: one.allergies,
    allergy_names: one.allergies.map(named),
    last_purchase: one.last === null ? null : ago(one.last),
    home_store: { id: 's1', name: '江汇广场店' },
    matched: { kind: /^\d/.test(typed) ? 'tail' : 'initials', typed },
  }));
}

type Bought = [name: string, size: string, qty: number, amount: string, returned?: number];

function receipt(
  days: number,
  channel: string,
  pay: string,
  earned: number,
  lines: Bought[],
  pending = false,
): ReceiptView {
  return {
    id: `sale-${days}`,
    no: `05${days}-0031`,
    at: ago(days),
    store: { id: 's1', name: '江汇广场店' },
    here: true,
    channel,
    lines: lines.map(([name, size, qty, amount, returned = 0], index) => ({
      sku: `s${index}`,
      name,
      size,
      swatch: 'serum',
      qty,
      name_en: '',
      returned,
      amount,
    })),
    pay,
    refunded: '0.00',
    earned,
    waiting: 0,
    points_paid: 0,
    state: pending ? 'pending' : 'confirmed',
  };
}

const history: ReceiptView[] = [
  receipt(0.05, 'store', '157.00', 188, [['净澈洁面泡沫', '120 ml', 1, '157.00']], true),
  receipt(3, 'store', '438.00', 525, [
    ['柔雾唇釉', '05', 1, '230.00'],
    ['洁颜油', '200 ml', 1, '208.00'],
  ]),
  receipt(30, 'mini_program', '560.00', 672, [['晨露化妆水', '150 ml', 2, '560.00']]),
  receipt(73, 'store', '818.00', 981, [
    ['凝光修护精华', '30 ml', 1, '680.00'],
    ['面膜', '5 片', 1, '138.00', 1],
  ]),
  ...Array.from({ length: 19 }, (_, index) =>
    receipt(
      100 + index * 21,
      index % 3 ? 'store' : 'online',
      `${220 + index * 31}.00`,
      220 + index,
      [['云锦屏障面霜', '50 g', 1, '520.00']],
    ),
  ),
];

const warning = (days: number) => ({
  within: days <= 7 ? 7 : 30,
  points: 420,
  first: dateIn(days),
  days,
  last: days <= 7,
});

const advice: NextStep[] = [
  {
    kind: 'running_out',
    sku: 'a',
    name_en: '',
    name: '凝光修护精华',
    size: '30 ml',
    price: '680.00',
    swatch: 'serum',
    bought: ago(73),
    lasts_days: 75,
    own_rhythm: true,
    unlisted: false,
  },
  { kind: 'points_expire', warning: warning(13) },
  {
    kind: 'suits',
    sku: 'b',
    name_en: '',
    name: '云锦屏障面霜',
    size: '50 g',
    price: '520.00',
    swatch: 'cream',
    because: ['dry', 'sensitive', '修护'],
    unlisted: false,
  },
  {
    kind: 'suits',
    sku: 'c',
    name_en: '',
    name: '柔雾唇釉',
    size: '07 豆沙',
    price: '230.00',
    swatch: 'lip-07',
    because: ['抗衰'],
    unlisted: true,
  },
];

const tasks: NextStep[] = [
  { kind: 'points_expire', warning: warning(13) },
  { kind: 'dormant', days: 97 },
];

export function page(id: string, offline: boolean): MemberPage {
  const one = people.find((person) => person.id === id.split('-')[0]) ?? people[0]!;
  const fresh = id === 'm6' || id === 'm5';
  return {
    id,
    provisional: false,
    phone_waits: new URLSearchParams(location.search).has('phone') ? '1234' : null,
    no: '20460173',
    masked_name: one.name,
    called: id === 'm1' ? '曾姐' : '',
    masked_phone: one.phone,
    birthday_month: fresh ? null : 5,
    joined: '2023-06-01',
    advisor: fresh ? null : '林悦',
    home_store: one.store ?? { id: 's1', name: '江汇广场店' },
    tier: {
      ...tiers[one.tier],
      by_growth: false,
      multiplier: one.tier === 'diamond' ? '1.5' : one.tier === 'gold' ? '1.2' : '1',
      benefits:
        one.tier === 'silver'
          ? [{ zh: '生日礼', en: 'Birthday gift' }]
          : [
              { zh: '生日礼', en: 'Birthday gift' },
              { zh: '新品优先购', en: 'First to buy what is new' },
            ],
      review: one.tier === 'silver' ? null : '2027-03-02',
      next:
        one.tier === 'diamond'
          ? null
          : {
              name_zh: '黑钻',
              name_en: 'Black Diamond',
              gap: '2154.00',
              missing: '2154.00',
              climb: fresh ? 0.02 : 0.78,
            },
    },
    skin: one.skin,
    consent_skin: id !== 'm6',
    allergies: one.allergies,
    allergy_views: views(one.allergies),
    concerns: id === 'm1' ? ['抗衰', '修护'] : [],
    notes: [],
    points: {
      confirmed: fresh ? 0 : 3860,
      as_of: ago(0.02),
      pending_earned: fresh ? 0 : 188,
      pending_spent: offline && !fresh ? 800 : 0,
      offline_usable: fresh || one.store ? 0 : offline ? 400 : 1200,
      set_aside_here: fresh || one.store ? 0 : 1200,
      used_here: offline && !fresh ? 800 : 0,
      once_confirmed: 3860,
      online_usable: fresh ? 0 : 3860,
      debt: 0,
      waiting: id === 'm2' ? 24000 : 0,
      frozen: false,
      expiring: fresh ? null : { points: 420, date: dateIn(13), days: 13 },
      warning: fresh ? null : warning(13),
    },
    next:
      id === 'm1'
        ? advice
        : id === 'm6'
          ? [{ kind: 'no_skin_consent' }]
          : fresh
            ? [{ kind: 'test_skin' }]
            : tasks,
    spend_12_months: fresh ? '0.00' : '7846.00',
    months: fresh
      ? Array<number>(12).fill(0)
      : [420, 0, 640, 210, 810, 160, 0, 980, 800, 560, 818, 595],
    history: fresh ? [] : history,
    open_coupons: fresh ? 0 : 3,
    samples: samplesOf(id),
  };
}
