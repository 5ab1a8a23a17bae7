import type { Attachment } from 'svelte/attachments';
import { composing } from './typing.js';

/** `{@attach hotkey('F12')}` on a button: the key presses that button while it is on the screen. */
export function hotkey(key: string | undefined): Attachment<HTMLElement> {
  return (node) => {
    if (!key) return;
    const onKey = (event: KeyboardEvent) => {
      if (
        event.key !== key ||
        composing(event) ||
        event.repeat ||
        event.ctrlKey ||
        event.altKey ||
        event.metaKey
      )
        return;
      event.preventDefault();
      node.click();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  };
}
