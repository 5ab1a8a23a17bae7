import { engine, type ProductHit } from '$lib/engine.js';
import { sale } from './draft.svelte.js';

/**
 * What was pointed at on a member's page before her sale is open: it goes in with her. Where her sale is open, it goes
 * in at once.
 */
export class Picked {
  #memberId = $state('');
  #goods = $state.raw<ProductHit[]>([]);

  of(memberId: string): ProductHit[] {
    return this.#memberId === memberId ? this.#goods : [];
  }

  /** In the open sale, or to go into it. */
  has(memberId: string, sku: string): boolean {
    if (this.of(memberId).some((one) => one.sku === sku)) return true;
    return (
      sale.isOf(memberId) &&
      !sale.recorded &&
      sale.basket.lines.some((line) => line.product.sku === sku)
    );
  }

  /** Puts a product in, or takes it out again; true where it is in. */
  async toggle(memberId: string, sku: string): Promise<boolean> {
    const line = sale.basket.lines.findIndex((one) => one.product.sku === sku);
    const open = sale.isOf(memberId) && !sale.recorded;
    if (open && line >= 0) {
      sale.basket.setQty(line, 0);
      return false;
    }
    if (this.of(memberId).some((one) => one.sku === sku)) {
      this.#goods = this.#goods.filter((one) => one.sku !== sku);
      return false;
    }
    const found = await engine.productsFind(sku, 3, memberId).catch(() => []);
    const product = found.find((one) => one.sku === sku);
    if (!product) return false;
    if (open) sale.add(product);
    else {
      this.#goods = [...this.of(memberId).filter((one) => one.sku !== sku), product];
      this.#memberId = memberId;
    }
    return true;
  }

  /** Opens her sale with what was picked. */
  async open(memberId: string): Promise<void> {
    const goods = this.of(memberId);
    this.#goods = [];
    await sale.come(memberId, 'page', goods);
  }
}

export const picked = new Picked();
