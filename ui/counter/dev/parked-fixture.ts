import {
  engine,
  EngineError,
  type ParkedView,
  type ParkRequest,
  type Engine,
} from '../src/lib/engine.js';

const MINUTE = 60_000;

/** Two baskets of today and one of yesterday, to look at. */
export function parkedFixture() {
  const goods = [{ sku: 'TH1001', qty: 1, amount: null }];
  const asked = (member: ParkRequest['member']) => ({
    id: null,
    instead: null,
    member,
    description: '',
    why: '',
    lines: goods,
    receipt: '',
    pay_points: 0,
    coupons: [],
    propose: true,
    credit: null,
  });
  type Asked = Required<ParkRequest>;
  let next = 4;
  const rows = new Map<string, { view: ParkedView; request: Asked; night: boolean }>();
  const add = (id: string, request: Asked, over: Partial<ParkedView>, night = false) =>
    rows.set(id, {
      request,
      night,
      view: {
        id,
        member_id: request.member?.by === 'member' ? request.member.id : null,
        who: '',
        description: request.description,
        why: request.why,
        pieces: request.lines.reduce((sum, line) => sum + line.qty, 0),
        total: null,
        at: Date.now(),
        ...over,
      },
    });
  add('1', asked({ by: 'member', id: 'm3' }), {
    who: '周*',
    why: '去试色了',
    pieces: 2,
    total: '860.00',
    at: Date.now() - 12 * MINUTE,
  });
  add(
    '2',
    { ...asked(null), description: '红外套' },
    {
      why: '去取钱包',
      total: '230.00',
      at: Date.now() - 3 * MINUTE,
    },
  );
  add('3', asked(null), { total: '680.00', at: Date.now() - 19 * 60 * MINUTE }, true);
  const held = new Set<string>();
  const list = () => {
    const all = [...rows.values()].filter(({ view }) => !held.has(view.id));
    return Promise.resolve({
      today: all.filter((row) => !row.night).map((row) => row.view),
      before: all.filter((row) => row.night).map((row) => row.view),
      most: 5,
    });
  };
  return {
    parked: list,
    park: async (request) => {
      const id = request.id ?? String(next++);
      const today = (await list()).today.filter((one) => one.id !== request.instead);
      if (today.length >= 5) throw new EngineError('parked_full', { max: 5, number: 'C-180' });
      held.delete(id);
      add(id, { ...asked(null), ...request } as Asked, { who: request.member ? '曾*' : '' });
      return list();
    },
    takeUp: async (id) => {
      const row = rows.get(id);
      if (!row || held.has(id)) throw new EngineError('parked_unknown', { number: 'C-181' });
      held.add(id);
      const { request } = row;
      const lines = await Promise.all(
        request.lines.map(async ({ sku, qty, amount }) => ({
          product: (await engine.productsFind(sku, 1, null))[0]!,
          qty,
          amount,
        })),
      );
      return {
        ...request,
        id,
        lines,
        changes:
          id === '1'
            ? [
                {
                  change: 'price',
                  name: '凝光修护精华',
                  name_en: 'Luma Repair Serum',
                  was: '660.00',
                  now: '680.00',
                },
              ]
            : [],
      };
    },
    letGo: (id) => {
      rows.delete(id);
      held.delete(id);
      return list();
    },
  } satisfies Partial<Engine>;
}

export default parkedFixture;
