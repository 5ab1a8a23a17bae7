import { takeScans } from '$kit/scanner.js';

/** Longer than a scanner takes for a whole code: what it types is no PIN. */
const SURE = 400;

/**
 * A manager's PIN while it is typed. It is handed over once it is whole and nothing more comes; a code that
 * is scanned meanwhile is for nobody here, and empties it. Made while a component is made.
 */
export class ManagerPin {
  static readonly LENGTH = 6;

  typed = $state('');
  #sending: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    $effect(() =>
      takeScans(() => {
        this.forget();
        return true;
      }),
    );
  }

  forget = () => {
    clearTimeout(this.#sending);
    this.typed = '';
  };

  change(value: string) {
    clearTimeout(this.#sending);
    this.typed = value;
  }

  whole(value: string, hand: (pin: string) => void) {
    clearTimeout(this.#sending);
    this.#sending = setTimeout(() => {
      this.typed = '';
      hand(value);
    }, SURE);
  }
}
