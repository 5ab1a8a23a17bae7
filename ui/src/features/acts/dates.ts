/** Business dates as the engine has them, `YYYY-MM-DD`: no clock and no zone comes into it. */

/** Midday of a date, for the functions that show instants. */
export function instant(date: string): number {
  return Date.parse(`${date}T12:00:00+08:00`);
}

/** The last day of the month that lies so many months after a date's own. */
export function monthEnd(date: string, months: number): string {
  const [year = 1970, month = 1] = date.split('-').map(Number);
  return new Date(Date.UTC(year, month + months, 0)).toISOString().slice(0, 10);
}
