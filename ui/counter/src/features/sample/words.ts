import { i18n } from '$kit/i18n.svelte.js';
import { m } from '$kit/m.js';

type Message = () => string;
const messages = m as unknown as Record<string, Message | undefined>;

/** 新客见面礼, by the engine's word for why. */
export function reasonWords(reason: string): string {
  return (messages[`sample_reason_${reason}`] ?? m.sample_reason_other)();
}

/** 玫瑰精华小样 × 2 */
export function piecesWords(one: { name: string; name_en: string }, qty: number): string {
  const name = (i18n.locale === 'en' && one.name_en) || one.name;
  return qty > 1 ? m.sample_pieces({ name, count: qty }) : name;
}
