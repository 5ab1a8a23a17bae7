/** Where the clerk is. What is being worked on (a sale, a search) is kept elsewhere and outlives it. */
export type Route =
  | { view: 'find' }
  | { view: 'member'; memberId: string }
  | { view: 'sale'; memberId?: string }
  | { view: 'redeem'; memberId?: string }
  | { view: 'return'; memberId?: string; receiptNo?: string; sale?: string }
  | { view: 'profile'; memberId: string }
  | { view: 'invite' }
  | { view: 'sync' }
  | { view: 'devices' };

export type View = Route['view'];

const KEPT = 20;

let current = $state<Route>({ view: 'find' });
let trail: Route[] = [];

export const router = {
  get route(): Route {
    return current;
  },
  get view(): View {
    return current.view;
  },
  go(route: Route): void {
    if (JSON.stringify(route) === JSON.stringify(current)) return;
    trail = [...trail, current].slice(-KEPT);
    current = route;
  },
  back(): void {
    const last = trail.at(-1);
    trail = trail.slice(0, -1);
    current = last ?? { view: 'find' };
  },
};
