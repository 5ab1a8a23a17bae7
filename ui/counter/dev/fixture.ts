import { emit } from '@tauri-apps/api/event';
import {
  EngineError,
  type Changed,
  type ClerkCard,
  type DeviceSettings,
  type Engine,
  type OpView,
  type Scanned,
  type Session,
  type Standing,
  type SyncKind,
  type SyncPage,
  type SyncState,
} from '../src/lib/engine.js';
import { devicesFixture } from './devices-fixture.js';
import { examined } from './examined.js';
import { ago, hits, page } from './members.js';
import { products } from './shop.js';

const clerks: ClerkCard[] = [
  { id: 'c1', name: '林悦', role: 'advisor', here: true },
  { id: 'c2', name: '周雯', role: 'advisor', here: true },
  { id: 'c3', name: '苏晓', role: 'advisor', here: false },
  { id: 'c4', name: '陈立', role: 'cashier', here: true },
  { id: 'c5', name: '何敏', role: 'manager', here: true },
];

const MINUTE = 60_000;

function op(op_id: string, minutes: number, over: Partial<OpView>): OpView {
  return {
    op_id,
    at: Date.now() - minutes * MINUTE,
    kind: 'sale',
    who: '曾*',
    member_id: 'm1',
    receipt: null,
    pieces: 1,
    what: '',
    money: null,
    points: 0,
    state: 'waiting',
    problem: null,
    ...over,
  };
}

function syncPage(state: SyncState): SyncPage {
  const apart = state.kind === 'offline';
  return {
    state,
    attention:
      state.kind === 'attention' && !state.standing
        ? [
            op('9', 41, {
              kind: 'return',
              who: '周*',
              money: '230.00',
              points: -24,
              state: 'set_aside',
              problem: 'conflict',
            }),
          ]
        : [],
    waiting:
      state.kind === 'in_step'
        ? []
        : [
            op('1', 4, { pieces: 2, money: '157.00', points: 188 }),
            op('2', 9, { kind: 'redemption', pieces: 2, what: '柔雾唇釉 迷你', points: -800 }),
            op('3', 17, {
              who: '177****0309',
              money: '168.00',
              points: 168,
              state: 'held',
              problem: 'member_unknown',
            }),
          ],
    confirmed: [
      op('4', 30, { kind: 'return', who: '周*', money: '200.11', points: -24, state: 'confirmed' }),
      op('5', 61, { who: '查*', money: '168.00', points: 168, state: 'confirmed' }),
    ],
    confirmed_total: 2,
    abilities:
      state.standing === 'superseded' || state.standing === 'revoked'
        ? {
            can: ['find_members', 'sell_and_return', 'sign_up_codes', 'see_joined'],
            cannot: ['spend_pending', 'redeem_within_allowance', 'redeem_all'],
          }
        : apart || state.standing
          ? {
              can: ['find_members', 'sell_and_return', 'sign_up_codes', 'redeem_within_allowance'],
              cannot: ['spend_pending', 'redeem_all', 'see_joined'],
            }
          : {
              can: ['find_members', 'sell_and_return', 'sign_up_codes', 'redeem_all', 'see_joined'],
              cannot: ['spend_pending'],
            },
  };
}

export interface State {
  /** `in_step`, `offline`, `attention`, … */
  sync: string;
  standing: Standing | null;
  staffed: boolean;
  /** A store with nothing to be done. */
  quiet: boolean;
  /** What stands before everything: `passphrase_needed`, `passphrase_choose`, `keychain_locked`, `locked`. */
  gate?: string | null;
}

function scanned(text: string): Scanned {
  const code = /^CPM:(.+)$/i.exec(text)?.[1];
  const sold = products.filter((one) => one.sku === text || one.barcode === text);
  if (sold.length > 1) return { is: 'products', products: sold };
  if (sold[0]) return { is: 'product', product: sold[0] };
  const hers = hits(code ?? text).find((hit) => hit.no === (code ?? text));
  const receipt = code ? null : text;
  if (!hers) return { is: 'unknown', may_be: code ? ['card'] : ['receipt', 'card'], receipt };
  const { id, no, masked_name, masked_phone } = hers;
  return {
    is: 'member',
    member: { id, by: 'card', no, masked_name, masked_phone },
    receipt,
    code: null,
  };
}

const NOTHING: Changed = {
  members: { which: 'none' },
  catalogue: false,
  operations: false,
  sync: false,
  parked: false,
  settings: false,
};

