import type { HistoryEntry } from '$lib/engine.js';
import { i18n } from '$lib/i18n.svelte.js';
import { m } from '$lib/m.js';

const channels: Record<string, () => string> = {
  store: m.channel_store,
  mini_program: m.channel_mini_program,
  online: m.channel_online,
  phone: m.channel_phone,
};

/** Where it was bought: 本店, another store by its name, 小程序. */
export function place(entry: HistoryEntry): string {
  if (entry.channel && entry.channel !== 'store')
    return channels[entry.channel]?.() ?? entry.channel;
  return entry.here ? m.history_here() : entry.store || m.channel_store();
}

/** 柔雾唇釉 05·洁颜油 200 ml × 2 */
export function goods(entry: HistoryEntry): string {
  return entry.lines
    .map((line) => (line.qty === 1 ? line.name : `${line.name} × ${line.qty}`))
    .join(i18n.locale === 'en' ? ' · ' : '·');
}
