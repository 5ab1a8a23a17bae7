import { warningOf } from '$lib/allergy-words.js';
import { points } from '$kit/format.js';
import { i18n } from '$kit/i18n.svelte.js';
import { m } from '$kit/m.js';
import type { RewardView } from '$lib/engine.js';

/** Why she cannot have it now; nothing where she can. */
export function statusWords(reward: RewardView, limit: string | null = 'offline'): string {
  const { status } = reward;
  switch (status.status) {
    case 'possible':
      return '';
    case 'out_of_stock':
      return m.redeem_status_stock();
    case 'online_only':
      if (limit === 'held_elsewhere')
        return m.redeem_status_elsewhere({ more: points(status.more) });
      return limit === 'offline'
        ? m.redeem_status_online({ more: points(status.more) })
        : m.redeem_status_not_now({ more: points(status.more) });
    case 'not_enough':
      return m.redeem_status_short({ more: points(status.more) });
    case 'tier':
      return m.redeem_status_tier({ tier: i18n.locale === 'en' ? status.name_en : status.name_zh });
  }
}

/** What of her allergies it has or may have; else, where she has one, that nobody knows what is in it. */
export function allergyWords(reward: RewardView): string {
  const warning = warningOf(reward.allergy);
  if (!warning) return reward.allergy.unlisted ? m.allergy_unlisted() : '';
  const says = warning.certain ? m.redeem_allergen : m.allergy_reward_may;
  return says({ list: warning.list });
}
