export type Theme = 'light' | 'dim';

const STORED = 'counterpart.theme';

let current = $state<Theme>(globalThis.localStorage?.getItem(STORED) === 'dim' ? 'dim' : 'light');

/** Light, or dim for a dark shop. Chosen by the clerk and kept on this device. */
export const theme = {
  get current(): Theme {
    return current;
  },
  set(next: Theme): void {
    current = next;
    globalThis.localStorage?.setItem(STORED, next);
    applyTheme();
  },
};

export function applyTheme(): void {
  document.documentElement.dataset['theme'] = current;
}
