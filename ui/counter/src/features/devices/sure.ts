import type { DeviceCard, ManageWhat } from '$lib/engine.js';
import { points } from '$kit/format.js';
import { m } from '$kit/m.js';

export interface Sure {
  title: string;
  /** What happens, and who bears it: plainly, one thing a line. */
  lines: string[];
  /** What the manager agrees to by her PIN. */
  grave: boolean;
}

/** What the manager agrees to. */
export function sureWords(what: ManageWhat, device: DeviceCard | null, count = 0): Sure {
  const name = device?.name ?? '';
  const holds = points(device?.holds ?? 0);
  const members = device?.members ?? 0;
  const coupons =
    device && device.coupons > 0 ? [m.sure_write_off_coupons({ coupons: device.coupons })] : [];
  switch (what.do) {
    case 'look':
      return { title: m.approve_look(), lines: [m.approve_look_1()], grave: false };
    case 'seen':
      return {
        title: m.sure_seen({ count: what.entries.length }),
        lines: [m.sure_seen_1(), m.sure_seen_2()],
        grave: false,
      };
    case 'confirm':
      return {
        title: m.sure_confirm({ count: what.sales.length }),
        lines: [m.sure_confirm_1(), m.sure_confirm_2()],
        grave: false,
      };
    case 'sign_ups': {
      const title = what.count ? m.sure_sign_ups_yes : m.sure_sign_ups_no;
      return {
        title: title({ count }),
        lines: [m.sure_sign_ups_1(), m.sure_sign_ups_2()],
        grave: false,
      };
    }
    case 'merge':
      return {
        title: m.sure_merge(),
        lines: [m.sure_merge_1(), m.sure_merge_2(), m.sure_merge_3()],
        grave: true,
      };
    case 'part':
      return {
        title: m.sure_part(),
        lines: [m.sure_part_1(), m.sure_part_2()],
        grave: true,
      };
    case 'not_same':
      return { title: m.sure_not_same(), lines: [m.sure_not_same_1()], grave: false };
    case 'resolve':
      return {
        title: m.sure_resolve({ name }),
        lines: [
          m.sure_resolve_1(),
          m.sure_resolve_2(),
          ...(device && device.holds > 0 ? [m.sure_resolve_3({ holds })] : []),
          m.sure_resolve_4(),
        ],
        grave: true,
      };
    case 'write_off':
      return {
        title: m.sure_write_off({ name }),
        lines: [
          m.sure_write_off_1({ holds, members }),
          device?.unreported ? m.sure_write_off_unknown() : m.sure_write_off_2({ holds }),
          ...coupons,
          m.sure_write_off_3(),
        ],
        grave: true,
      };
    case 'unlock':
      return {
        title: m.sure_unlock({ name }),
        lines: [m.sure_unlock_1({ name }), m.sure_unlock_2()],
        grave: true,
      };
    case 'revoke':
      return {
        title: m.sure_revoke({ name }),
        lines: [
          ...(device?.this ? [m.sure_revoke_this()] : []),
          ...(device?.unreported
            ? [m.sure_write_off_1({ holds, members }), m.sure_write_off_unknown()]
            : []),
          ...(device && !device.unreported && device.holds > 0 ? [m.sure_revoke_1({ holds })] : []),
          ...coupons,
          m.sure_revoke_2(),
          m.sure_revoke_3(),
        ],
        grave: true,
      };
  }
}
