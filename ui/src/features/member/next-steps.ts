import type { MemberPage } from '$lib/engine.js';
import { monthIndex } from '$lib/format.js';

/** What to do next for this member, read off her own data; the most pressing first. */
export type NextStep =
  | { kind: 'expiring'; points: number; date: string }
  | { kind: 'birthday' }
  | { kind: 'tier'; label: string; gap: string }
  | { kind: 'skin' }
  | { kind: 'again'; at: string }
  | { kind: 'samples'; points: number };

const DAY = 86_400_000;
const EXPIRING_WITHIN = 60 * DAY;
const LONG_AWAY = 90 * DAY;
/** "Close" to the next tier: the last quarter of the way. */
const CLOSE = 0.75;
const WORTH_REDEEMING = 300;
const SHOWN = 3;

export function nextSteps(page: MemberPage, now: Date): NextStep[] {
  const { card, points, skin, history } = page;
  const steps: NextStep[] = [];
  const { expiring } = points;
  if (expiring && Date.parse(expiring.date) - now.getTime() <= EXPIRING_WITHIN)
    steps.push({ kind: 'expiring', ...expiring });
  if (card.birthday_month === (monthIndex(now) % 12) + 1) steps.push({ kind: 'birthday' });
  if (card.next_tier && card.climb >= CLOSE)
    steps.push({ kind: 'tier', label: card.next_tier.label, gap: card.next_tier.gap });
  const last = history[0];
  if (last && now.getTime() - Date.parse(last.at) >= LONG_AWAY)
    steps.push({ kind: 'again', at: last.at });
  if (skin.consent && skin.axes.length === 0 && history.length > 0) steps.push({ kind: 'skin' });
  if (!steps.some((step) => step.kind === 'expiring') && points.confirmed >= WORTH_REDEEMING)
    steps.push({ kind: 'samples', points: points.confirmed });
  return steps.slice(0, SHOWN);
}
