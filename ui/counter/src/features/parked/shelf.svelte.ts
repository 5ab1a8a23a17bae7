import { wordsFor, type Words } from '$lib/errors.js';
import { engine, type ParkedList } from '$lib/engine.js';
import type { SaleDraft } from '../sale/draft.svelte.js';

/** The baskets that stand aside at this counter, whoever is signed in. */
export class Shelf {
  list = $state.raw<ParkedList>({ today: [], before: [], most: 0 });
  trouble = $state.raw<Words | null>(null);
  busy = $state(false);
  /** One is to be taken up while a sale is open: the clerk is asked. */
  wanted = $state<string | null>(null);

  #anew = true;

  get count(): number {
    return this.list.today.length;
  }

  /** One of them, today's or an earlier day's. */
  one(id: string | null) {
    return [...this.list.today, ...this.list.before].find((basket) => basket.id === id) ?? null;
  }

  async load(): Promise<void> {
    const anew = this.#anew;
    this.#anew = false;
    try {
      this.list = await engine.parked(anew);
    } catch (error) {
      this.#anew = anew;
      this.trouble = wordsFor(error, 'read');
    }
  }

  /** Puts the sale aside; true where it stands aside now, and the sale is empty. */
  async park(
    sale: SaleDraft,
    why = '',
    description = sale.description,
    instead: string | null = null,
  ): Promise<boolean> {
    const request = sale.toPark(why, description, instead);
    if (!request || this.busy) return false;
    return this.#do(async () => {
      this.list = await engine.park(request);
      sale.clear();
    });
  }

  /** Goes on with one; where a sale is open, asks first. True where it is open now. */
  async takeUp(sale: SaleDraft, id: string): Promise<boolean> {
    if (sale.begun) {
      this.trouble = null;
      this.wanted = id;
      return false;
    }
    return this.#do(async () => {
      await sale.goOn(await engine.takeUp(id));
      this.list = await engine.parked(false);
    });
  }

  async letGo(id: string): Promise<void> {
    await this.#do(async () => {
      this.list = await engine.letGo(id);
    });
  }

  async #do(work: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.trouble = null;
    try {
      await work();
      return true;
    } catch (error) {
      this.trouble = wordsFor(error, 'act');
      return false;
    } finally {
      this.busy = false;
    }
  }
}

export const shelf = new Shelf();
