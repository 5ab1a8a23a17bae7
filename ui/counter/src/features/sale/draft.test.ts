import { beforeEach, describe, expect, it } from 'vitest';
import { EngineError, type LineRequest, type ProductHit, type SaleRequest } from '$lib/engine.js';
import { standIn } from '../../../dev/stand-in.js';
import { credit } from '../credit/credit.svelte.js';
import { SaleDraft } from './draft.svelte.js';
import { isRetailCode } from './scan.js';

const product = (sku: string, price: string | null): ProductHit => ({
  sku,
  barcode: null,
  name: sku,
  name_en: '',
  size: '',
  price,
  swatch: 'dew',
  allergens: [],
  allergy: { alerts: [], unlisted: false },
});

let asked: SaleRequest[] = [];
let recorded: SaleRequest[] = [];
let refuse: EngineError | null = null;

beforeEach(() => {
  asked = [];
  recorded = [];
  refuse = null;
  standIn({
    // its rules are the engine's: here is that it was asked
    lineAmounts: (lines: LineRequest[]) =>
      Promise.resolve(
        lines.map(({ qty, amount, amount_of }) => {
          const list = `${230 * qty}.00`;
          const rate =
            amount_of && amount_of !== qty ? `${amount} × ${qty} / ${amount_of}` : amount;
          return { list, amount: rate ?? list, till: rate !== null && rate !== list };
        }),
      ),
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
        max_points: 1000,
        max_points_offline: 0,
        pay_points: Math.min(request.pay_points, 1000),
        most_points: 1000,
        less_points: 0,
        more_points: 300,
        step: 100,
        minimum: 300,
        balance_after: null,
        points_refused: null,
      });
    },
    receiptEntry: (text: string) =>
      text === '6901234567892'
        ? Promise.resolve({ entered: 'product', product: product('P', '10.00') })
        : text.length > 40
          ? Promise.reject(new EngineError('receipt_invalid', { number: 'C-136' }))
          : Promise.resolve({ entered: 'number', receipt: text }),
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
  } as never);
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
    expect(sale.basket.lines.map((line) => line.qty)).toEqual([2]);
    await settle();
    expect(sale.basket.amountOf(sale.basket.lines[0]!)).toBe('460.00');
    sale.basket.setQty(0, 0);
    expect(sale.basket.lines).toHaveLength(0);
    sale.basket.putBack();
    expect(sale.basket.lines[0]?.qty).toBe(2);
    await settle();
  });

  it('swaps a line for another product, once, and back while nothing else was changed', async () => {
    const sale = started();
    const line = sale.add(product('A', '230.00'));
    sale.basket.setQty(0, 2);
    sale.swap(line.key, product('B', '180.00'));
    sale.swap(line.key + 99, product('C', '1.00'));
    expect(sale.basket.lines.map((one) => [one.product.sku, one.qty])).toEqual([['B', 2]]);
    expect(sale.basket.canSwapBack?.to.sku).toBe('B');
    sale.basket.swapBack();
    sale.basket.swapBack();
    expect(sale.basket.lines.map((one) => [one.product.sku, one.qty])).toEqual([['A', 2]]);
    sale.add(product('B', '180.00'));
    sale.swap(line.key, product('B', '180.00'));
    expect(sale.basket.lines.map((one) => [one.product.sku, one.qty])).toEqual([['B', 3]]);
    sale.basket.setQty(0, 1);
    expect(sale.basket.canSwapBack).toBeNull();
    await settle();
  });

  it("takes the till's amount, keeps its rate, and drops it where it is the list price", async () => {
    const sale = started();
    const line = sale.add(product('A', '230.00'));
    sale.basket.setQty(0, 2);
    sale.basket.setAmount(line.key, '408.00');
    sale.basket.setQty(0, 3);
    await settle();
    expect(asked.at(-1)?.lines).toEqual([{ sku: 'A', qty: 3, amount: '408.00', amount_of: 2 }]);
    expect(sale.basket.amountOf(sale.basket.lines[0]!)).toBe('408.00 × 3 / 2');
    sale.basket.setAmount(line.key, '690.00');
    await settle();
    expect(sale.basket.lines[0]?.amount).toBeNull();
  });

  it('asks for no quote while an amount is known to the till alone', async () => {
    const sale = started();
    const line = sale.add(product('A', null));
    await settle();
    expect(sale.basket.unpriced?.key).toBe(line.key);
    expect(asked).toHaveLength(0);
    sale.basket.setAmount(line.key, '99.00');
    await settle();
    expect(asked.at(-1)?.lines).toEqual([{ sku: 'A', qty: 1, amount: '99.00' }]);
  });

  it('steps points to where the engine says, each tap from where the last one led', async () => {
    const sale = started();
    sale.add(product('A', '230.00'));
    await settle();
    const told = { less_points: 200, more_points: 400 };
    await sale.stepPoints('more');
    expect(sale.points).toBe(300);
    await settle();
    standIn({
      saleQuote: (request: SaleRequest) =>
        Promise.resolve({ ...sale.quote!, ...told, pay_points: request.pay_points }),
    } as never);
    sale.setPoints(300);
    const steps = [sale.stepPoints('more'), sale.stepPoints('less')];
    await Promise.all(steps);
    await settle();
    expect(sale.points).toBe(200);
  });

  it('pays with as many points as the engine says that may be used', async () => {
    const sale = started();
    sale.add(product('A', '230.00'));
    await settle();
    sale.setPoints(5000);
    await settle();
    expect([sale.points, sale.most]).toEqual([1000, 1000]);
    expect(asked.at(-1)).toMatchObject({ pay_points: 5000, fit_points: true });
    sale.receipt.set('0518-0031');
    await sale.record();
    expect(recorded.at(-1)).toMatchObject({ pay_points: 1000, fit_points: false });
  });

  it('is not recorded without a receipt number, and only once', async () => {
    const sale = started();
    sale.add(product('A', '230.00'));
    await sale.record();
    expect(sale.receipt.wanted).toBe(true);
    expect(recorded).toHaveLength(0);
    sale.receipt.set(' 0518-0031\n');
    expect(sale.receipt.text).toBe('0518-0031');
    await Promise.all([sale.record(), sale.record()]);
    await sale.record();
    expect(recorded).toHaveLength(1);
    expect(sale.recorded?.done.credited_later).toBe(true);
  });

  it('keeps everything where it could not be recorded, and says what is possible', async () => {
    const sale = started();
    sale.add(product('A', '230.00'));
    sale.receipt.set('0518-0031');
    refuse = new EngineError('offline_limit', { number: 'C-151', possible: 400 });
    await sale.record();
    expect(sale.recorded).toBeNull();
    expect(sale.basket.lines).toHaveLength(1);
    expect(sale.possible).toBe(400);
    expect(sale.trouble?.code).toBe('C-151');
  });
});

