import { deliver, heldTyping, LONGEST_PAUSE, ScanBuffer, SHORTEST_UNENDED } from './scanner.js';
import { composing } from './typing.js';

export interface Hearing {
  /** A code that no screen took. */
  otherwise: (code: string) => void;
  /** With every scan, before it is delivered. */
  always?: () => void;
  /** The longest pause between two keys of one scan on this device, in milliseconds. */
  pause?: () => number;
  /**
   * Whether it is a whole code of a kind that is scanned: asked of what came no faster than a quick hand types, or
   * came without an end.
   */
  whole: (code: string) => Promise<boolean>;
}

interface Before {
  field: HTMLInputElement | null;
  value: string;
  undo: (() => void)[];
}

/** Hears every key of the window before any field does, and takes out of fields what a scanner typed. */
export function listen(target: Window, hearing: Hearing): () => void {
  const buffer = new ScanBuffer();
  let before: Before | null = null;
  let silence: ReturnType<typeof setTimeout> | undefined;
  /** An end that comes after the silence was taken for one. */
  let late = Number.NEGATIVE_INFINITY;

  const remember = (on: EventTarget | null): Before => {
    const field = on instanceof HTMLInputElement && on.type === 'text' ? on : null;
    return { field, value: field?.value ?? '', undo: heldTyping() };
  };
  const accept = (code: string, was: Before | null) => {
    if (was?.field && was.field.value !== was.value) {
      was.field.value = was.value;
      was.field.dispatchEvent(new Event('input', { bubbles: true }));
    }
    for (const undo of was?.undo ?? []) undo();
    hearing.always?.();
    if (!deliver(code)) hearing.otherwise(code);
  };
  const drop = (event: KeyboardEvent) => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  const unended = () => {
    const code = buffer.unended();
    const was = before;
    if (code.length < SHORTEST_UNENDED) return;
    void hearing.whole(code).then((whole) => {
      if (!whole || buffer.unended() !== code) return;
      buffer.reset();
      before = null;
      late = performance.now() + buffer.pause * 4;
      accept(code, was);
    });
  };

  const onKey = (event: KeyboardEvent) => {
    clearTimeout(silence);
    // the settings try the scanner out there
    if (event.target instanceof Element && event.target.closest('[data-scan-test]')) return;
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return buffer.reset();
    buffer.pause = hearing.pause?.() ?? LONGEST_PAUSE;
    const heard = buffer.hear({ code: event.code, shift: event.shiftKey, at: event.timeStamp });
    if (heard.kind === 'key') {
      if (/^(Enter|NumpadEnter|Tab)$/.test(event.code) && performance.now() < late) drop(event);
      else if (heard.first) before = remember(event.target);
      return;
    }
    if (heard.kind === 'burst') {
      silence = setTimeout(unended, buffer.pause * 2);
      // Whether it is a scan is known for sure only at its end: until then a field keeps what it gets.
      if (!before?.field) drop(event);
      return;
    }
    const was = before;
    before = null;
    const { code } = heard;
    const held = was !== null && (was.field !== null || was.undo.length > 0);
    if (heard.sure || !held) {
      drop(event);
      // An input method may hold the first letters: leaving the field ends its composition.
      if (composing(event)) was?.field?.blur();
      return accept(code, was);
    }
    // As fast as a quick hand, into something that takes hands: the key is theirs unless a whole code was scanned.
    if (composing(event)) return;
    const tab = event.code === 'Tab';
    if (!tab) drop(event);
    void hearing
      .whole(code)
      .catch(() => false)
      .then((whole) => {
        if (whole) accept(code, was);
        else if (!tab) event.target?.dispatchEvent(again(event));
      });
  };
  target.addEventListener('keydown', onKey, true);
  return () => {
    clearTimeout(silence);
    target.removeEventListener('keydown', onKey, true);
  };
}

/** The same key once more, for whom it was meant. */
function again(event: KeyboardEvent): KeyboardEvent {
  const { key, code } = event;
  return new KeyboardEvent('keydown', { key, code, bubbles: true, cancelable: true });
}
