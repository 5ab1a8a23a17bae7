import { finder } from '../find/finder.svelte.js';

export interface Typing {
  press(key: string): void;
  /** The system's key board, for Chinese characters. */
  system(): void;
  /** A sign that this field's values have: the hyphen of receipt numbers. */
  sign?: string;
}

let typing = $state.raw<Typing | null>(null);

/** The field of a work screen that is being typed into, for the key board docked beside it. */
export const keys = {
  /** None on a counter PC: hardware keys were pressed, and our board is in the way. */
  get typing(): Typing | null {
    return finder.board ? typing : null;
  },
  take(one: Typing): void {
    typing = one;
  },
  leave(one: Typing): void {
    if (typing === one) typing = null;
  },
};
