/**
 * A wedge scanner types like a very fast clerk and ends with Enter. What tells it apart is time, and
 * what it typed is read from the keys (`KeyboardEvent.code`), because an input method may already be
 * turning the letters into Chinese.
 */

/** The longest pause between two keys of one scan. Fast typists stay above 60 ms. */
export const LONGEST_PAUSE = 45;
/** Shorter bursts are a clerk's. */
export const SHORTEST_SCAN = 6;
const LONGEST_SCAN = 512;

const PLAIN: Record<string, [plain: string, shifted: string]> = {
  Minus: ['-', '_'],
  Equal: ['=', '+'],
  BracketLeft: ['[', '{'],
  BracketRight: [']', '}'],
  Backslash: ['\\', '|'],
  Semicolon: [';', ':'],
  Quote: ["'", '"'],
  Backquote: ['`', '~'],
  Comma: [',', '<'],
  Period: ['.', '>'],
  Slash: ['/', '?'],
  Space: [' ', ' '],
  NumpadSubtract: ['-', '-'],
  NumpadAdd: ['+', '+'],
  NumpadDecimal: ['.', '.'],
  NumpadDivide: ['/', '/'],
  NumpadMultiply: ['*', '*'],
};
const ABOVE_DIGITS = ')!@#$%^&*(';

/** What a key says on the layout that scanners type in, or null for a key that says nothing. */
export function character(code: string, shift: boolean): string | null {
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter) return shift ? letter : letter.toLowerCase();
  const digit = /^Digit(\d)$/.exec(code)?.[1];
  if (digit) return shift ? (ABOVE_DIGITS[Number(digit)] ?? null) : digit;
  const pad = /^Numpad(\d)$/.exec(code)?.[1];
  if (pad) return pad;
  return PLAIN[code]?.[shift ? 1 : 0] ?? null;
}

export interface Key {
  code: string;
  shift: boolean;
  /** Milliseconds on any steady clock. */
  at: number;
}

export type Heard =
  /** Not part of a scan, as far as can be told. */
  | { kind: 'key'; first: boolean }
  /** The burst goes on: this key is a scanner's. */
  | { kind: 'burst' }
  | { kind: 'scan'; code: string };

export class ScanBuffer {
  #typed = '';
  #last = Number.NEGATIVE_INFINITY;

  hear(key: Key): Heard {
    const quick = key.at - this.#last <= LONGEST_PAUSE;
    if (key.code === 'Enter' || key.code === 'NumpadEnter' || key.code === 'Tab') {
      const code = this.#typed;
      this.reset();
      return quick && code.length >= SHORTEST_SCAN
        ? { kind: 'scan', code }
        : { kind: 'key', first: true };
    }
    // Scanners hold Shift for capitals; it says nothing and ends nothing.
    if (key.code === 'ShiftLeft' || key.code === 'ShiftRight') {
      if (quick) this.#last = key.at;
      return { kind: 'key', first: false };
    }
    const said = character(key.code, key.shift);
    if (said === null) {
      this.reset();
      return { kind: 'key', first: true };
    }
    const first = !quick || this.#typed.length >= LONGEST_SCAN;
    this.#typed = first ? said : this.#typed + said;
    this.#last = key.at;
    // Two quick keys happen to clerks; from the fourth on it is a scanner.
    return this.#typed.length >= 4 ? { kind: 'burst' } : { kind: 'key', first };
  }

  reset(): void {
    this.#typed = '';
    this.#last = Number.NEGATIVE_INFINITY;
  }
}

type Taker = (code: string) => boolean;
const takers: Taker[] = [];

/**
 * The screen in front takes a scan first (a product in a sale); what nobody takes is a member's code.
 * Returns how to stop; made for `$effect(() => takeScans(…))`.
 */
export function takeScans(taker: Taker): () => void {
  takers.push(taker);
  return () => {
    const index = takers.lastIndexOf(taker);
    if (index >= 0) takers.splice(index, 1);
  };
}

export function deliver(code: string): boolean {
  for (const taker of takers.toReversed()) if (taker(code)) return true;
  return false;
}

/** Hears every key of the window before any field does, and takes out of fields what a scanner typed. */
export function listen(
  target: Window,
  otherwise: (code: string) => void,
  always: () => void = () => {},
): () => void {
  const buffer = new ScanBuffer();
  let before: { field: HTMLInputElement; value: string } | null = null;

  const restore = () => {
    if (!before || before.field.value === before.value) return;
    before.field.value = before.value;
    before.field.dispatchEvent(new Event('input', { bubbles: true }));
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return buffer.reset();
    const heard = buffer.hear({ code: event.code, shift: event.shiftKey, at: event.timeStamp });
    if (heard.kind === 'key') {
      const field = event.target;
      if (heard.first) {
        before =
          field instanceof HTMLInputElement && field.type === 'text'
            ? { field, value: field.value }
            : null;
      }
      return;
    }
    // Whether it is a scan is known for sure only at its Enter: until then a field keeps what it gets.
    if (heard.kind === 'burst' && before) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (heard.kind === 'burst') return;
    // An input method may hold the first letters: leaving the field ends its composition.
    if (event.isComposing) before?.field.blur();
    restore();
    before = null;
    always();
    if (!deliver(heard.code)) otherwise(heard.code);
  };
  target.addEventListener('keydown', onKey, true);
  return () => target.removeEventListener('keydown', onKey, true);
}
