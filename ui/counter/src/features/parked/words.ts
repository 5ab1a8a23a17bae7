import { dotted, money, span } from '$kit/format.js';
import { m } from '$kit/m.js';
import type { BasketChange, ParkedView } from '$lib/engine.js';
import { nameOf } from '../work/words.js';

/** Whose it is: her masked name, what the clerk called her, or a customer. */
export function whose(basket: Pick<ParkedView, 'who' | 'description'>): string {
  return basket.who || basket.description || m.nobody();
}

/** 2 件·¥860.00 */
export function howMuch(pieces: number, total: string | null): string {
  return dotted([m.pieces({ count: pieces }), total === null ? '' : money(total)].filter(Boolean));
}

/** 去试色了，挂了 12 分钟 */
export function since(basket: ParkedView, now: number): string {
  const time = span(now - basket.at);
  return basket.why
    ? m.parked_since_why({ why: basket.why, span: time })
    : m.parked_since({ span: time });
}

/** What is not as it was when it was parked. */
export function changeWords(change: BasketChange): string {
  const name = nameOf(change);
  if (change.change === 'gone') return m.parked_gone({ name });
  if (change.was === null || change.now === null) return m.parked_price_till({ name });
  return m.parked_price({ name, was: money(change.was), now: money(change.now) });
}
