import type { OwnCode, OwnView } from './api.js';

/** What her phone keeps of her own page: the session, and what was shown last, for a day without a network. */
export interface Kept {
  session: string;
  phone: string;
  view?: OwnView;
  code?: OwnCode;
}

const KEY = 'own-page';
/** For so long what was shown last is shown with no network. */
export const DAY = 24 * 60 * 60_000;

export function read(): Kept | null {
  try {
    const text = localStorage.getItem(KEY);
    return text ? (JSON.parse(text) as Kept) : null;
  } catch {
    // a browser that keeps nothing
    return null;
  }
}

export function keep(kept: Kept | null): void {
  try {
    if (kept) localStorage.setItem(KEY, JSON.stringify(kept));
    else localStorage.removeItem(KEY);
  } catch {
    // as above: she proves her number the next time
  }
}
