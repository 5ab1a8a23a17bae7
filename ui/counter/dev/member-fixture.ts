import {
  engine,
  EngineError,
  type CouponView,
  type CreditForm,
  type Engine,
  type MovementEntry,
  type OpenCoupon,
  type ProfileForm,
} from '../src/lib/engine.js';
import { slow } from './shop.js';
import { ago, page } from './members.js';

const dateIn = (days: number) =>
  new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const here = { id: 's1', name: '江汇广场店' };

const clerk = (id: string, name: string, role = 'advisor') => ({ id, name, role, here: true });
const staff = [
  clerk('c1', '林悦'),
  clerk('c3', '苏晓'),
  clerk('c4', '陈立', 'cashier'),
  clerk('c5', '何敏', 'manager'),
];

function form(memberId: string, offline: boolean): ProfileForm {
  const her = page(memberId, offline);
  const named = memberId === 'm1';
  const consent = (purpose: string, given: boolean) => ({
    purpose,
    given,
    version: given ? '2026-01' : '',
    at: given ? ago(16) : null,
    source: given ? (purpose === 'skin' ? 'counter' : 'phone') : '',
    pending: false,
  });
  return {
    member_id: memberId,
    revision: 3,
    name: named ? '曾静' : '',
    called: named ? '曾女士' : '',
    phone: '13812345678',
    birthday: named ? { year: null, month: 5, day: 6 } : null,
    under_14: memberId === 'm5',
    advisor: named ? 'c1' : null,
    advisors: staff.filter((one) => one.role !== 'cashier'),
    skin: her.skin,
    concerns: her.concerns,
    concern_words: ['保湿', '修护', '美白', '提亮', '抗衰'],
    allergies: her.allergies,
    notes: [],
    consents: [
      consent('terms', true),
      consent('skin', her.consent_skin),
      consent('marketing', false),
      consent('guardian', false),
    ],
    consent_version: '2026-01',
    pending: false,
    online: !offline,
  };
}

const coupon = (
  id: string,
  benefit: OpenCoupon['coupon']['benefit'],
  over: Partial<Omit<CouponView, 'benefit'>> = {},
): OpenCoupon['coupon'] => ({
  id,
  benefit,
  gift: null,
  categories: [],
  skus: [],
  stacks: false,
  expires: null,
  place: 'here' as const,
  ...over,
});

function movement(
  id: string,
  days: number,
  points: number,
  what: MovementEntry['what'],
  over: Partial<MovementEntry> = {},
): MovementEntry {
  return {
    id,
    at: ago(days),
    what,
    points,
    store: here,
    here: true,
    receipt: null,
    pending: false,
    ...over,
  };
}

const bought = (pieces: number, paid = 0, channel = 'store') =>
  ({ kind: 'purchase', pieces, paid, channel }) as const;
const redeemed = (undone: boolean) =>
  ({
    kind: 'redemption',
    name: '晨露化妆水 30 ml',
    name_en: 'Morning Dew Toner 30 ml',
    pieces: 1,
    worth: null,
    undone,
  }) as const;

