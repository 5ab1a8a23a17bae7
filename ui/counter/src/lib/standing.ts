import type { Standing } from './engine.js';
import { m } from '$kit/m.js';

export interface StandingWords {
  /** On the pill, in few words. */
  pill: string;
  title: string;
  /** What is safe, what to do. */
  detail: string;
}

/** How this device stands with headquarters, in words. */
export function standingWords(standing: Standing): StandingWords {
  switch (standing) {
    case 'quarantined':
      return {
        pill: m.standing_quarantined_pill(),
        title: m.standing_quarantined(),
        detail: m.standing_quarantined_detail(),
      };
    case 'superseded':
      return {
        pill: m.standing_superseded_pill(),
        title: m.standing_superseded(),
        detail: m.standing_superseded_detail(),
      };
    case 'revoked':
      return {
        pill: m.standing_revoked_pill(),
        title: m.standing_revoked(),
        detail: m.standing_revoked_detail(),
      };
    case 'recovering':
      return {
        pill: m.standing_recovering_pill(),
        title: m.standing_recovering(),
        detail: m.standing_recovering_detail(),
      };
  }
}
