export type Hand = 'left' | 'right';

const STORED = 'counterpart.hand';

let current = $state<Hand>(globalThis.localStorage?.getItem(STORED) === 'right' ? 'right' : 'left');

/** Which hand holds the tablet: navigation lies under that thumb. Kept on this device. */
export const hand = {
  get holding(): Hand {
    return current;
  },
  set(next: Hand): void {
    current = next;
    globalThis.localStorage?.setItem(STORED, next);
  },
};
