import { overwriteGetLocale, type Locale } from '$kit/paraglide/runtime.js';

let current = $state<Locale>(navigator.language.startsWith('en') ? 'en' : 'zh-CN');

overwriteGetLocale(() => current);

export const locale = {
  get current(): Locale {
    return current;
  },
  turn(): void {
    current = current === 'en' ? 'zh-CN' : 'en';
    document.documentElement.lang = current;
  },
};
document.documentElement.lang = current;