describe('the receipt field', () => {
  it.each(['q'.repeat(100), '7'.repeat(41)])(
    'refuses what is none when it is entered',
    async (text) => {
      const sale = started();
      sale.add(product('A', '230.00'));
      sale.receipt.set(text);
      await settle();
      expect(sale.receipt.text).toBe(text);
      expect(sale.receipt.trouble?.code).toBe('C-136');
      expect(sale.ready).toBe(false);
      await sale.record();
      expect(recorded).toHaveLength(0);
      sale.receipt.set('0518-0031');
      await settle();
      expect(sale.receipt.trouble).toBeNull();
      expect(sale.ready).toBe(true);
    },
  );

  it('gives a product its bar code back, before the sale is recorded without it', async () => {
    const sale = started();
    sale.add(product('A', '230.00'));
    sale.receipt.set('6901234567892');
    await sale.record();
    expect(sale.basket.lines.map((line) => line.product.sku)).toEqual(['A', 'P']);
    expect([sale.receipt.text, sale.receipt.wanted, recorded.length]).toEqual(['', true, 0]);
  });
});

describe('a sale that is open', () => {
  const page = (id: string) => ({ id, masked_name: `她${id}`, points: { online_usable: 0 } });
  beforeEach(() => standIn({ memberPage: (id: string) => Promise.resolve(page(id)) } as never));

  const hers = async (id: string) => {
    const sale = new SaleDraft();
    await sale.forMember(id);
    return sale;
  };

  it.each(['page', 'scan'] as const)('is never given to who comes by %s', async (how) => {
    const sale = await hers('m1');
    sale.add(product('A', '230.00'));
    await sale.come('m2', how, [product('B', '1.00')]);
    // once more, as the page's own effect does
    await sale.come('m2', how);
    expect(sale.isOf('m1')).toBe(true);
    expect(sale.basket.lines).toHaveLength(1);
    expect(sale.comer).toMatchObject({ id: 'm2', who: '她m2', with: [{ sku: 'B' }] });
  });

  it('makes room for who comes from her page where nothing is in it, but not for a scan', async () => {
    const sale = await hers('m1');
    await sale.come('m2', 'scan');
    expect(sale.isOf('m1')).toBe(true);
    expect(sale.comer?.id).toBe('m2');
    sale.comer = null;
    await sale.come('m2', 'page', [product('B', '1.00')]);
    expect(sale.isOf('m2')).toBe(true);
    expect(sale.basket.lines.map((line) => line.product.sku)).toEqual(['B']);
  });

  it('keeps what was scanned before anybody was said from who is scanned', async () => {
    const sale = new SaleDraft();
    sale.add(product('A', '230.00'));
    await sale.come('m2', 'scan');
    expect(sale.target).toBeNull();
    expect(sale.comer?.id).toBe('m2');
  });

  it('is parked as it stands and goes on as it was', async () => {
    const sale = await hers('m1');
    sale.add(product('A', '230.00'));
    sale.receipt.set('0518-0031');
    await settle();
    credit.chosen = { seller: 'chen', second: null };
    credit.reason = 'served';
    const request = sale.toPark('去试色了', '', null)!;
    expect(request).toMatchObject({
      id: null,
      member: { by: 'member', id: 'm1' },
      lines: [{ sku: 'A', qty: 1, amount: null }],
      receipt: '0518-0031',
    });
    const chosen = { seller: 'chen', second: null, reason: 'served' };
    expect(request.credit).toEqual(chosen);
    sale.clear();
    expect(sale.toPark('', '', null)).toBeNull();
    expect(credit.byHand()).toBeNull();
    await sale.goOn({
      ...request,
      id: 'p1',
      lines: [{ product: product('A', '240.00'), qty: 1, amount: null }],
      changes: [],
    } as never);
    expect(sale.isOf('m1')).toBe(true);
    expect([sale.parked, sale.receipt.text, sale.basket.lines[0]?.product.price]).toEqual([
      'p1',
      '0518-0031',
      '240.00',
    ]);
    expect(sale.toPark('', '', null)).toMatchObject({ id: 'p1', credit: chosen });
    expect(sale.request()?.credit).toEqual(chosen);
  });
});

describe('what was scanned', () => {
  it('has the form of a bar code by its check digit', () => {
    expect(isRetailCode('6901234567892')).toBe(true);
    expect(isRetailCode('6901234567890')).toBe(false);
    expect(isRetailCode('0518-0031')).toBe(false);
    // a shop's own numbers and dates
    for (let n = 0; n < 1000; n += 1)
      expect(isRetailCode(`20261128${String(n).padStart(5, '0')}`)).toBe(false);
  });
});
