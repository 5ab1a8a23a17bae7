import { EngineError, type Engine, type JoinCode } from '../src/lib/engine.js';

/** Sign-up codes and what is filled in for her. */
export function inviteFixture() {
  let asked = 0;
  return {
    joinCode: async (): Promise<JoinCode> => {
      asked = 0;
      return {
        id: 'code',
        code: 'code',
        url: 'https://member.example/j/code',
        svg: picture(),
        issued: Date.now(),
        valid_until: Date.now() + 1_661_000,
        welcome_gift: '护肤小样一份',
        welcome_gift_en: '',
      };
    },
    paperCode: async (): Promise<JoinCode> => ({
      id: 'paper',
      code: 'paper',
      url: 'https://member.example/j/paper',
      svg: picture(),
      issued: Date.now(),
      valid_until: Date.now() + 14 * 86_400_000,
      welcome_gift: '护肤小样一份',
      welcome_gift_en: '',
    }),
    joined: async () =>
      new URLSearchParams(location.search).has('joined') && ++asked > 0
        ? { member_id: 'm2', masked_name: '张*', masked_phone: '139****0216' }
        : null,
    invited: async (ids) => [
      {
        id: ids[0] ?? '',
        opened: Date.now() - 60_000,
        sent: Date.now() - 30_000,
        proven: null,
        joined: null,
      },
    ],
    inviteSlip: async () => ({
      parts: [
        { part: 'brand', text: '汀禾' },
        { part: 'middle', text: '江汇广场店', weight: 'plain' },
        { part: 'middle', text: '扫一扫，三步入会', weight: 'strong' },
        { part: 'scan', data: 'https://member.example/j/code' },
        { part: 'pair', label: '邀请人', value: '林悦', weight: 'plain', pending: false },
      ],
      code_svg: picture(),
      printer: true,
    }),
    invitePrint: async () => null,
    inviteSave: async (_code, format) => ({
      path: `/join.${format}`,
      folder: 'Counterpart',
      file: `join.${format}`,
    }),
    fillInNumber: async () => {
      if (new URLSearchParams(location.search).get('sync') === 'offline')
        throw new EngineError('offline', { number: 'C-301' });
      return {
        state: 'sent',
        code: 'code',
        id: 'code',
        resend_after_seconds: 60,
        demo_code: '407218',
      };
    },
    fillInProve: async (_phone, _code, verification) => {
      if (verification === '000000') throw new EngineError('sms_code_wrong', { number: 'C-164' });
      return null;
    },
    fillInAsks: async (told) => ({
      called: told.name,
      under_14: false,
      consents: ['terms', 'skin', 'marketing'].map((purpose) => ({
        purpose,
        required: purpose === 'terms',
        version: '2026-01',
      })),
    }),
    fillInOffline: async () => ({
      already: false,
      provisional: true,
      who: { member_id: 'm2', masked_name: '陆', masked_phone: '186****7719' },
      masked_phone: '186****7719',
    }),
    fillInJoin: async () => ({
      already: false,
      provisional: false,
      who: { member_id: 'm2', masked_name: '陆', masked_phone: '186****7719' },
      masked_phone: '186****7719',
    }),
  } satisfies Partial<Engine>;
}

/** Not a code that can be read: as many modules, with the quiet zone. */
function picture(): string {
  let path = '';
  let seed = 7;
  for (let y = 0; y < 49; y++)
    for (let x = 0; x < 49; x++) {
      const finder = ((x < 8 || x > 40) && y < 8) || (x < 8 && y > 40);
      const fx = x > 40 ? 48 - x : x;
      const fy = y > 40 ? 48 - y : y;
      const edge = Math.max(Math.abs(fx - 3), Math.abs(fy - 3));
      seed = (seed * 1103515245 + 12345) % 2147483648;
      if (finder ? edge !== 2 && edge < 4 : seed % 97 < 48) path += `M${x + 4} ${y + 4}h1v1h-1z`;
    }
  return `<?xml version="1.0" standalone="yes"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 57 57" shape-rendering="crispEdges"><rect width="57" height="57" fill="#ffffff"/><path fill="#000000" d="${path}"/></svg>`;
}
