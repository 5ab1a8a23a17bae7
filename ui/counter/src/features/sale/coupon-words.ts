import { fold, plain } from '$kit/decimals.js';
import { day, money, points, price, some } from '$kit/format.js';
import { i18n } from '$kit/i18n.svelte.js';
import { m } from '$kit/m.js';
import type { CouponChoice, CouponView, SaleQuote } from '$lib/engine.js';

type Message = (inputs?: Record<string, unknown>) => string;
const messages = m as unknown as Record<string, Message | undefined>;

/** A gift as people call it. */
function giftWords({ gift, benefit }: CouponView): string {
  if (!gift) return benefit.kind === 'gift' ? benefit.gift : '';
  const name = (i18n.locale === 'en' && gift.name_en) || gift.name;
  return gift.size ? `${name} ${gift.size}` : name;
}

/** What a coupon does, as it would stand on paper. */
export function couponTitle(coupon: CouponView): string {
  const { benefit } = coupon;
  const least = benefit.threshold ?? '0.00';
  const from = some(least) ? price(least).replace('¥', '') : '';
  const threshold = i18n.locale === 'en' ? price(least) : from;
  const named = (title: string) => (from ? m.coupon_from({ threshold, title }) : title);
  switch (benefit.kind) {
    case 'amount_off': {
      const value = price(benefit.amount);
      const amount = i18n.locale === 'en' ? value : value.replace('¥', '');
      return from
        ? m.coupon_amount_off_from({ threshold, amount })
        : m.coupon_amount_off({ amount });
    }
    case 'percent_off': {
      const percent = plain(benefit.percent);
      const title =
        percent === '100'
          ? m.coupon_percent_free()
          : m.coupon_percent_off({ value: i18n.locale === 'en' ? percent : fold(percent) });
      const value = benefit.cap ? price(benefit.cap) : '';
      const cap = i18n.locale === 'en' ? value : value.replace('¥', '');
      return named(cap ? m.coupon_capped({ title, cap }) : title);
    }
    case 'factor': {
      const factor = plain(benefit.factor);
      return named(factor === '2' ? m.coupon_factor_two() : m.coupon_factor({ factor }));
    }
    case 'gift':
      return named(m.coupon_gift({ gift: giftWords(coupon) }));
  }
}

/** What it is for, until when, and whether it goes with others. */
export function couponScope(coupon: CouponView): string {
  const parts = [couponFor(coupon)];
  if (coupon.expires) parts.push(m.coupon_until({ day: day(coupon.expires) }));
  return parts.join('·');
}

/** What it is for: 全场, 精华、面霜, 指定商品. */
export function couponFor(coupon: CouponView): string {
  if (coupon.skus.length > 0) return m.coupon_these();
  if (coupon.categories.length === 0) return m.coupon_everything();
  const words = coupon.categories.map((one) => messages[`coupon_cat_${one}`]?.());
  const known = words.filter((word) => word !== undefined);
  return known.length === words.length
    ? known.join(i18n.locale === 'en' ? ', ' : '、')
    : m.coupon_these();
}

/** What a coupon that is used does on this sale. */
export function couponGain(choice: CouponChoice): string {
  if (some(choice.off)) return money(`-${choice.off}`).replace('¥', '');
  if (choice.points > 0) return m.coupon_more_points({ points: points(choice.points) });
  return choice.coupon.benefit.kind === 'gift'
    ? m.coupon_gift_given({ gift: giftWords(choice.coupon) })
    : '';
}

/** Why a coupon is not among those that are used: of the rules, of this counter, or beside the best. */
export function couponWhyNot(choice: CouponChoice, quote: SaleQuote): string {
  if (choice.refusal !== null) {
    if (choice.refusal === 'coupon_not_applicable') {
      if (choice.missing === null) return m.coupon_why_no_line();
      const amount = price(choice.missing);
      const all = choice.coupon.skus.length === 0 && choice.coupon.categories.length === 0;
      return all ? m.coupon_why_missing({ amount }) : m.coupon_why_missing_these({ amount });
    }
    if (choice.refusal === 'coupon_used') return m.coupon_why_used();
    if (choice.refusal === 'coupon_expired') return m.coupon_why_expired();
    return m.coupon_why_unknown();
  }
  if (choice.barred !== null)
    return messages[`coupon_barred_${choice.barred}`]?.() ?? m.coupon_barred_offline();
  if (choice.coupon.place === 'elsewhere') return m.coupon_elsewhere();
  const together = quote.chosen.every((id) => choice.with.includes(id));
  if (together) return m.coupon_why_add();
  if (some(choice.with_less)) return m.coupon_why_fewer({ amount: price(choice.with_less) });
  return m.coupon_why_not_together();
}

/** Whether a tap chooses it. */
export function couponOpen(choice: CouponChoice): boolean {
  return choice.refusal === null && choice.barred === null;
}
