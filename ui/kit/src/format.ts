import type { Locale } from './paraglide/runtime.js';
import { i18n } from './i18n.svelte.js';

/** The brand's business day: dates and times are shown in this zone whatever the device is set to. */
const ZONE = 'Asia/Shanghai';
const MINUS = '−';
const DAY = 86_400_000;

export type Instant = number | string | Date;

const toDate = (at: Instant): Date => (at instanceof Date ? at : new Date(at));

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/**
 * A decimal as text, exactly as it came: never through a float where it is text already.
 * `places` pads or keeps fen; the rules send two.
 */
function decimal(value: number | string, places: number): string {
  const text = typeof value === 'number' ? value.toFixed(places) : value.trim();
  const match = /^([-−+]?)(\d+)(?:\.(\d*))?$/.exec(text);
  if (!match) return text;
  const [, sign = '', whole = '0', fraction = ''] = match;
  const kept = fraction.slice(0, places).padEnd(places, '0');
  const body = grouped(whole.replace(/^0+(?=\d)/, '')) + (places > 0 ? `.${kept}` : '');
  const zero = /^[0.,]*$/.test(body);
  return (sign === '-' || sign === '−') && !zero ? MINUS + body : body;
}

/** ¥1,138.00; −¥50.00 for money that goes back. */
export function money(value: number | string): string {
  const text = decimal(value, 2);
  return text.startsWith(MINUS) ? `${MINUS}¥${text.slice(1)}` : `¥${text}`;
}

/** A price tag: ¥680, but ¥680.50 where there are fen. */
export function price(value: number | string): string {
  return money(value).replace(/\.00$/, '');
}

/** An amount in a column that says ¥ elsewhere: 1,308.00, −120.00. */
export function amount(value: number | string): string {
  return decimal(value, 2);
}

/** 3,860; −800. */
export function points(value: number): string {
  return decimal(Math.trunc(value), 0);
}

/** +188, −800, 0: a change. */
export function delta(value: number): string {
  return value > 0 ? `+${points(value)}` : points(value);
}

interface Parts {
  year: number;
  month: number;
  day: number;
  time: string;
}

const fields = new Intl.DateTimeFormat('en-GB', {
  timeZone: ZONE,
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

function parts(at: Instant): Parts {
  const found: Record<string, string> = {};
  for (const part of fields.formatToParts(toDate(at))) found[part.type] = part.value;
  return {
    year: Number(found['year']),
    month: Number(found['month']),
    day: Number(found['day']),
    time: `${found['hour']}:${found['minute']}`,
  };
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const WEEKDAYS_ZH = ['日', '一', '二', '三', '四', '五', '六'];
const WEEKDAYS_EN = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** Which month of the business calendar, counted on without a break; month 0 is January of year 0. */
export function monthIndex(at: Instant): number {
  const { year, month } = parts(at);
  return year * 12 + month - 1;
}

/** 5 / May, for 「生日 5 月」. */
export function month(of: number, locale: Locale = i18n.locale): string {
  return locale === 'en' ? (MONTHS[of - 1] ?? '') : String(of);
}

function dayNumber(at: Instant): number {
  const { year, month, day } = parts(at);
  return Math.round(Date.UTC(year, month - 1, day) / DAY);
}

/** 14:02 */
export function clock(at: Instant): string {
  return parts(at).time;
}

/** 5月31日 / 31 May; with the year where it is not this one. */
export function date(at: Instant, now: Instant = Date.now(), locale: Locale = i18n.locale): string {
  const { year, month, day } = parts(at);
  const thisYear = parts(now).year === year;
  if (locale === 'en') return `${day} ${MONTHS[month - 1]}${thisYear ? '' : ` ${year}`}`;
  return `${thisYear ? '' : `${year}年`}${month}月${day}日`;
}

/** 今天, 昨天, 5月15日: a day in a list. */
export function day(at: Instant, now: Instant = Date.now(), locale: Locale = i18n.locale): string {
  const days = dayNumber(now) - dayNumber(at);
  if (days === 0) return locale === 'en' ? 'today' : '今天';
  if (days === 1) return locale === 'en' ? 'yesterday' : '昨天';
  return date(at, now, locale);
}

/** 今天 14:02, 昨天 14:02, 5月31日 14:02 */
export function dateTime(
  at: Instant,
  now: Instant = Date.now(),
  locale: Locale = i18n.locale,
): string {
  const days = dayNumber(now) - dayNumber(at);
  const time = clock(at);
  if (days === 0) return locale === 'en' ? `today ${time}` : `今天 ${time}`;
  if (days === 1) return locale === 'en' ? `yesterday ${time}` : `昨天 ${time}`;
  return `${date(at, now, locale)} ${time}`;
}

/** How long ago she came: 今天, 昨天, 3 天前, 上周三, 4月26日, 2025年11月. */
export function ago(at: Instant, now: Instant = Date.now(), locale: Locale = i18n.locale): string {
  const then = dayNumber(at);
  const today = dayNumber(now);
  const days = today - then;
  const zh = locale !== 'en';
  if (days <= 0) return zh ? '今天' : 'today';
  if (days === 1) return zh ? '昨天' : 'yesterday';
  if (days <= 4) return zh ? `${days} 天前` : `${days} days ago`;
  // Day 0 was a Thursday; weeks begin on Monday.
  const weekday = (then + 4) % 7;
  const week = (day: number) => Math.floor((day + 3) / 7);
  if (week(today) === week(then)) return zh ? `周${WEEKDAYS_ZH[weekday]}` : WEEKDAYS_EN[weekday]!;
  if (week(today) - week(then) === 1)
    return zh ? `上周${WEEKDAYS_ZH[weekday]}` : `last ${WEEKDAYS_EN[weekday]}`;
  const { year, month } = parts(at);
  if (year === parts(now).year) return date(at, now, locale);
  return zh ? `${year}年${month}月` : `${MONTHS[month - 1]} ${year}`;
}

/** How long: 26 分钟, 3 小时, 2 天. */
export function span(ms: number, locale: Locale = i18n.locale): string {
  const minutes = Math.max(1, Math.floor(ms / 60_000));
  const zh = locale !== 'en';
  if (minutes < 60) return zh ? `${minutes} 分钟` : `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return zh ? `${hours} 小时` : `${hours} h`;
  const days = Math.floor(hours / 24);
  return zh ? `${days} 天` : `${days} days`;
}

/** 干性、敏感 / Dry, Sensitive */
export function listed(items: string[], locale: Locale = i18n.locale): string {
  return items.join(locale === 'en' ? ', ' : '、');
}

/** 干性·敏感 / Dry · Sensitive */
export function dotted(items: string[], locale: Locale = i18n.locale): string {
  return items.join(locale === 'en' ? ' · ' : '·');
}

/** Whether an amount of the engine's is more than nothing. */
export const some = (amount: string): boolean => /[1-9]/.test(amount);
