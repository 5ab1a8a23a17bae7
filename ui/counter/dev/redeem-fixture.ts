import { engine, EngineError, type Engine, type RewardView } from '../src/lib/engine.js';
import { checked } from './allergy-fixture.js';
import { fromFen, mostPoints, steps, toFen, wholeSteps, worthFen } from './decimal.js';
import { isOffline, rules, slow } from './shop.js';

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

/** A stand-in for the rules of redemptions, near enough to look at the screens. */
export function redeemFixture(limited: string | null) {
  const offline = isOffline(limited);
  return {
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
    redeem: async ({ member_id, what, presence }) => {
      await slow(null, 900);
      const cost =
        what.kind === 'cash'
          ? what.points
          : what.qty * rewardRows.find((one) => one[0] === what.id)![4];
      const missing = { last_four: true, manager: cost > 5_000 };
      if (cost > 500 && !presence)
        throw new EngineError('presence_needed', { number: 'C-193', presence: missing });
      if (presence && presence.last_four !== '5678')
        throw new EngineError('presence_wrong', { number: 'C-194', tries_left: 4 });
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
  } satisfies Partial<Engine>;
}
