import {
  engine,
  EngineError,
  type CouponChoice,
  type CouponView,
  type Engine,
  type JoinCode,
  type LineRequest,
  type ProductHit,
  type ReceiptView,
  type RewardView,
  type SaleQuote,
  type SaleRequest,
} from '../src/lib/engine.js';
import { checked } from './allergy-fixture.js';
import { fromFen, mostPoints, steps, times, toFen, wholeSteps, worthFen } from './decimal.js';

type Row = [
  sku: string,
  name: string,
  en: string,
  size: string,
  price: string | null,
  swatch: string,
  allergens: string[],
];
const rows: Row[] = [
  ['TH1001', '凝光修护精华', 'Luma Repair Serum', '30 ml', '680.00', 'serum', ['水']],
  ['TH1002', '凝光修护精华', 'Luma Repair Serum', '50 ml', '980.00', 'serum', ['水']],
  ['TH2001', '柔雾唇釉', 'Velvet Lip Glaze', '07 豆沙', '230.00', 'lip-07', []],
  ['TH3001', '净澈洁面泡沫', 'Clear Foaming Cleanser', '120 ml', '168.00', 'foam', ['水杨酸']],
  ['TH3002', '云锦屏障面霜', 'Brocade Barrier Cream', '50 g', '520.00', 'cream', ['水']],
  ['TH9001', '会员日限定礼盒', 'Member Day Box', '三件', null, 'powder', ['香精']],
];
export const products: ProductHit[] = rows.map(
  ([sku, name, name_en, size, price, swatch, allergens], i) => ({
    sku,
    barcode: `69012345678${i}0`,
    name,
    name_en,
    size,
    price,
    swatch,
    allergens,
    allergy: checked(allergens, undefined),
  }),
);

const rules = {
  yuan_per_point: '0.05',
  minimum: 100,
  step: 100,
  step_worth: '5.00',
  max_share: '0.5',
  max_percent: 50,
};
const TAKEN = '0518-0001';

function amountOf(line: LineRequest): string {
  const product = products.find((one) => one.sku === line.sku);
  if (!product) throw new EngineError('product_unknown', { sku: line.sku, number: 'C-130' });
  if (line.amount !== null) return line.amount;
  if (product.price === null)
    throw new EngineError('price_unknown', { sku: line.sku, number: 'C-131' });
  return times(product.price, line.qty);
}

type Reward = [
  id: string,
  name: string,
  size: string,
  kind: string,
  points: number,
  swatch: string,
  allergens: string[],
  tier?: boolean,
];
const rewardRows: Reward[] = [
  ['RW01', '凝光修护精华', '5 ml', 'sample', 300, 'serum', ['水']],
  ['RW02', '舒润面膜', '2 片', 'sample', 350, 'mask', ['水']],
  ['RW03', '晨露化妆水', '30 ml', 'sample', 400, 'dew', ['水']],
  ['RW04', '云锦屏障面霜', '7 g', 'sample', 450, 'cream', []],
  ['RW05', '净澈洁面泡沫 旅行装', '30 ml', 'sample', 300, 'foam', ['水杨酸']],
  ['RW06', '云绒粉饼 体验装', 'N20·3 g', 'sample', 500, 'powder', ['水']],
  ['RW07', '柔雾唇釉 迷你', '07 豆沙·1.2 g', 'sample', 600, 'lip-07', ['水']],
  ['RW08', '紫苏精粹水', '30 ml', 'sample', 300, 'perilla', ['水'], true],
  ['RW09', '云绒粉饼 N20', '10 g', 'product', 2400, 'powder', ['水']],
  ['RW10', '凝光修护精华', '30 ml', 'product', 6800, 'serum', ['水']],
  ['RW11', '面部舒缓护理', '45 分钟', 'service', 3000, 'mask', ['水']],
];

const kept: CouponView = {
  id: 'K1',
  benefit: { kind: 'amount_off', threshold: '1000.00', amount: '120.00' },
  gift: null,
  categories: [],
  skus: [],
  stacks: true,
  expires: '2026-05-31',
  place: 'here',
};

