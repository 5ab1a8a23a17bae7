import type { CouponView, ProductHit } from '../src/lib/engine.js';
import { checked } from './allergy-fixture.js';

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

export const rules = {
  yuan_per_point: '0.05',
  minimum: 100,
  step: 100,
  step_worth: '5.00',
  max_share: '0.5',
  max_percent: 50,
};
export const kept: CouponView = {
  id: 'K1',
  benefit: { kind: 'amount_off', threshold: '1000.00', amount: '120.00' },
  gift: null,
  categories: [],
  skus: [],
  stacks: true,
  expires: '2026-05-31',
  place: 'here',
};

/** Whether a limit is one of a counter that the centre does not answer. */
export const isOffline = (limited: string | null): boolean =>
  limited === 'offline' || limited === 'lease_over' || limited === 'clock_behind';

/** An answer after a while. */
export const slow = <T>(value: T, ms = 0) =>
  new Promise<T>((done) => setTimeout(() => done(value), ms));
