/**
 * A wedge scanner types like a very fast clerk and ends with Enter, with Tab, or with nothing. What tells it apart is
 * time; where time alone cannot (scanners with up to 100 ms between keys are sold, and quick hands are faster), what it
 * typed has to be a whole code of a kind that is scanned. What it typed is read from the keys (`KeyboardEvent.code`),
 * because an input method may already be turning the letters into Chinese.
 */

/** The longest pause between two keys of one scan, where the device has no setting of its own. */
export const LONGEST_PAUSE = 120;
/** No hand keeps below this from key to key. */
export const SURE_PAUSE = 45;
/** Shorter bursts are a clerk's. */
export const SHORTEST_SCAN = 6;
/** Shorter codes never come without a key that ends them. */
export const SHORTEST_UNENDED = 8;
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
  /** Ended. `sure`: too fast for any hand. */
  | { kind: 'scan'; code: string; sure: boolean };

export class ScanBuffer {
  /** The longest pause between two keys of one scan, in milliseconds. */
  pause = LONGEST_PAUSE;
  #typed = '';
  #last = Number.NEGATIVE_INFINITY;
  #slowest = 0;

  hear(key: Key): Heard {
    const gap = key.at - this.#last;
    const quick = gap <= this.pause;
    if (key.code === 'Enter' || key.code === 'NumpadEnter' || key.code === 'Tab') {
      const code = this.#typed;
      const sure = Math.max(this.#slowest, gap) <= SURE_PAUSE;
      this.reset();
      return quick && code.length >= SHORTEST_SCAN
        ? { kind: 'scan', code, sure }
        : { kind: 'key', first: true };
    }
    // Scanners hold Shift for capitals; it says nothing and ends nothing.
    if (key.code === 'ShiftLeft' || key.code === 'ShiftRight') {
      if (quick) {
        this.#slowest = Math.max(this.#slowest, gap);
        this.#last = key.at;
      }
      return { kind: 'key', first: false };
    }
    const said = character(key.code, key.shift);
    if (said === null) {
      this.reset();
      return { kind: 'key', first: true };
    }
    const first = !quick || this.#typed.length >= LONGEST_SCAN;
    this.#slowest = first ? 0 : Math.max(this.#slowest, gap);
    this.#typed = first ? said : this.#typed + said;
    this.#last = key.at;
    // Two quick keys happen to clerks; from the fourth on it is a scanner.
    return this.#typed.length >= 4 && this.#slowest <= SURE_PAUSE
      ? { kind: 'burst' }
      : { kind: 'key', first };
  }

  /** What was typed so far, too fast for a hand; empty where a hand may have. */
  unended() {
    return this.#slowest <= SURE_PAUSE ? this.#typed : '';
  }

  /** The longest pause so far, in milliseconds. */
  slowest() {
    return this.#slowest;
  }

  reset(): void {
    this.#typed = '';
    this.#last = Number.NEGATIVE_INFINITY;
    this.#slowest = 0;
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

type Undo = () => void;
const holders: (() => Undo)[] = [];

/**
 * Something that takes keys and is no field (a pad of digits) says how to put back what a scan typed into it. Returns
 * how to stop; made for `$effect(() => holdTyping(…))`.
 */
export function holdTyping(hold: () => Undo): () => void {
  holders.push(hold);
  return () => {
    const index = holders.lastIndexOf(hold);
    if (index >= 0) holders.splice(index, 1);
  };
}

/** What is typed into now besides fields, each as the way to put it back. */
export function heldTyping(): Undo[] {
  return holders.map((hold) => hold());
}
