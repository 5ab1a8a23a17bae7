import type { Route, View } from './routes.js';

const KEPT = 20;

let current = $state<Route>({ view: 'find' });
let trail: Route[] = [];
let guard: Guard | null = null;

/** Says whether a page holds the clerk back, and keeps how she leaves once she has said that she does. */
export type Guard = (leave: () => void) => boolean;

/** Where the clerk is. What is being worked on (a sale, a search) is kept elsewhere and outlives it. */
export const router = {
  get route(): Route {
    return current;
  },
  get view(): View {
    return current.view;
  },
  go(route: Route): void {
    if (JSON.stringify(route) === JSON.stringify(current)) return;
    leaving(() => {
      trail = [...trail, current].slice(-KEPT);
      current = route;
    });
  },
  /** The same page, of something that goes by another name now. */
  replace(route: Route): void {
    current = route;
  },
  back(): void {
    leaving(() => {
      const last = trail.at(-1);
      trail = trail.slice(0, -1);
      current = last ?? { view: 'find' };
    });
  },
  /** While a page has something that is not saved: it is asked before the clerk leaves it. Answers how to let go. */
  guardedBy(page: Guard): () => void {
    guard = page;
    return () => {
      if (guard === page) guard = null;
    };
  },
};

function leaving(leave: () => void): void {
  if (guard?.(leave)) return;
  leave();
}
