import type { TierView } from './engine.js';
import { i18n } from './i18n.svelte.js';
import { m } from './m.js';

/** A name that the program gives in both languages. */
export function named(one: { name_zh: string; name_en: string }): string {
  return i18n.locale === 'en' ? one.name_en : one.name_zh;
}

/** What `TierMark` shows. */
export function tierMark(tier: TierView): { rank: number; label: string } {
  return { rank: tier.rank, label: named(tier) };
}

const usual: Record<string, { rank: number; label: () => string }> = {
  silver: { rank: 0, label: m.tier_silver },
  gold: { rank: 1, label: m.tier_gold },
  diamond: { rank: 2, label: m.tier_diamond },
  black_diamond: { rank: 2, label: m.tier_diamond },
};

/** A search names only the tier's id: the usual ones have words here, a brand's own stays as it is. */
export function tierOfId(id: string): { rank: number; label: string } {
  const found = usual[id];
  return found ? { rank: found.rank, label: found.label() } : { rank: 0, label: id };
}
