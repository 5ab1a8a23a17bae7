import { money, points } from '$kit/format.js';
import { i18n } from '$kit/i18n.svelte.js';
import { m } from '$kit/m.js';
import type { MovementEntry } from '$lib/engine.js';
import { behaviourWords } from '../acts/words.js';

const channels: Record<string, () => string> = {
  mini_program: m.channel_mini_program,
  online: m.channel_online,
  phone: m.channel_phone,
};

/** 买 2 件, 兑晨露化妆水 30 ml, 到期. */
export function movementTitle({ what }: MovementEntry): string {
  const named = (one: { name: string; name_en: string }) =>
    (i18n.locale === 'en' && one.name_en) || one.name;
  switch (what.kind) {
    case 'purchase':
      return m.ledger_buy({ count: what.pieces });
    case 'redemption':
      if (what.worth !== null) return m.ledger_redeem_cash({ amount: money(what.worth) });
      return m.ledger_redeem({
        what: what.pieces > 1 ? `${named(what)} × ${what.pieces}` : named(what),
      });
    case 'reversal':
      return what.name ? m.ledger_undo({ what: named(what) }) : m.ledger_undo_plain();
    case 'return':
      return m.ledger_return();
    case 'behaviour':
      return behaviourWords(what.behaviour);
    case 'joined':
      return m.ledger_joined();
    case 'expired':
      return m.ledger_expired();
    case 'revived':
      return m.ledger_revived();
    case 'adjusted':
      return m.ledger_adjusted();
    case 'merged':
      return m.ledger_merged();
    case 'other':
      return m.ledger_other();
  }
}

/** 小票 0515-0112, 本店, 其中抵用 300 分: what stands below it. */
export function movementDetail(entry: MovementEntry): string[] {
  const { what, receipt, store, here } = entry;
  const channel = what.kind === 'purchase' ? channels[what.channel]?.() : undefined;
  const place = channel ?? (here ? m.history_here() : store?.name);
  return [
    receipt ? m.ledger_receipt({ number: receipt }) : '',
    place ?? '',
    what.kind === 'purchase' && what.paid > 0
      ? m.ledger_buy_paid({ points: points(what.paid) })
      : '',
    what.kind === 'redemption' && what.undone ? m.ledger_redeem_undone() : '',
  ].filter((word) => word !== '');
}
