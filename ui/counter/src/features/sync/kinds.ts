import type { Component } from 'svelte';
import CalendarPlus from '@lucide/svelte/icons/calendar-plus';
import Droplet from '@lucide/svelte/icons/droplet';
import Eye from '@lucide/svelte/icons/eye';
import FileText from '@lucide/svelte/icons/file-text';
import Gift from '@lucide/svelte/icons/gift';
import NotebookPen from '@lucide/svelte/icons/notebook-pen';
import Reply from '@lucide/svelte/icons/reply';
import RotateCcw from '@lucide/svelte/icons/rotate-ccw';
import ShoppingBag from '@lucide/svelte/icons/shopping-bag';
import Snowflake from '@lucide/svelte/icons/snowflake';
import Sparkles from '@lucide/svelte/icons/sparkles';
import Sun from '@lucide/svelte/icons/sun';
import Undo2 from '@lucide/svelte/icons/undo-2';
import UserPlus from '@lucide/svelte/icons/user-plus';
import type { OperationKind, OpView } from '$lib/engine.js';
import { date, money } from '$kit/format.js';
import { m } from '$kit/m.js';
import { instant } from '../acts/dates.js';
import { behaviourWords } from '../acts/words.js';

/** How operations of a kind are shown. */
interface Shown {
  icon: Component<{ size?: number | string }>;
  /** What was done, for whom: 曾* 买 2 件，¥157.00 */
  row: (op: OpView, member: string) => string;
  /** What such an operation is called: 销售 */
  name: () => string;
}

const pieces = (op: OpView) => m.pieces({ count: op.pieces });
const amount = (op: OpView) => (op.money === null ? '' : money(op.money));

const kinds: Record<OperationKind, Shown> = {
  sale: {
    icon: ShoppingBag,
    row: (op, member) => m.op_sale({ member, items: pieces(op), amount: amount(op) }),
    name: m.kept_sale,
  },
  redemption: {
    icon: Gift,
    row: (op, member) =>
      op.what || op.money === null
        ? m.op_redeem({ member, title: op.what || m.op_points() })
        : m.op_redeem_cash({ member, amount: amount(op) }),
    name: m.kept_redemption,
  },
  return: {
    icon: Undo2,
    row: (op, member) => m.op_return({ member, items: pieces(op), amount: amount(op) }),
    name: m.kept_return,
  },
  release: {
    icon: Reply,
    row: (_, member) => m.op_release({ member }),
    name: m.kept_release,
  },
  reveal: {
    icon: Eye,
    row: (_, member) => m.op_reveal({ member }),
    name: m.kept_reveal,
  },
  profile: {
    icon: NotebookPen,
    row: (_, member) => m.op_profile({ member }),
    name: m.kept_profile,
  },
  reversal: {
    icon: RotateCcw,
    row: (op, member) => m.op_reversal({ member, title: op.what || amount(op) }),
    name: m.kept_reversal,
  },
  behaviour: {
    icon: Sparkles,
    row: (op, member) => m.op_behaviour({ member, title: behaviourWords(op.what) }),
    name: m.kept_behaviour,
  },
  freeze: {
    icon: Snowflake,
    row: (_, member) => m.op_freeze({ member }),
    name: m.kept_freeze,
  },
  unfreeze: {
    icon: Sun,
    row: (_, member) => m.op_unfreeze({ member }),
    name: m.kept_unfreeze,
  },
  extension: {
    icon: CalendarPlus,
    row: (op, member) => m.op_extension({ member, date: op.what ? date(instant(op.what)) : '' }),
    name: m.kept_extension,
  },
  sample_given: {
    icon: Droplet,
    row: (op, member) =>
      m.op_sample({
        member,
        what: op.pieces > 1 ? m.sample_pieces({ name: op.what, count: op.pieces }) : op.what,
      }),
    name: m.kept_sample_given,
  },
  sign_up: {
    icon: UserPlus,
    row: (_, member) => m.op_sign_up({ member }),
    name: m.kept_sign_up,
  },
};

/** Of a build that knows more than this one. */
const unknown: Shown = {
  icon: FileText,
  row: (_, member) => m.op_other({ member }),
  name: m.kept_other,
};

/** How operations of this kind are shown. */
export function kindOf(kind: string): Shown {
  return Object.hasOwn(kinds, kind) ? kinds[kind as OperationKind] : unknown;
}

/** 曾* 买 2 件，¥157.00 */
export function operationWords(op: OpView): string {
  return kindOf(op.kind).row(op, op.who || m.nobody());
}
