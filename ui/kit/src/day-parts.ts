/** A day as the fields of a form have it, each empty until it is said. Whether there is such a day, the engine says. */
export interface DayParts {
  year: string;
  month: string;
  day: string;
}

const two = (text: string) => text.padStart(2, '0');

/** `YYYY-MM-DD`, or `MM-DD` where no year is said; empty where month or day is not. */
export function dayText({ year, month, day }: DayParts): string {
  if (!month || !day) return '';
  const rest = `${two(month)}-${two(day)}`;
  return year.trim() ? `${year.trim().padStart(4, '0')}-${rest}` : rest;
}

/** Some of it is said, but not month and day. */
export function dayHalf(parts: DayParts): boolean {
  const some = [parts.year.trim(), parts.month, parts.day].some(Boolean);
  return some && dayText(parts) === '';
}
