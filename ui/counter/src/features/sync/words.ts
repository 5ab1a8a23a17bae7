import type { OpView } from '$lib/engine.js';
import { date, money } from '$kit/format.js';
import { m } from '$kit/m.js';
import { instant } from '../acts/dates.js';
import { behaviourWords } from '../acts/words.js';

/** 曾* 买 2 件，¥157.00 */
export function operationWords(op: OpView): string {
  const member = op.who || m.nobody();
  const items = m.pieces({ count: op.pieces });
  const amount = op.money === null ? '' : money(op.money);
  switch (op.kind) {
    case 'sale':
      return m.op_sale({ member, items, amount });
    case 'return':
      return m.op_return({ member, items, amount });
    case 'redemption':
      return op.what || op.money === null
        ? m.op_redeem({ member, title: op.what || m.op_points() })
        : m.op_redeem_cash({ member, amount });
    case 'sign_up':
      return m.op_join({ member });
    case 'release':
      return m.op_release({ member });
    case 'reveal':
      return m.op_reveal({ member });
    case 'profile':
      return m.op_profile({ member });
    case 'reversal':
      return m.op_reversal({ member, title: op.what || amount });
    case 'behaviour':
      return m.op_behaviour({ member, title: behaviourWords(op.what) });
    case 'freeze':
      return m.op_freeze({ member });
    case 'unfreeze':
      return m.op_unfreeze({ member });
    case 'extension':
      return m.op_extension({ member, date: op.what ? date(instant(op.what)) : '' });
    case 'sample_given':
      return m.op_sample({
        member,
        what: op.pieces > 1 ? m.sample_pieces({ name: op.what, count: op.pieces }) : op.what,
      });
    default:
      return m.op_other({ member });
  }
}