/** Near enough to the rules to look at: which apply, and one pair that does not stack. */
function couponsOf(request: SaleRequest, before: number, offline: boolean): CouponChoice[] {
  const all: CouponView[] = [
    kept,
    {
      ...kept,
      id: 'K2',
      benefit: { kind: 'factor', factor: '2', threshold: '0.00' },
      expires: null,
    },
    {
      ...kept,
      id: 'K3',
      benefit: { kind: 'percent_off', percent: '10', threshold: '0.00', cap: '80.00' },
      stacks: false,
    },
    {
      ...kept,
      id: 'K4',
      benefit: { kind: 'amount_off', threshold: '500.00', amount: '50.00' },
      categories: ['lip'],
    },
    {
      ...kept,
      id: 'K5',
      benefit: { kind: 'gift', gift: '润唇膏', threshold: '300.00' },
      place: 'free',
    },
  ];
  return all.map((coupon, i): CouponChoice => {
    const { benefit } = coupon;
    const short = Math.max(0, toFen(benefit.threshold ?? '0.00') - (i === 3 ? 46000 : before));
    const off =
      benefit.kind === 'amount_off'
        ? toFen(benefit.amount)
        : benefit.kind === 'percent_off'
          ? Math.min(Math.round(before / 10), 8000)
          : 0;
    const barred = offline && coupon.place !== 'here' ? 'offline' : null;
    const chosen =
      short === 0 &&
      barred === null &&
      (request.propose ? i !== 2 : (request.coupons ?? []).includes(coupon.id));
    return {
      coupon,
      chosen,
      off: fromFen(off),
      points: benefit.kind === 'factor' ? 1366 : 0,
      refusal: short > 0 ? 'coupon_not_applicable' : null,
      missing: short > 0 ? fromFen(short) : null,
      barred: short > 0 ? null : barred,
      with: i === 2 ? ['K3'] : ['K1', 'K2', ...(i === 4 ? ['K5'] : [])],
      with_off: i === 2 ? fromFen(off) : '120.00',
      with_points: 0,
      with_less: i === 2 && off < 12000 ? fromFen(12000 - off) : '0.00',
    };
  });
}

