import { wordsFor } from '$lib/errors.js';
import { OneAtATime } from '$lib/one-at-a-time.svelte.js';
import { engine, type ParkedList } from '$lib/engine.js';
import type { SaleDraft } from '../sale/draft.svelte.js';

/** The baskets that stand aside at this counter, whoever is signed in. */
export class Shelf extends OneAtATime {
  list = $state.raw<ParkedList>({ today: [], before: [], most: 0 });
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
    return this.run(async () => {
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
    return this.run(async () => {
      await sale.goOn(await engine.takeUp(id));
      this.list = await engine.parked(false);
    });
  }

  async letGo(id: string): Promise<void> {
    await this.run(async () => {
      this.list = await engine.letGo(id);
    });
  }
}

export const shelf = new Shelf();
