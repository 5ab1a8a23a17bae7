import { points } from '$kit/format.js';
import { limitReason } from '$lib/limits.js';
import { m } from '$kit/m.js';
import type { PointsView } from '$lib/engine.js';

export interface LimitWords {
  title: string;
  detail: string;
}

/**
 * The most that this counter may redeem now, where that is less than she has: with its reason and
 * what still works. `code` is the engine's word for the reason.
 */
export function limitWords(
  p: PointsView,
  code = 'offline',
  possible = p.offline_usable,
): LimitWords {
  const values = {
    possible: points(possible),
    set_aside: points(p.set_aside_here),
    used: points(p.used_here),
    // What was spent here is on its way: it is not there any more.
    confirmed: points(p.confirmed - p.pending_spent),
  };
  if (code === 'offline')
    return {
      title: possible > 0 ? m.redeem_limit_title(values) : m.redeem_limit_title_none(),
      detail:
        p.set_aside_here > 0 ? m.redeem_limit_detail(values) : m.redeem_limit_detail_none(values),
    };
  return {
    title: possible > 0 ? m.limit_title(values) : m.limit_title_none(),
    detail: limitReason(code, values),
  };
}
