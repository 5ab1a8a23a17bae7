import {
  EngineError,
  type Clerk,
  type Engine,
  type FindHit,
  type HistoryEntry,
  type MemberPage,
  type Operation,
  type SyncKind,
} from '../src/lib/engine.js';

const clerks: Clerk[] = [
  { id: 'c1', name: '林悦', role: 'advisor' },
  { id: 'c2', name: '周雯', role: 'advisor' },
  { id: 'c3', name: '苏晓', role: 'advisor' },
  { id: 'c4', name: '陈立', role: 'cashier' },
  { id: 'c5', name: '何敏', role: 'manager' },
];

const DAY = 86_400_000;
const ago = (days: number) => new Date(Date.now() - days * DAY).toISOString();

const tiers = {
  silver: { id: 'silver', label: '银卡', rank: 0 },
  gold: { id: 'gold', label: '金卡', rank: 1 },
  diamond: { id: 'black_diamond', label: '黑钻', rank: 2 },
};

type Row = [string, string, keyof typeof tiers, string[], string[], number | null, string];
const rows: Row[] = [
  [
    '曾*',
    '138****5678',
    'gold',
    ['dry', 'sensitive', 'pigmented', 'wrinkled'],
    ['水杨酸'],
    3,
    'm1',
  ],
  ['张*怡', '139****0216', 'diamond', ['oily', 'resistant', 'non_pigmented', 'tight'], [], 9, 'm2'],
  [
    '周*',
    '186****7743',
    'silver',
    ['combination', 'sensitive', 'pigmented', 'tight'],
    ['酒精'],
    40,
    'm3',
  ],
  ['查*', '177****3309', 'gold', ['dry', 'resistant', 'pigmented', 'wrinkled'], [], 80, 'm4'],
  ['赵*云', '135****9120', 'silver', [], [], 400, 'm5'],
  ['尉迟*', '159****0044', 'silver', [], ['香精', '酒精', '羊毛脂'], null, 'm6'],
];

function hits(typed: string): FindHit[] {
  if (/^(qq|9999)/.test(typed)) return [];
  const many = typed === 'a' ? Array.from({ length: 8 }, () => rows).flat() : rows;
  return many.map(([masked_name, masked_phone, tier, skin, allergies, last, id], index) => ({
    member_id: index < rows.length ? id : `${id}-${index}`,
    member_no: `2046017${index}`,
    masked_name,
    masked_phone,
    tier: tiers[tier],
    skin,
    allergies,
    last_purchase: last === null ? null : ago(last),
    home_store: '江汇广场店',
    matched: { kind: /^\d/.test(typed) ? 'tail' : 'initials', typed },
  }));
}

function entry(
  days: number,
  channel: string,
  pay: string,
  earned: number,
  lines: [string, number, string][],
  more: Partial<HistoryEntry> = {},
): HistoryEntry {
  return {
    receipt_no: `05${days}-0031`,
    at: ago(days),
    store: '江汇广场店',
    here: true,
    channel,
    lines: lines.map(([name, qty, amount], i) => ({ sku: `s${i}`, name, qty, amount })),
    pay,
    points_earned: earned,
    points_spent: 0,
    state: 'confirmed',
    returned: 'none',
    ...more,
  };
}

