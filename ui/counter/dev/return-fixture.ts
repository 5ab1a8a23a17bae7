import { engine, EngineError, type Engine, type ReceiptView } from '../src/lib/engine.js';
import { fromFen, toFen, worthFen } from './decimal.js';
import { isOffline, kept, products, rules, slow } from './shop.js';

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
    waiting: 0,
    points_paid: 1000,
    state: 'confirmed',
  };
};

/** A stand-in for the rules of returns, near enough to look at the screens. */
export function returnFixture(limited: string | null) {
  const offline = isOffline(limited);
  return {
    returnOpen: async (no) => ({
      receipt: await receipt(no),
      member: await engine.memberPage('m3'),
      sold_by: { id: 'c4', name: '陈立', role: 'cashier', here: true },
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
  } satisfies Partial<Engine>;
}