export function fixture({ sync: kind, standing, staffed, quiet, gate = null }: State) {
  const later = <T>(value: T) => Promise.resolve(value);
  const apart = kind === 'offline';
  const needs = standing !== null && standing !== 'recovering';
  let tries = 5;
  let settings: Required<DeviceSettings> = {
    scan_pause_ms: 120,
    cover_after_s: 120,
    cover_at_most_s: new URLSearchParams(location.search).get('store') === 'set' ? 120 : null,
    held_in: 'left',
  };
  const state: SyncState = {
    kind: needs && !apart ? 'attention' : (kind as SyncKind),
    pending: apart ? 3 : 1,
    attention: kind === 'attention' || needs ? 1 : 0,
    offline_since: apart ? Date.now() - 26 * MINUTE : null,
    last_contact: ago(gate === 'locked' ? 8.2 : 0.018),
    problem: needs ? standing : null,
    standing,
    file: null,
  };
  let enrolled = kind !== 'not_enrolled';
  const deviceStatus = () =>
    later({
      enrolled,
      brand: '黛序',
      demo: true,
      store: { id: 's1', name: '江汇广场店' },
      device_name: '2 号柜',
      checkout: true,
      members: gate === 'locked' ? 0 : 2400,
      sync: state,
      locked_since: gate === 'locked' ? Date.now() - 26 * 60 * MINUTE : null,
      key_place: 'keychain' as const,
    });
  // `passphrase_needed`, `passphrase_choose`, `keychain_locked`: the engine does not open
  let shut = gate !== null && gate !== 'locked';
  const opened = () =>
    shut ? Promise.reject(new EngineError(gate!, { number: 'C-106' })) : deviceStatus();
  let here: Session | null = null;
  return {
    deviceStatus: opened,
    openByPassphrase: (typed) =>
      new Promise((done, refuse) =>
        setTimeout(() => {
          if (gate === 'keychain_locked' || (typed.length < 16 && !/[一-龥]{6}/.test(typed)))
            return refuse(
              gate === 'keychain_locked'
                ? new EngineError('keychain_locked', { number: 'C-117' })
                : gate === 'passphrase_choose'
                  ? new EngineError('passphrase_weak', { number: 'C-109' })
                  : new EngineError('passphrase_wrong', { number: 'C-108' }),
            );
          shut = false;
          done(deviceStatus());
        }, 500),
      ),
    unlock: (code) => {
      if (code.replace(/[^0-9a-z]/gi, '').length !== 16)
        return Promise.reject(new EngineError('unlock_invalid', { number: 'C-119' }));
      gate = null;
      return deviceStatus();
    },
    enrol: (_centre, code) => {
      if (code.startsWith('0'))
        return Promise.reject(new EngineError('enrol_code_invalid', { number: 'C-305' }));
      enrolled = true;
      return deviceStatus();
    },
    session: () => later(here),
    warmUp: () => later(null),
    clerks: () => later(staffed ? clerks : []),
    signIn: (id, pin) => {
      const first = clerks.some((clerk) => clerk.id === id && !clerk.here);
      if (first && kind === 'offline')
        return Promise.reject(new EngineError('first_sign_in_offline', { number: 'C-126' }));
      if (pin !== '000000') {
        here = { clerk: clerks.find((clerk) => clerk.id === id)!, since: Date.now() };
        return later(here);
      }
      tries -= 1;
      return Promise.reject(
        tries > 0
          ? new EngineError('pin_wrong', { tries_left: tries })
          : new EngineError('pin_locked', { until: Date.now() + 5 * MINUTE }),
      );
    },
    signOut: () => {
      here = null;
      return later(null);
    },
    find: (query) => later(hits(query)),
    digitsMissing: (typed) =>
      later(
        !/^\d+$/.test(typed) || typed.length === 4 || typed.length >= 11
          ? 0
          : typed.length < 4
            ? 4 - typed.length
            : 11 - typed.length,
      ),
    // the engine's rules are in Rust; here is enough of them to look at screens
    scanned: (text) => later(scanned(text)),
    typedWhole: (typed) =>
      later(/^1[3-9]\d{9}$/.test(typed.trim()) ? 'phone' : /\d{8}/.test(typed) ? 'card' : null),
    lookUp: (query, by) =>
      new Promise((done, refuse) =>
        setTimeout(() => {
          if (query.endsWith('0001') && !by)
            refuse(
              new EngineError('member_ambiguous', {
                number: 'C-123',
                members: (['card', 'phone'] as const).map((one) => ({
                  id: null,
                  by: one,
                  no: one === 'card' ? query : 'F13002',
                  masked_name: '',
                  masked_phone: '',
                })),
              }),
            );
          else if (query.endsWith('1111'))
            refuse(new EngineError('look_up_unavailable', { number: 'C-312' }));
          else
            done(
              query.endsWith('8888')
                ? { member_id: 'm7', until: Date.now() + 6 * 3_600_000 }
                : null,
            );
        }, 700),
      ),
    memberPage: (id) => later(page(id, apart)),
    // A look is logged, and the engine says that something changed.
    reveal: () => {
      setTimeout(() => void emit('engine-changed', { ...NOTHING, members: { which: 'all' } }));
      return later({ name: '曾雨桐', phone: '13812345678', birthday: null, seconds: 10 });
    },
    followCentre: () => later(syncPage(state)),
    syncPage: () => later(syncPage(state)),
    syncNow: () => new Promise((done) => setTimeout(() => done(syncPage(state)), 600)),
    cover: () => later(null),
    // whatever was recorded is confirmed after a while
    operation: (opId) =>
      later(op(opId, 0, { state: apart || Date.now() % 7000 < 3500 ? 'waiting' : 'confirmed' })),
    deviceSettings: () => later(settings),
    setDeviceSettings: (next) => later((settings = { ...settings, ...next })),
    setWorkOpen: () => later(null),
    readTicket: (text) => {
      const [begin, centre, code, ...name] = text.split(' ');
      return later(
        begin === 'counterpart-enrol:1'
          ? { centre: centre!, code: code!, name: name.join(' ') }
          : null,
      );
    },
    examine: () => later(examined(new URLSearchParams(location.search).get('doctor') ?? 'well')),
    storeDevices: devicesFixture(standing === 'recovering', quiet),
  } satisfies Partial<Engine>;
}
