/** Messages, after the language has been made reactive. Import them from here. */
import './i18n.svelte.js';

export { m } from './paraglide/messages.js';
