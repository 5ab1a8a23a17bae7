import type { Operation } from '$lib/engine.js';
import { money } from '$lib/format.js';
import { m } from '$lib/m.js';

/** 曾* 买 2 件，¥157.00 */
export function operationWords(op: Operation): string {
  const member = op.member ?? m.nobody();
  const items = String(op.items ?? 0);
  const amount = op.amount === null ? '' : money(op.amount);
  const title = op.title ?? '';
  switch (op.kind) {
    case 'sale':
      return m.op_sale({ member, items, amount });
    case 'return':
      return m.op_return({ member, items, amount });
    case 'redeem':
      return m.op_redeem({ member, title });
    case 'join':
      return m.op_join({ member });
    case 'other':
      return m.op_other({ member, title });
  }
}
