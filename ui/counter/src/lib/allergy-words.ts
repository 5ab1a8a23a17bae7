import type { AllergenAlert, AllergyCheck, Words } from './engine.js';
import { listed } from '$kit/format.js';
import { i18n } from '$kit/i18n.svelte.js';
import { m } from '$kit/m.js';

/** A name in the screen's language. */
export function worded(words: Words): string {
  return (i18n.locale === 'en' ? words.en : words.zh) || words.zh || words.en;
}

/** 香精（芳樟醇、柠檬烯）: what she is allergic to, and what of it the product lists. */
function alertWords(alert: AllergenAlert): string {
  const allergy = worded(alert.allergy);
  const MOST = 3;
  const found = alert.found.slice(0, MOST).map(worded);
  return found.length ? m.allergy_with_found({ allergy, found: listed(found) }) : allergy;
}

/** What a product has of her allergies: what is in it, or else what may be; none where it has nothing. */
export function warningOf(check: AllergyCheck): { list: string; certain: boolean } | null {
  const sure = check.alerts.filter((alert) => alert.certain);
  const said = sure.length ? sure : check.alerts;
  if (said.length === 0) return null;
  return { list: listed(said.map(alertWords)), certain: sure.length > 0 };
}