/** Her profile, coupons, ledger and the credit, made up. */
export function memberFixture() {
  const offline = async () => (await engine.deviceStatus()).sync.kind === 'offline';
  return {
    profileForm: async (memberId) => form(memberId, await offline()),
    profileChange: async (request) => {
      if (request.phone === '13900000000')
        throw new EngineError('phone_taken', { number: 'C-163' });
      return {
        op_id: 'p1',
        allergies: [],
        warns_of_nothing: [],
        meanwhile: request.called
          ? { clerk: '苏晓', at: Date.now(), name: null, called: '曾老师' }
          : null,
        phone_waits: request.phone !== null && request.phone !== undefined,
      };
    },
    newPhoneSend: async () => {
      await slow(null, 600);
      return { resend_after_seconds: 60, demo_code: '418205' };
    },
    newPhoneProve: async (_, code) => {
      await slow(null, 600);
      if (code !== '418205') throw new EngineError('sms_code_wrong', { number: 'C-164' });
      return null;
    },
    newPhoneDrop: async () => null,
    memberCoupons: async (memberId) => {
      const none = memberId === 'm5' || memberId === 'm6';
      return {
        as_of: ago(0.02),
        open: none
          ? []
          : [
              {
                coupon: coupon(
                  'k1',
                  { kind: 'gift', gift: 'TH9001', threshold: '0.00' },
                  {
                    gift: { name: '护手霜', name_en: 'Hand Cream', size: '30 ml' },
                    expires: dateIn(3),
                  },
                ),
                days: 3,
                soon: true,
              },
              {
                coupon: coupon(
                  'k2',
                  { kind: 'amount_off', threshold: '1000.00', amount: '120.00' },
                  { expires: dateIn(33), stacks: true, place: 'free' },
                ),
                days: 33,
                soon: false,
              },
              {
                coupon: coupon(
                  'k3',
                  { kind: 'percent_off', threshold: '0.00', percent: '12', cap: '200.00' },
                  { categories: ['lip', 'base'], place: 'elsewhere' },
                ),
                days: null,
                soon: false,
              },
            ],
        used: none
          ? []
          : [
              {
                coupon: coupon('k9', { kind: 'factor', factor: '2', threshold: '0.00' }),
                at: ago(3),
                store: here,
                here: true,
                receipt: '053-0031',
                off: '0.00',
                pending: false,
              },
              {
                coupon: coupon('k8', { kind: 'amount_off', threshold: '300.00', amount: '50.00' }),
                at: ago(73),
                store: here,
                here: true,
                receipt: '0573-0031',
                off: '50.00',
                pending: false,
              },
            ],
      };
    },
    pointsLedger: async (memberId) => {
      const none = memberId === 'm5' || memberId === 'm6';
      const lot = (days: number | null, points: number, pending = 0) => ({
        expires: days === null ? null : dateIn(days),
        days,
        points,
        pending,
        soon: days !== null && days <= 30,
      });
      return {
        confirmed: none ? 0 : 3860,
        as_of: ago(0.02),
        pending: none ? 0 : 188,
        debt: 0,
        waiting: memberId === 'm2' ? 24000 : 0,
        frozen: false,
        lots: none
          ? []
          : [lot(13, 420), lot(105, 1180), lot(196, 1060), lot(317, 1200), lot(378, 0, 188)],
        movements: none
          ? []
          : [
              movement('a', 0.05, 188, bought(1), { pending: true, receipt: '050-0031' }),
              movement('b', 3, 525, bought(2, 300), { receipt: '053-0031' }),
              movement('c', 16, 5, { kind: 'behaviour', behaviour: 'check_in' }),
              movement('d', 20, 300, { kind: 'reversal', name: '面膜 1 片', name_en: 'Mask' }),
              movement('e', 20, -300, redeemed(true)),
              movement('f', 30, -400, redeemed(false)),
              movement('g', 31, -120, { kind: 'expired' }, { store: null, here: false }),
              movement('h', 40, -98, { kind: 'return' }, { receipt: '0573-0031' }),
              movement('i', 73, 981, bought(2, 0, 'mini_program'), { receipt: '0573-0031' }),
            ],
        untold: none ? 0 : 2779,
      };
    },
    saleCredit: async (target): Promise<CreditForm> => {
      const known = target.by === 'member';
      const person = (index: number, over: object) => ({
        clerk: staff[index]!,
        signed_in: index === 0,
        advisor: false,
        helped: null,
        helped_at: null,
        ...over,
      });
      return {
        seller: staff[0]!,
        second: known ? staff[1]! : null,
        people: [
          person(0, { advisor: known }),
          person(1, known ? { helped: 'noted', helped_at: ago(9) } : {}),
          person(2, {}),
          person(3, {}),
        ],
        days: 30,
      };
    },
    creditGiven: async (shares, who, part) => {
      const [seller, second] = [shares.seller, shares.second].map((id) => (id === who ? null : id));
      if (part === 'main' || (part === 'assist' && !seller))
        return { seller: who, second: part === 'main' ? second! : null };
      return { seller: seller!, second: part === 'assist' ? who : seller ? second! : null };
    },
  } satisfies Partial<Engine>;
}

export default memberFixture;
