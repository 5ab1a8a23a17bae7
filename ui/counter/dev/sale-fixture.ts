import {
  engine,
  EngineError,
  type CouponChoice,
  type CouponView,
  type Engine,
  type LineRequest,
  type SaleQuote,
  type SaleRequest,
} from '../src/lib/engine.js';
import { checked } from './allergy-fixture.js';
import { fromFen, mostPoints, steps, times, toFen, wholeSteps, worthFen } from './decimal.js';
import { isOffline, kept, products, rules, slow } from './shop.js';

const TAKEN = '0518-0001';

function amountOf(line: LineRequest): string {
  const product = products.find((one) => one.sku === line.sku);
  if (!product) throw new EngineError('product_unknown', { sku: line.sku, number: 'C-130' });
  if (line.amount !== null) return line.amount;
  if (product.price === null)
    throw new EngineError('price_unknown', { sku: line.sku, number: 'C-131' });
  return times(product.price, line.qty);
}

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

/** A stand-in for the rules of a sale, near enough to look at the screens. */
export function saleFixture(limited: string | null) {
  const offline = isOffline(limited);

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
      // beyond 20,000 yuan the rest waits for the till
      waiting: total > 2_000_000 ? earned - Math.floor((earned * 2_000_000) / total) : 0,
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
      const { pay, earned, waiting } = await quote(request);
      return {
        op_id: 'op',
        receipt: request.receipt,
        pay,
        earned,
        waiting,
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
  } satisfies Partial<Engine>;
}
