/**
 * Keys of a field while an input method may be composing. Chinese is typed by composing, and the Enter
 * that chooses a word is not the Enter that opens, adds or sends.
 */

/** What a key event says while an input method has it (`KeyboardEvent.keyCode`). */
const WITH_THE_INPUT_METHOD = 229;

/**
 * Whether a key belongs to an input method. Some engines end the composition before they send the key that
 * ended it: `isComposing` is false by then, and the key code alone still says so.
 */
export function composing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === WITH_THE_INPUT_METHOD;
}

/** Whether what a field says now is still being composed: it is not yet what is meant. */
export function unfinished(event: Event): boolean {
  return event instanceof InputEvent && event.isComposing;
}

export interface FieldKeys {
  enter?: () => void;
  escape?: () => void;
  up?: () => void;
  down?: () => void;
}

/** The key handler of every field: what it handles goes no further, what an input method has is let be. */
export function fieldKeys(keys: FieldKeys): (event: KeyboardEvent) => void {
  const by: Record<string, (() => void) | undefined> = {
    Enter: keys.enter,
    Escape: keys.escape,
    ArrowUp: keys.up,
    ArrowDown: keys.down,
  };
  return (event) => {
    const act = by[event.key];
    if (!act || composing(event)) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
}

/** Keys that end or steer a composition. */
const STEERING = ['Enter', 'NumpadEnter', 'Escape', 'Tab', 'Space', 'ArrowUp', 'ArrowDown'];

/**
 * Keeps such keys of a composition from everything else on the page: forms, lists of other people's making,
 * function keys. Returns how to stop.
 */
export function guardCompositions(page: Document): () => void {
  const guard = (event: KeyboardEvent) => {
    if (!composing(event) || !(STEERING.includes(event.code) || STEERING.includes(event.key)))
      return;
    event.stopImmediatePropagation();
    // after the composition's end the key would still send a form
    if (!event.isComposing) event.preventDefault();
  };
  page.addEventListener('keydown', guard, true);
  return () => page.removeEventListener('keydown', guard, true);
}
