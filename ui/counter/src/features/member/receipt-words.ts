import type { ReceiptView } from '$lib/engine.js';
import { i18n } from '$kit/i18n.svelte.js';
import { m } from '$kit/m.js';
import { nameOf, sizeOf } from '../work/words.js';

const channels: Record<string, () => string> = {
  store: m.channel_store,
  mini_program: m.channel_mini_program,
  online: m.channel_online,
  phone: m.channel_phone,
};

/** Where it was bought: 本店, another store by its name, 小程序. */
export function place(entry: ReceiptView): string {
  if (entry.channel && entry.channel !== 'store')
    return channels[entry.channel]?.() ?? entry.channel;
  return entry.here ? m.history_here() : entry.store.name || m.channel_store();
}

/** 柔雾唇釉 05·洁颜油 200 ml × 2 */
export function goods(entry: ReceiptView): string {
  return entry.lines
    .map((line) =>
      [nameOf(line), sizeOf(line.size), line.qty > 1 && `× ${line.qty}`].filter(Boolean).join(' '),
    )
    .join(i18n.locale === 'en' ? ' · ' : '·');
}

/** How much of a receipt has been brought back. */
export function broughtBack(entry: ReceiptView): 'none' | 'part' | 'all' {
  if (entry.lines.every((line) => line.returned >= line.qty)) return 'all';
  return entry.lines.some((line) => line.returned > 0) ? 'part' : 'none';
}
