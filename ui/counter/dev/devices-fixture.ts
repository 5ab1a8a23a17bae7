import {
  EngineError,
  type DeviceCard,
  type ExceptionView,
  type ManageWhat,
  type MemberSideView,
  type StoreDevices,
  type Suspicion,
  type SuspiciousView,
  type WaitingView,
} from '../src/lib/engine.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function device(id: string, name: string, silent: number, over: Partial<DeviceCard>): DeviceCard {
  return {
    id,
    name,
    this: false,
    checkout: true,
    standing: 'good',
    last_contact: Date.now() - silent,
    holds: 0,
    in_doubt: 0,
    unreported: false,
    members: 0,
    coupons: 0,
    kept: [],
    ...over,
  };
}

const kept = (hash: string, kind: string, minutes: number, copy: number, over = {}) => ({
  hash,
  kind,
  at: Date.now() - minutes * MINUTE,
  points: 0,
  receipt: null,
  copy,
  ...over,
});

function store(): StoreDevices {
  return {
    store: { id: 's1', name: '江汇广场店' },
    devices: [
      device('d1', '1 号柜', 20_000, { holds: 18_400, members: 61, coupons: 4 }),
      device('d2', '2 号柜', 5_000, { this: true, holds: 12_600, members: 44 }),
      device('d3', '3 号柜', 12 * MINUTE, {
        standing: 'quarantined',
        holds: 3200,
        members: 9,
        coupons: 1,
        kept: [
          kept('a1', 'sale', 96, 0, { receipt: '1123-0107' }),
          kept('b1', 'sale', 41, 1, { receipt: '1123-0112', points: 400 }),
          kept('b2', 'redemption', 33, 1, { points: 800 }),
          kept('c1', 'sale', 38, 2, { receipt: '1123-0215' }),
          kept('c2', 'redemption', 35, 2, { points: 600 }),
          kept('c3', 'return', 14, 2, { receipt: '1122-0098' }),
        ],
      }),
      device('d4', '活动用平板', 5 * 24 * HOUR, {
        standing: 'in_doubt',
        holds: 2600,
        in_doubt: 2600,
        members: 8,
        coupons: 2,
      }),
      device('d5', '备用平板', 9 * 24 * HOUR, { standing: 'written_off' }),
      device('d6', '旧 1 号柜', 41 * 24 * HOUR, { standing: 'revoked', checkout: false }),
    ],
    exceptions: [
      exception('e1', 'not_enough_points', 300, 3 * HOUR, '1 号柜', '陈立'),
      exception('e2', 'coupon_used', 0, 26 * HOUR, '活动用平板', '周雯'),
      exception('e3', 'over_returned', 120, 50 * HOUR, '1 号柜', '林悦'),
    ],
    recovering: false,
    unlock_code: null,
    joins: [
      { clerk: '林悦', steps: [126, 88, 71, 66, 41, 12] },
      { clerk: '陈立', steps: [54, 40, 33, 31, 17, 6] },
      { clerk: '', steps: [0, 37, 22, 19, 8, 2] },
    ],
    duplicates: [
      {
        stays: side('m1', '8203716643', '苏*清', '138****2041', 3260, 14, 6 * 24 * HOUR),
        goes: side('m2', '8710293354', '苏*清', '139****7718', 180, 1, 90 * 24 * HOUR),
        why: ['name_and_birthday', 'former_phone'],
      },
      {
        stays: side('m3', 'ab-1001', '林*', '136****0910', 940, 5, 30 * 24 * HOUR),
        goes: side('m4', 'AB1001', '136****0911', '136****0911', 0, 0, null),
        why: ['card'],
      },
    ],
    merges: [
      {
        merge: 'g1',
        at: Date.now() - 26 * HOUR,
        by: '周雯',
        stayed: side('m5', '8440192201', '何*', '137****6620', 1200, 9, 3 * 24 * HOUR),
        went: side('m6', '8119920447', '何*', '137****6629', 0, 2, 200 * 24 * HOUR),
      },
    ],
    sign_ups: [{ clerk_id: 'c2', clerk: '林悦', own: false, day: '2026-11-22', sign_ups: 7 }],
    waiting: [
      waiting('s1', '1123-0231', '26800.00', 6800, 2 * HOUR, '陈立', '周文静'),
      waiting('s2', '1122-0107', '41000.00', 31000, 27 * HOUR, '周雯', ''),
      { ...waiting('s3', '1121-0045', '30000.00', 10000, 51 * HOUR, '何敏', '林晓'), own: true },
    ],
    suspicious: [
      found('velocity', '陈立', { count: 9, limit: 6, amount: '4120.50' }),
      found('same_member', '陈立', { count: 6, limit: 5, amount: '3000.00', member: '周文静' }),
      found('round_sums', '周雯', { count: 7, limit: 5, amount: '5200.00' }),
      found('till_differs', '林悦', { amount: '1280.00', against: '280.00' }),
      found('odd_amount', '林悦', { amount: '19.00', against: '680.00', what: '焕颜精华露 30ml' }),
      found('unknown_product', '周雯', { amount: '880.00', what: 'X-10023' }),
    ],
  };
}