function page(id: string, kind: string): MemberPage {
  const row = rows.find((one) => one[6] === id.split('-')[0]) ?? rows[0]!;
  const offline = kind === 'offline';
  const fresh = id === 'm6' || id === 'm5';
  return {
    card: {
      member_id: id,
      member_no: '20460173',
      masked_name: row[0],
      masked_phone: row[1],
      birthday_month: fresh ? null : 5,
      joined_year: 2023,
      advisor: fresh ? null : '林悦',
      tier: tiers[row[2]],
      next_tier: row[2] === 'diamond' ? null : { label: '黑钻', gap: '2154.00' },
      climb: 0.78,
    },
    points: {
      confirmed: fresh ? 0 : 3860,
      as_of: ago(0.02),
      pending_plus: fresh ? 0 : 188,
      pending_minus: offline && !fresh ? 800 : 0,
      offline_usable: fresh ? 0 : offline ? 400 : 1200,
      offline_granted: fresh ? 0 : 1200,
      offline_spent: offline ? 800 : 0,
      frozen: false,
      debt: 0,
      expiring: fresh ? null : { points: 420, date: new Date(Date.now() + 13 * DAY).toISOString() },
    },
    skin: {
      consent: id !== 'm6',
      axes: row[3],
      concerns: id === 'm1' ? ['抗衰', '修护'] : [],
    },
    allergies: id === 'm1' ? ['水杨酸', '香精'] : row[4],
    history: fresh
      ? []
      : [
          entry(0.05, 'store', '157.00', 188, [['净澈洁面泡沫 120 ml', 1, '157.00']], {
            state: 'pending',
          }),
          entry(3, 'store', '438.00', 525, [
            ['柔雾唇釉 05', 1, '230.00'],
            ['洁颜油 200 ml', 1, '208.00'],
          ]),
          entry(30, 'mini_program', '560.00', 672, [['晨露化妆水 150 ml', 2, '560.00']]),
          entry(
            73,
            'store',
            '818.00',
            981,
            [
              ['凝光修护精华 30 ml', 1, '680.00'],
              ['面膜 5 片', 1, '138.00'],
            ],
            {
              returned: 'part',
            },
          ),
          ...Array.from({ length: 19 }, (_, i) =>
            entry(100 + i * 21, i % 3 ? 'store' : 'online', `${220 + i * 31}.00`, 220 + i, [
              ['云锦屏障面霜 50 g', 1, '520.00'],
            ]),
          ),
        ],
    suggestions:
      id === 'm1'
        ? [
            {
              sku: 'a',
              name: '凝光修护精华',
              size: '30 ml',
              price: '680.00',
              swatch: 'serum',
              why_title: '快用完了。',
              why: '3月6日买的那瓶，她通常 75 天用完。',
            },
            {
              sku: 'b',
              name: '云锦屏障面霜',
              size: '50 g',
              price: '520.00',
              swatch: 'cream',
              why_title: '干性、敏感。',
              why: '神经酰胺补屏障，可接在精华后。',
            },
            {
              sku: 'c',
              name: '柔雾唇釉',
              size: '07 豆沙',
              price: '230.00',
              swatch: 'lip-07',
              why_title: '她爱这一路颜色。',
              why: '买过 03、05 两支豆沙调。',
            },
          ]
        : [],
  };
}

function operations(kind: string): Operation[] {
  const at = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
  const waiting: Operation[] =
    kind === 'in_step'
      ? []
      : [
          {
            op_id: '1',
            kind: 'sale',
            at: at(4),
            member: '曾*',
            items: 2,
            amount: '157.00',
            title: null,
            points: 188,
            state: 'waiting',
            problem: null,
          },
          {
            op_id: '2',
            kind: 'redeem',
            at: at(9),
            member: '曾*',
            items: null,
            amount: null,
            title: '柔雾唇釉等 2 份',
            points: -800,
            state: 'waiting',
            problem: null,
          },
          {
            op_id: '3',
            kind: 'join',
            at: at(17),
            member: '陆*',
            items: null,
            amount: null,
            title: null,
            points: 0,
            state: 'waiting',
            problem: null,
          },
        ];
  const attention: Operation[] =
    kind === 'attention'
      ? [
          {
            op_id: '9',
            kind: 'return',
            at: at(41),
            member: '周*',
            items: 1,
            amount: '230.00',
            title: null,
            points: -24,
            state: 'attention',
            problem: 'over_refund',
          },
        ]
      : [];
  return [
    ...attention,
    ...waiting,
    {
      op_id: '4',
      kind: 'return',
      at: at(30),
      member: '周*',
      items: 1,
      amount: '200.11',
      title: null,
      points: -24,
      state: 'confirmed',
      problem: null,
    },
    {
      op_id: '5',
      kind: 'sale',
      at: at(61),
      member: null,
      items: 1,
      amount: '168.00',
      title: null,
      points: 0,
      state: 'confirmed',
      problem: null,
    },
  ];
}

export function fixture(kind: string, staffed: boolean): Engine {
  const later = <T>(value: T) => Promise.resolve(value);
  let wrong = 5;
  return {
    deviceStatus: () =>
      later({
        enrolled: kind !== 'not_enrolled',
        store_name: '江汇广场店',
        device_name: '2 号柜',
        sync: {
          kind: kind as SyncKind,
          pending: kind === 'offline' ? 3 : 1,
          attention: 1,
          last_contact: new Date(Date.now() - 26 * 60_000).toISOString(),
          problem: null,
        },
      }),
    clerks: () => later(staffed ? clerks : []),
    signIn: (id, pin) => {
      if (pin === '000000') {
        wrong -= 1;
        return Promise.reject(
          wrong > 0
            ? new EngineError('pin_wrong', { tries_left: wrong })
            : new EngineError('pin_locked', { until: Date.now() + 300_000 }),
        );
      }
      return later(clerks.find((clerk) => clerk.id === id)!);
    },
    signOut: () => later(undefined),
    find: (query) => later(hits(query)),
    memberPage: (id) => later(page(id, kind)),
    reveal: () => later({ name: '曾雨桐', phone: '13812345678' }),
    operations: () => later(operations(kind)),
    syncNow: () => new Promise((done) => setTimeout(done, 600)),
    onChange: () => () => {},
  };
}