/** A stand-in for the rules, near enough to look at the screens. */
export function workFixture(limited: string | null) {
  const offline = limited === 'offline' || limited === 'lease_over' || limited === 'clock_behind';
  const slow = <T>(value: T, ms = 0) => new Promise<T>((done) => setTimeout(() => done(value), ms));
  let asked = 0;

  async function quote(request: SaleRequest): Promise<SaleQuote> {
    const page = request.member.by === 'member' ? await engine.memberPage(request.member.id) : null;
    const lines = request.lines.map((line) => {
      const product = products.find((one) => one.sku === line.sku)!;
      return {
        ...product,
        qty: line.qty,
        amount: amountOf(line),
        off: '0.00',
        allergens: product.allergens.filter((one) => page?.allergies.includes(one)),
        allergy: checked(product.allergens, page?.allergies),
        swap: product.sku === 'TH3001' ? products[4]! : null,
      };
    });
    const before = lines.reduce((sum, line) => sum + toFen(line.amount), 0);
    const coupons = page ? couponsOf(request, before, offline) : [];
    const chosen = coupons.filter((one) => one.chosen);
    const off = chosen.reduce((sum, one) => sum + toFen(one.off), 0);
    const total = before - off;
    const usable = page ? page.points.confirmed - page.points.pending_spent : 0;
    const here = page?.points.offline_usable ?? 0;
    const most = mostPoints(fromFen(total), rules, limited ? Math.min(usable, here) : usable);
    const pay_points = wholeSteps(Math.min(request.pay_points, most), rules);
    const worth = worthFen(pay_points, rules.yuan_per_point);
    const earned = Math.floor(((total - worth) / 100) * 1.2);
    const { less, more } = steps(pay_points, most, rules);
    return {
      lines,
      pieces: lines.reduce((sum, line) => sum + line.qty, 0),
      total: fromFen(total),
      before_coupons: fromFen(before),
      coupons_off: fromFen(off),
      coupons,
      chosen: chosen.map((one) => one.coupon.id),
      best: request.propose ?? false,
      tier_up: request.lines.some((line) => line.qty > 3)
        ? { id: 'diamond', rank: 2, name_zh: '黑钻', name_en: 'Black Diamond' }
        : null,
      pay_points,
      most_points: most,
      less_points: less,
      more_points: more,
      points_worth: fromFen(worth),
      pay: fromFen(total - worth),
      earned,
      max_points: mostPoints(
        fromFen(total),
        rules,
        limited === 'held_elsewhere' ? (page?.points.offline_usable ?? 0) : usable,
      ),
      max_points_offline: mostPoints(fromFen(total), rules, page?.points.offline_usable ?? 0),
      step: rules.step,
      minimum: rules.minimum,
      balance_after: page ? usable + page.points.pending_earned - pay_points + earned : null,
      points_refused: null,
    };
  }

  const receipt = async (no: string): Promise<ReceiptView> => {
    const page = await engine.memberPage('m1');
    const found = page.history.find((one) => one.no === no);
    if (found) return found;
    if (no === '404404') throw new EngineError('receipt_unknown', { number: 'C-138' });
    const line = (sku: string, qty: number, returned: number, amount: string) => {
      const product = products.find((one) => one.sku === sku)!;
      return {
        sku,
        name: product.name,
        size: product.size,
        swatch: product.swatch,
        qty,
        name_en: product.name_en,
        returned,
        amount,
      };
    };
    return {
      id: `sale-${no}`,
      no,
      at: Date.now() - 6 * 86_400_000,
      store: { id: 's', name: '江汇广场店' },
      here: true,
      channel: 'store',
      lines: [
        line('TH1001', 1, 0, '617.61'),
        line('TH2001', 2, 0, '417.80'),
        line('TH3001', 1, 1, '152.59'),
      ],
      pay: '1138.00',
      refunded: '0.00',
      earned: 1138,
      points_paid: 1000,
      state: 'confirmed',
    };
  };

  return {
    productsFind: async (typed, limit, memberId) => {
      const hers = memberId ? (await engine.memberPage(memberId)).allergies : undefined;
      const wanted = typed.toUpperCase();
      const initials: Record<string, string> = {
        NGXFJH: 'TH1001',
        RWCY: 'TH2001',
        JCJMPM: 'TH3001',
      };
      return slow(
        products
          .filter(
            (one) =>
              one.barcode === wanted ||
              one.sku.startsWith(wanted) ||
              one.name.includes(typed) ||
              one.name_en.toUpperCase().includes(wanted) ||
              Object.entries(initials).some(
                ([key, sku]) =>
                  key.startsWith(wanted) && one.name === products.find((p) => p.sku === sku)!.name,
              ),
          )
          .slice(0, limit)
          .map((one) => ({ ...one, allergy: checked(one.allergens, hers) })),
      );
    },
    saleQuote: quote,
    lineAmounts: async (lines) =>
      lines.map((line) => {
        const price = products.find((one) => one.sku === line.sku)?.price ?? null;
        const list = price === null ? null : times(price, line.qty);
        return { list, amount: line.amount ?? list, till: line.amount !== null };
      }),
    saleRecord: async (request) => {
      await slow(null, 350);
      if (request.receipt === '0518-0409')
        throw new EngineError('receipt_conflict', { number: 'C-137' });
      if (request.receipt === '0518-0500') throw new EngineError('not_saved', { number: 'C-204' });
      const { pay, earned } = await quote(request);
      return {
        op_id: 'op',
        receipt: request.receipt,
        pay,
        earned,
        spent: request.pay_points,
        exists: request.receipt === TAKEN,
        credited_later: request.member.by !== 'member',
      };
    },
    receiptEntry: (text) => {
      const product = products.find((one) => one.barcode === text);
      if (product) return slow({ entered: 'product', product });
      return text.length > 40 || !/\d/.test(text)
        ? Promise.reject(new EngineError('receipt_invalid', { number: 'C-136' }))
        : slow({ entered: 'number', receipt: text });
    },
    redeemOptions: async (id) => {
      const { points, allergies } = await engine.memberPage(id);
      const all = points.confirmed - points.pending_spent;
      const none = ['frozen', 'superseded', 'revoked', 'lease_over', 'clock_behind'];
      const possible_now =
        limited === null ? all : none.includes(limited) ? 0 : points.offline_usable;
      const limit = possible_now < all ? limited : null;
      const rewards = rewardRows.map(
        ([id, name, size, kind, cost, swatch, allergens, tier]): RewardView => ({
          id,
          name,
          name_en: '',
          size,
          kind,
          points: cost,
          swatch,
          allergens: allergens.filter((one) => allergies.includes(one)),
          allergy: checked(allergens, kind === 'service' ? undefined : allergies),
          stock: id === 'RW03' ? 0 : kind === 'sample' ? 12 : null,
          status:
            id === 'RW03'
              ? { status: 'out_of_stock' }
              : tier
                ? { status: 'tier', name_zh: '黑钻', name_en: 'Black Diamond' }
                : cost <= possible_now
                  ? { status: 'possible' }
                  : cost <= all
                    ? { status: 'online_only', more: cost - possible_now }
                    : { status: 'not_enough', more: cost - all },
        }),
      );
      return { points, online: !offline, possible_now, limit, rewards, cash: rules };
    },
    redeemQuote: async ({ member_id, what }) => {
      const { points: hers } = await engine.memberPage(member_id);
      const before = hers.confirmed - hers.pending_spent;
      const now = limited === null ? before : Math.min(before, hers.offline_usable);
      const all = limited === 'held_elsewhere' ? before : now;
      const told = (points: number) => ({
        points,
        before,
        after: before - points,
        offline_after: Math.max(0, hers.offline_usable - points),
        asks: points > now,
        refused: null,
      });
      if (what.kind === 'reward') {
        const cost = rewardRows.find((one) => one[0] === what.id)![4];
        const most = Math.max(1, Math.min(12, Math.floor(all / cost)));
        return { ...told(cost * what.qty), what: { kind: 'reward', most } };
      }
      const most = mostPoints(what.bill, rules, all);
      const used = wholeSteps(Math.min(what.points, most), rules);
      const worth = worthFen(used, rules.yuan_per_point);
      return {
        ...told(used),
        what: {
          kind: 'cash',
          worth: fromFen(worth),
          due: fromFen(toFen(what.bill) - worth),
          most,
          most_worth: fromFen(worthFen(most, rules.yuan_per_point)),
          most_asks: most > now,
          ...steps(used, most, rules),
        },
      };
    },
    redeem: async ({ member_id, what }) => {
      await slow(null, 900);
      const { points } = await engine.memberPage(member_id);
      const used =
        what.kind === 'cash'
          ? what.points
          : what.qty * rewardRows.find((one) => one[0] === what.id)![4];
      const refused = limited === 'offline' ? null : limited;
      if (
        what.kind === 'reward' &&
        (what.id === 'RW07' || (refused && used > points.offline_usable))
      )
        throw new EngineError('offline_limit', {
          number: 'C-151',
          possible: 400,
          set_aside: 1200,
          used: 800,
          confirmed: 3860,
          reason: refused,
        });
      return {
        op_id: 'op',
        points: used,
        worth: what.kind === 'cash' ? fromFen(worthFen(used, rules.yuan_per_point)) : null,
        balance_after: points.confirmed - points.pending_spent - used,
        offline_usable: Math.max(0, points.offline_usable - used),
      };
    },
    returnOpen: async (no) => ({
      receipt: await receipt(no),
      member: await engine.memberPage('m3'),
      sold_by: { id: 'c4', name: '陈立', role: 'cashier' },
    }),
    stores: () =>
      slow([
        { id: 'S1', name: '静安店' },
        { id: 'S2', name: '徐汇店' },
      ]),
    returnQuote: async (request) => {
      const { lines } = await receipt(request.receipt);
      const value = request.lines.reduce((sum, { sku, qty }) => {
        const line = lines.find((one) => one.sku === sku)!;
        return sum + Math.round((toFen(line.amount) * qty) / line.qty);
      }, 0);
      const taken_back = Math.floor(value / 100);
      const given_back = Math.floor(value / 119);
      return {
        refund: fromFen(value - worthFen(given_back, rules.yuan_per_point)),
        given_back,
        taken_back,
        value: fromFen(value),
        paid_by_points: fromFen(worthFen(given_back, rules.yuan_per_point)),
        given_back_to: [{ points: given_back, date: '2026-05-31' }],
        debt_after: 0,
        tier_before: { id: 'silver', rank: 0, name_zh: '银卡', name_en: 'Silver' },
        tier_after: { id: 'silver', rank: 0, name_zh: '银卡', name_en: 'Silver' },
        coupons_back: [],
        coupons_kept: [kept],
        balance_before: 1240,
        balance_after: 1240 + given_back - taken_back,
        checked_later: offline,
      };
    },
    returnRecord: async (request) => {
      await slow(null, 300);
      if (request.reason === 'damaged')
        throw new EngineError('over_returned', { left: 1, number: 'C-139' });
      const { refund, given_back, taken_back } = await engine.returnQuote(request);
      return {
        op_id: 'op',
        receipt: request.receipt,
        refund,
        given_back,
        taken_back,
        unknown_receipt: false,
        exists: false,
      };
    },
    joinCode: async (): Promise<JoinCode> => {
      asked = 0;
      return {
        id: 'code',
        code: 'code',
        url: 'https://member.example/j/code',
        svg: picture(),
        issued: Date.now(),
        valid_until: Date.now() + 1_661_000,
        welcome_gift: '护肤小样一份',
        welcome_gift_en: '',
      };
    },
    joined: async () =>
      new URLSearchParams(location.search).has('joined') && ++asked > 0
        ? { member_id: 'm2', masked_name: '张*', masked_phone: '139****0216' }
        : null,
    invited: async (ids) => [
      {
        id: ids[0] ?? '',
        opened: Date.now() - 60_000,
        sent: Date.now() - 30_000,
        proven: null,
        joined: null,
      },
    ],
    inviteSlip: async () => ({
      parts: [
        { part: 'brand', text: '汀禾' },
        { part: 'middle', text: '江汇广场店', weight: 'plain' },
        { part: 'middle', text: '扫一扫，三步入会', weight: 'strong' },
        { part: 'scan', data: 'https://member.example/j/code' },
        { part: 'pair', label: '邀请人', value: '林悦', weight: 'plain', pending: false },
      ],
      code_svg: picture(),
      printer: true,
    }),
    invitePrint: async () => null,
    inviteSave: async (_code, format) => ({
      path: `/join.${format}`,
      folder: 'Counterpart',
      file: `join.${format}`,
    }),
    fillInNumber: async () => ({
      state: 'sent',
      code: 'code',
      id: 'code',
      resend_after_seconds: 60,
      demo_code: '407218',
    }),
    fillInProve: async (_phone, _code, verification) => {
      if (verification === '000000') throw new EngineError('sms_code_wrong', { number: 'C-164' });
      return null;
    },
    fillInAsks: async (told) => ({
      called: told.name,
      under_14: false,
      consents: ['terms', 'skin', 'marketing'].map((purpose) => ({
        purpose,
        required: purpose === 'terms',
        version: '2026-01',
      })),
    }),
    fillInJoin: async () => ({
      already: false,
      who: { member_id: 'm2', masked_name: '陆', masked_phone: '186****7719' },
      masked_phone: '186****7719',
    }),
  } satisfies Partial<Engine>;
}

/** Not a code that can be read: as many modules, with the quiet zone. */
function picture(): string {
  let path = '';
  let seed = 7;
  for (let y = 0; y < 49; y++)
    for (let x = 0; x < 49; x++) {
      const finder = ((x < 8 || x > 40) && y < 8) || (x < 8 && y > 40);
      const fx = x > 40 ? 48 - x : x;
      const fy = y > 40 ? 48 - y : y;
      const edge = Math.max(Math.abs(fx - 3), Math.abs(fy - 3));
      seed = (seed * 1103515245 + 12345) % 2147483648;
      if (finder ? edge !== 2 && edge < 4 : seed % 97 < 48) path += `M${x + 4} ${y + 4}h1v1h-1z`;
    }
  return `<?xml version="1.0" standalone="yes"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 57 57" shape-rendering="crispEdges"><rect width="57" height="57" fill="#ffffff"/><path fill="#000000" d="${path}"/></svg>`;
}

export default workFixture;
