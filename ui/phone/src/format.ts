/**
 * Digits of a mobile number, eleven at most; +86 and spaces are dropped. One digit too many in a whole number is
 * not taken: pushing another out at the end would make another number of it.
 */
export function phoneDigits(text: string, before = ''): string {
  const all = text.replace(/\D/g, '');
  const digits = all.length > 11 ? all.replace(/^(?:00)?86/, '') : all;
  if (before.length === 11 && digits.length === 12) return before;
  return digits.slice(0, 11);
}

/** 138 0000 5678, as people read it aloud. */
export function phoneGroups(digits: string): string {
  return [digits.slice(0, 3), digits.slice(3, 7), digits.slice(7)].filter(Boolean).join(' ');
}

export function isPhone(digits: string): boolean {
  return /^1[3-9]\d{9}$/.test(digits);
}

export function masked(digits: string): string {
  return `${digits.slice(0, 3)}****${digits.slice(7)}`;
}

/** 2046 0173, 8000 000 001: a member number as it is read aloud. */
export function readAloud(text: string): string {
  if (text.length === 10) return [text.slice(0, 4), text.slice(4, 7), text.slice(7)].join(' ');
  return text.replace(/(.{4})(?=.)/g, '$1 ');
}

/** 1,234 */
export function grouped(n: number): string {
  return String(n)
    .replace('-', '−')
    .replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** ¥1,138.00, of what the centre writes. */
export function money(amount: string): string {
  const [whole = '0', part = '00'] = amount.split('.');
  return `¥${grouped(Number(whole))}.${part.padEnd(2, '0')}`;
}

/** 2027年11月30日, or 2027-11-30, of a date. */
export function day(date: string): string {
  const [year, month, on] = date.split('-').map(Number);
  return document.documentElement.lang === 'en' ? date : `${year}年${month}月${on}日`;
}

/** 2026-11-30, of a moment, where she is. */
export function date(moment: string): string {
  const at = new Date(moment);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** Whether a day is the birthday of somebody who is under 14 today: of a child, whose guardian agrees. */
export function isChild(birthday: string): boolean {
  const [year, month, day] = birthday.split('-').map(Number);
  if (!year || !month || !day) return false;
  const now = new Date();
  const born = new Date(year, month - 1, day);
  return born <= now && now < new Date(year + 14, month - 1, day);
}
