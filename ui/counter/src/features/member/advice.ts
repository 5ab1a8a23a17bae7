import type { NextStep } from '$lib/engine.js';
import { day, listed, points, price, span } from '$kit/format.js';
import { m } from '$kit/m.js';
import { skinWord } from '$lib/skin.js';
import { named } from '$lib/tiers.js';

export type Product = Extract<NextStep, { sku: string }>;
export type Task = Exclude<NextStep, { sku: string }>;

const DAY = 86_400_000;

export const isProduct = (step: NextStep): step is Product => 'sku' in step;

/** Why this product for her: a bold word, then the reason. */
export function reasonFor(step: Product): { title: string; why: string } {
  if (step.kind === 'suits')
    return { title: m.suits({ because: listed(step.because.map(skinWord)) }), why: '' };
  const says = step.own_rhythm ? m.running_out_own : m.running_out_usual;
  return {
    title: m.running_out(),
    why: says({ date: day(step.bought), days: step.lasts_days }),
  };
}

/** What to do or say that is not about a product. */
export function taskWords(step: Task): { title: string; why: string } {
  switch (step.kind) {
    case 'points_expire':
      return {
        title: m.step_expiring_title(),
        why: m.step_expiring({
          days: step.warning.within,
          date: day(step.warning.first),
          points: points(step.warning.points),
        }),
      };
    case 'birthday_month':
      return { title: m.step_birthday_title(), why: m.step_birthday() };
    case 'near_tier':
      return {
        title: m.step_tier_title({ tier: named(step) }),
        why: m.step_tier({ amount: price(step.gap) }),
      };
    case 'dormant':
      return {
        title: m.step_again_title(),
        why: m.step_again_since({ span: span(step.days * DAY) }),
      };
    case 'test_skin':
      return { title: m.step_skin_title(), why: m.step_skin() };
    case 'no_skin_consent':
      return { title: m.step_consent_title(), why: m.step_consent() };
  }
}
