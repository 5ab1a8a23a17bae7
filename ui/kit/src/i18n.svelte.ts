import { baseLocale, isLocale, overwriteGetLocale, type Locale } from './paraglide/runtime.js';

const STORED = 'counterpart.locale';

let current = $state<Locale>(stored());

function stored(): Locale {
  const saved = globalThis.localStorage?.getItem(STORED);
  return isLocale(saved) ? saved : baseLocale;
}

// Messages read the language through this, so every text on the screen follows a switch by itself.
overwriteGetLocale(() => current);

export const i18n = {
  get locale(): Locale {
    return current;
  },
  set(locale: Locale): void {
    current = locale;
    globalThis.localStorage?.setItem(STORED, locale);
    apply();
  },
};

/** Fonts and screen readers choose by the document's language. */
export function apply(): void {
  document.documentElement.lang = current;
}
