/**
 * Enough of the engine's arithmetic to look at screens: money as whole fen, points in whole steps. What is true of them
 * the engine says.
 */

const DECIMAL = /^(-?)(\d+)(?:\.(\d*))?$/;

export function toFen(value: string): number {
  const match = DECIMAL.exec(value.trim());
  if (!match) return Number.NaN;
  const [, sign, whole = '0', fraction = ''] = match;
  const fen = Number(whole) * 100 + Number(fraction.padEnd(2, '0').slice(0, 2));
  return sign ? -fen : fen;
}

export function fromFen(fen: number): string {
  const whole = Math.trunc(Math.abs(fen) / 100);
  const rest = String(Math.abs(fen) % 100).padStart(2, '0');
  return `${fen < 0 ? '-' : ''}${whole}.${rest}`;
}

export function times(value: string, by: number): string {
  return fromFen(toFen(value) * by);
}

/** A decimal as a whole number and how many places it is shifted by. */
function shifted(value: string): { digits: bigint; places: number } {
  const match = DECIMAL.exec(value.trim());
  if (!match) return { digits: 0n, places: 0 };
  const [, sign, whole = '0', fraction = ''] = match;
  return { digits: BigInt(`${sign}${whole}${fraction}`), places: fraction.length };
}

/** What points are worth, in fen; a part of a fen is not counted. */
export function worthFen(points: number, yuanPerPoint: string): number {
  const { digits, places } = shifted(yuanPerPoint);
  return Number((BigInt(points) * digits * 100n) / 10n ** BigInt(places));
}

export interface CashRules {
  yuan_per_point: string;
  minimum: number;
  step: number;
  max_share: string;
}

/** The most points that may pay part of a bill: whole steps, within the share, within what is there. */
export function mostPoints(bill: string, rules: CashRules, possible: number): number {
  const fen = toFen(bill);
  const rate = shifted(rules.yuan_per_point);
  if (!(fen > 0) || rate.digits <= 0n) return 0;
  const share = shifted(rules.max_share);
  const limit = (BigInt(fen) * share.digits) / 10n ** BigInt(share.places);
  const byBill = Number((limit * 10n ** BigInt(rate.places)) / (rate.digits * 100n));
  return wholeSteps(Math.min(byBill, possible), rules);
}

export function wholeSteps(points: number, rules: { minimum: number; step: number }): number {
  const step = Math.max(1, rules.step);
  const whole = Math.floor(points / step) * step;
  return whole >= rules.minimum && whole > 0 ? whole : 0;
}

/** Where one step less and one step more lead. */
export function steps(points: number, most: number, rules: CashRules) {
  const least = Math.max(rules.minimum, rules.step);
  return {
    less: points - rules.step < least ? 0 : Math.min(points - rules.step, most),
    more: most < least ? 0 : Math.min(Math.max(points + rules.step, least), most),
  };
}