function side(
  id: string,
  no: string,
  name: string,
  phone: string,
  points: number,
  receipts: number,
  last: number | null,
): MemberSideView {
  return {
    id,
    no,
    name,
    phone,
    store: '花间·国金店',
    joined: Date.now() - 400 * 24 * HOUR,
    last_purchase: last === null ? null : Date.now() - last,
    receipts,
    points,
  };
}

function waiting(
  sale: string,
  receipt: string,
  net: string,
  points: number,
  ago: number,
  clerk: string,
  member: string,
): WaitingView {
  const at = Date.now() - ago;
  return {
    sale,
    receipt,
    net,
    counted: '20000.00',
    waiting: points,
    at,
    clerk,
    member,
    own: false,
  };
}

function found(
  rule: Suspicion,
  clerk: string,
  over: Partial<SuspiciousView> & { amount: string },
): SuspiciousView {
  const day = new Date(Date.now() - 30 * HOUR).toISOString().slice(0, 10);
  const receipts = ['1123-0201', '1123-0202', '1123-0203'].slice(0, over.count ?? 1);
  const none = { member: '', count: 1, limit: 0, against: null, what: '' };
  return { rule, clerk, day, receipts, ...none, ...over };
}

function exception(
  id: string,
  reason: string,
  points: number,
  ago: number,
  device: string,
  clerk: string,
): ExceptionView {
  const money = reason === 'over_returned' ? '230.00' : null;
  return { id, reason, points, money, clerk, device, at: Date.now() - ago };
}

/** A store whose devices stand in every way; 000000 is a wrong PIN, 999999 has no network. */
export function devicesFixture(recovering: boolean, empty: boolean) {
  let now = store();
  now.recovering = recovering;
  if (empty)
    now = { ...now, devices: now.devices.slice(0, 2), exceptions: [], waiting: [], suspicious: [] };
  if (empty) now = { ...now, duplicates: [], merges: [], joins: [] };
  const change = (id: string, over: Partial<DeviceCard>) =>
    now.devices.map((one) => (one.id === id ? { ...one, ...over } : one));

  return async (_manager: string, pin: string, what: ManageWhat): Promise<StoreDevices> => {
    await new Promise((done) => setTimeout(done, 500));
    if (pin === '000000') throw new EngineError('not_authenticated', { number: 'C-308' });
    if (pin === '111111') throw new EngineError('too_many', { number: 'C-311' });
    if (pin === '999999') throw new EngineError('offline', { number: 'C-301' });
    const none = { holds: 0, in_doubt: 0, members: 0, coupons: 0, kept: [] };
    if (what.do === 'resolve')
      now = { ...now, devices: change(what.device, { ...none, standing: 'good' }) };
    if (what.do === 'write_off')
      now = { ...now, devices: change(what.device, { ...none, standing: 'written_off' }) };
    if (what.do === 'revoke')
      now = { ...now, devices: change(what.device, { ...none, standing: 'revoked' }) };
    if (what.do === 'unlock') return { ...now, unlock_code: '1M4K-9TQ7-XW0B-52HD' };
    if (what.do === 'confirm')
      now = { ...now, waiting: now.waiting.filter((one) => !what.sales.includes(one.sale)) };
    if (what.do === 'seen')
      now = { ...now, exceptions: now.exceptions.filter((one) => !what.entries.includes(one.id)) };
    if (what.do === 'merge' || what.do === 'not_same') {
      const gone = what.do === 'merge' ? what.went : what.other;
      const about = (one: { stays: MemberSideView; goes: MemberSideView }) =>
        [one.stays.id, one.goes.id].includes(gone);
      now = { ...now, duplicates: now.duplicates.filter((one) => !about(one)) };
    }
    if (what.do === 'part')
      now = { ...now, merges: now.merges.filter((one) => one.merge !== what.merge) };
    return now;
  };
}
