import { EngineError, type SoldView } from '$lib/engine.js';
import { dateTime } from '$kit/format.js';
import { m } from '$kit/m.js';

/** The sales that an error of the engine names. */
export function soldIn(error: unknown): SoldView[] {
  return (error instanceof EngineError && error.details.sales) || [];
}

/** 张*美, or that she is not here yet. */
export function whoBought(sold: SoldView): string {
  return sold.who || m.sold_nobody();
}

/** 6 月 8 日 14:02 */
export function whenSold(sold: SoldView): string {
  return dateTime(sold.at);
}
