/** Business dates as the engine has them, `YYYY-MM-DD`: no clock and no zone comes into it. */

/** Midday of a date, for the functions that show instants. */
export function instant(date: string): number {
  return Date.parse(`${date}T12:00:00+08:00`);
}
