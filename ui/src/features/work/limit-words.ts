import { points } from '$lib/format.js';
import { m } from '$lib/m.js';
import type { PointsView } from '$lib/engine.js';

export interface LimitWords {
  title: string;
  detail: string;
}

/** The offline limit with its reason and what still works. */
export function limitWords(p: PointsView): LimitWords {
  const values = {
    possible: points(p.offline_usable),
    set_aside: points(p.set_aside_here),
    used: points(p.used_here),
    // What was spent here is on its way: it is not there any more.
    confirmed: points(p.confirmed - p.pending_spent),
  };
  return {
    title: p.offline_usable > 0 ? m.redeem_limit_title(values) : m.redeem_limit_title_none(),
    detail:
      p.set_aside_here > 0 ? m.redeem_limit_detail(values) : m.redeem_limit_detail_none(values),
  };
}
