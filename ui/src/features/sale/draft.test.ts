import { beforeEach, describe, expect, it } from 'vitest';
import { EngineError } from '$lib/engine.js';
import {
  standInWork,
  type ProductHit,
  type SaleRequest,
  type WorkEngine,
} from '$lib/work-engine.js';
import { SaleDraft } from './draft.svelte.js';
import { isCode, isPhone, isRetailCode } from './scan.js';

const product = (sku: string, price: string | null): ProductHit => ({
  sku,
  barcode: null,
  name: sku,
  name_en: '',
  size: '',
  price,
  swatch: 'dew',
  allergens: [],
});

let asked: SaleRequest[] = [];
let recorded: SaleRequest[] = [];
let refuse: EngineError | null = null;

beforeEach(() => {
  asked = [];
  recorded = [];
  refuse = null;
  standInWork({
    saleQuote: (request: SaleRequest) => {
      asked.push(request);
      return Promise.resolve({
        lines: [],
        pieces: 1,
        total: '100.00',
        before_coupons: '100.00',
        coupons_off: '0.00',
        coupons: [],
        chosen: request.propose ? ['K1'] : request.coupons,
        best: request.propose,
        tier_up: null,
        points_worth: '0.00',
        pay: '100.00',
        earned: 100,
        max_points: 1050,
        max_points_offline: 0,
        step: 100,
        minimum: 300,
        balance_after: null,
        points_refused: null,
      });
    },
    saleRecord: (request: SaleRequest) => {
      recorded.push(request);
      if (refuse) return Promise.reject(refuse);
      return Promise.resolve({
        op_id: '1',
        receipt: request.receipt,
        pay: '100.00',
        earned: 100,
        spent: 0,
        exists: false,
        credited_later: true,
      });
    },
  } as unknown as WorkEngine);
});

const settle = () => new Promise((done) => setTimeout(done));
const started = () => {
  const sale = new SaleDraft();
  sale.forUnknown({ by: 'phone', phone: '13812345678' });
  return sale;
};

describe('a sale in hand', () => {
  it('counts the same product together and keeps a line taken off for a moment', async () => {
    const sale = started();
    sale.add(product('A', '230.00'));
    sale.add(product('A', '230.00'));
    expect(sale.lines.map((line) => line.qty)).toEqual([2]);
    expect(sale.amountOf(sale.lines[0]!)).toBe('460.00');
    sale.setQty(0, 0);
    expect(sale.lines).toHaveLength(0);
    sale.putBack();
    expect(sale.lines[0]?.qty).toBe(2);
    await settle();
  });

  it("takes the till's amount, keeps its rate, and drops it where it is the list price", () => {
    const sale = started();
    const line = sale.add(product('A', '230.00'));
    sale.setQty(0, 2);
    sale.setAmount(line.key, '408.00');
    sale.setQty(0, 3);
    expect(sale.lines[0]?.amount).toBe('612.00');
    sale.setAmount(line.key, '690.00');
    expect(sale.lines[0]?.amount).toBeNull();
  });

  it('asks for no quote while an amount is known to the till alone', async () => {
    const sale = started();
    const line = sale.add(product('A', null));
    await settle();
    expect(sale.unpriced?.key).toBe(line.key);
    expect(asked).toHaveLength(0);
    sale.setAmount(line.key, '99.00');
    await settle();
    expect(asked.at(-1)?.lines).toEqual([{ sku: 'A', qty: 1, amount: '99.00' }]);
  });

  it('steps points from nothing to the minimum and to the most in whole steps', async () => {
    const sale = started();
    sale.add(product('A', '230.00'));
    await settle();
    sale.setPoints(100);
    expect(sale.points).toBe(300);
    sale.setPoints(5000);
    expect(sale.points).toBe(1000);
    sale.setPoints(200);
    expect(sale.points).toBe(0);
  });

  it('is not recorded without a receipt number, and only once', async () => {
    const sale = started();
    sale.add(product('A', '230.00'));
    await sale.record();
    expect(sale.receiptWanted).toBe(true);
    expect(recorded).toHaveLength(0);
    sale.setReceipt(' 0518-0031\n');
    expect(sale.receipt).toBe('0518-0031');
    await Promise.all([sale.record(), sale.record()]);
    await sale.record();
    expect(recorded).toHaveLength(1);
    expect(sale.recorded?.done.credited_later).toBe(true);
  });

  it('keeps everything where it could not be recorded, and says what is possible', async () => {
    const sale = started();
    sale.add(product('A', '230.00'));
    sale.setReceipt('0518-0031');
    refuse = new EngineError('offline_limit', { number: 'C-151', possible: 400 });
    await sale.record();
    expect(sale.recorded).toBeNull();
    expect(sale.lines).toHaveLength(1);
    expect(sale.possible).toBe(400);
    expect(sale.trouble?.code).toBe('C-151');
  });
});

describe('what was scanned', () => {
  it('is a product by its check digit', () => {
    expect(isRetailCode('6901234567892')).toBe(true);
    expect(isRetailCode('6901234567890')).toBe(false);
    expect(isRetailCode('0518-0031')).toBe(false);
  });
  it('may be a phone number or a code', () => {
    expect(isPhone('13812345678')).toBe(true);
    expect(isPhone('1381234567')).toBe(false);
    expect(isCode('20460173')).toBe(true);
    expect(isCode('zengyutong')).toBe(false);
  });
});
