import { engine, type ProductHit } from '$lib/engine.js';
import { wordsFor, type Words } from '$lib/errors.js';

/** What becomes of what is typed or scanned where the receipt number goes. */
interface Told {
  typed: () => void;
  /** A product's bar code stood in it. */
  product: (product: ProductHit) => void;
}

/** The field of the till's receipt number. */
export class ReceiptField {
  text = $state('');
  /** Recording was asked for and the number is missing. */
  wanted = $state(false);
  /** Why what stands in it is no receipt number. */
  trouble = $state.raw<Words | null>(null);

  #entry = 0;
  #told: Told;

  constructor(told: Told) {
    this.#told = told;
  }

  get ready(): boolean {
    return this.text !== '' && this.trouble === null;
  }

  /** As it was typed or scanned; what it is, the engine says. */
  set(value: string): void {
    this.text = value.replace(/[\p{Cc}\p{Cf}]/gu, '').trim();
    if (this.text) this.wanted = false;
    this.#told.typed();
    void this.#enter();
  }

  /** The clerk is done with it: a product's bar code goes to the products. */
  async done(): Promise<void> {
    await this.#enter(true);
  }

  /** What a basket that stood aside had in it. */
  goOn(text: string): void {
    this.text = text;
  }

  clear(): void {
    this.#entry += 1;
    this.text = '';
    this.wanted = false;
    this.trouble = null;
  }

  /** Asks what stands in it; `whole`: the clerk is done with it. */
  async #enter(whole = false): Promise<void> {
    const turn = ++this.#entry;
    const { text } = this;
    if (text === '') {
      this.trouble = null;
      return;
    }
    try {
      const entry = await engine.receiptEntry(text);
      if (turn !== this.#entry) return;
      this.trouble = null;
      if (entry.entered === 'number') this.text = entry.receipt;
      else if (whole) {
        this.text = '';
        this.#told.product(entry.product);
      }
    } catch (error) {
      if (turn === this.#entry) this.trouble = wordsFor(error, 'read');
    }
  }
}
