import { i18n } from '$kit/i18n.svelte.js';

/** A product or reward in the screen's language; not every one has an English name. */
export function nameOf(one: { name: string; name_en?: string }): string {
  return (i18n.locale === 'en' && one.name_en) || one.name;
}

const UNITS: [RegExp, string][] = [
  [/(\d+) ?分钟/g, '$1 min'],
  [/(\d+) ?(?:片|支|件|瓶|盒|袋|枚)/g, '$1 pcs'],
  [/精华/g, 'serum'],
  [/面霜/g, 'cream'],
  [/水(?= \d)/g, 'toner'],
  [/乳(?= \d)/g, 'lotion'],
  [/·/g, ' · '],
];

/** A size in the screen's language; the name of a shade stays as the brand has it. */
export function sizeOf(size: string): string {
  if (i18n.locale !== 'en') return size;
  return UNITS.reduce((text, [zh, en]) => text.replace(zh, en), size);
}

/** 138****5678, as it stands in every list. */
export function maskedPhone(phone: string): string {
  return phone.length === 11 ? `${phone.slice(0, 3)}****${phone.slice(7)}` : phone;
}

/** What she is called on the screen; a member without a name by her number. */
export function whoIs(member: { masked_name: string; masked_phone: string }): string {
  return member.masked_name || member.masked_phone;
}
