import {
  EngineError,
  type ActQuote,
  type Engine,
  type MemberActs,
  type RedemptionView,
} from '../src/lib/engine.js';

const DAY = 86_400_000;
const here = { id: 's1', name: '南京西路店' };

function redemption(op_id: string, days: number, over: Partial<RedemptionView>): RedemptionView {
  return {
    op_id,
    at: Date.now() - days * DAY - 3_600_000,
    store: here,
    here: true,
    points: 400,
    hers: 400,
    what: '凝光修护精华 小样',
    pieces: 1,
    worth: null,
    state: 'confirmed',
    undone: null,
    undone_by: null,
    needs_manager: null,
    ...over,
  };
}

/** Acts on an account, made up: a PIN of 123456 is right. */
export function actsFixture() {
  let frozen = false;
  const counted = new Map<string, number>();
  const redemptions = [
    redemption('r1', 0, { state: 'pending' }),
    redemption('r2', 3, { what: '', pieces: 0, worth: '20.00', needs_manager: 'other_day' }),
    redemption('r3', 9, {
      here: false,
      store: { id: 's2', name: '徐家汇店' },
      needs_manager: 'other_counter',
    }),
    redemption('r4', 20, { undone: 'confirmed' }),
  ];
  const terms = [
    { behaviour: 'check_in', points: 5, per_day: 1 },
    { behaviour: 'empty_bottle', points: 50, per_day: 5 },
    { behaviour: 'referral', points: 100, per_day: null },
    { behaviour: 'review', points: 30, per_day: 3 },
  ];
  const expiring = [
    { points: 420, date: '2027-05-31' },
    { points: 900, date: '2027-09-30' },
  ];
  const managers = [
    { id: 'c5', name: '何敏', role: 'manager', here: true },
    { id: 'c6', name: '许岚', role: 'manager', here: true },
  ];
  const member = (): MemberActs => ({
    frozen,
    balance: 3_860,
    behaviours: terms.map((one) => {
      const today = counted.get(one.behaviour) ?? 0;
      return { ...one, today, possible: one.per_day === null || today < one.per_day };
    }),
    redemptions,
    expiring,
    today: '2026-11-23',
    extensions: [
      '2027-06-30',
      '2027-07-31',
      '2027-08-31',
      '2027-09-30',
      '2027-10-31',
      '2027-11-30',
    ],
    managers,
  });
  return {
    memberActs: async () => member(),
    actQuote: async ({ act }) => {
      const of = redemptions.find((one) => act.act === 'reversal' && one.op_id === act.redemption);
      const points = of?.hers ?? 0;
      const quote: ActQuote = {
        points,
        balance_before: 3_860,
        balance_after: 3_860 + points,
        moved: act.act === 'extension' ? 420 : 0,
        needs_manager: of ? of.needs_manager : 'always',
        exists: false,
        approved: { by_clerk: 1, in_all: 6 },
      };
      return quote;
    },
    actRecord: async ({ act, approver }) => {
      if (approver && approver.pin !== '123456')
        throw new EngineError('pin_wrong', { tries_left: 4, number: 'C-111' });
      let points = 0;
      if (act.act === 'freeze' || act.act === 'unfreeze') frozen = act.act === 'freeze';
      if (act.act === 'behaviour') {
        counted.set(act.behaviour, (counted.get(act.behaviour) ?? 0) + 1);
        points = terms.find((one) => one.behaviour === act.behaviour)?.points ?? 0;
      }
      if (act.act === 'reversal') {
        const at = redemptions.findIndex((one) => one.op_id === act.redemption);
        const of = redemptions[at];
        if (of) redemptions[at] = { ...of, undone: 'pending', undone_by: of.op_id };
        points = of?.hers ?? 0;
      }
      return { op_id: 'a1', points, balance_after: 3_860 + points, exists: false };
    },
    managers: async () => managers,
    approvedReturns: async () => ({ by_clerk: 0, in_all: 0 }),
  } satisfies Partial<Engine>;
}

export default actsFixture;
