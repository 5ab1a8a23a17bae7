import type { MemberHit } from './engine.js';
import { i18n } from '$kit/i18n.svelte.js';

/** A name that the program gives in both languages. */
export function named(one: { name_zh: string; name_en: string }): string {
  return i18n.locale === 'en' ? one.name_en : one.name_zh;
}

/** What `TierMark` shows. */
export function tierMark(tier: { rank: number; name_zh: string; name_en: string }): {
  rank: number;
  label: string;
} {
  return { rank: tier.rank, label: named(tier) };
}

export function hitTier(hit: MemberHit): { rank: number; label: string } {
  return { rank: hit.tier_rank, label: named({ name_zh: hit.tier_zh, name_en: hit.tier_en }) };
}
