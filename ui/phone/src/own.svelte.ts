import * as api from './api.js';
import { NumberProof } from './proof.svelte.js';

/** A member's own page: what she agreed to. Nothing is kept on the phone. */
export class OwnPage extends NumberProof {
  brand = $state('');
  demo = $state(false);
  /** None until her number is proven. */
  held = $state.raw<api.Agreements | null>(null);
  /** Which is asked about before it is withdrawn. */
  doubted = $state<api.Agreement['purpose'] | ''>('');
  /** Which was withdrawn last, to say so. */
  withdrawn = $state<api.Agreement['purpose'] | ''>('');

  async load(): Promise<void> {
    try {
      const own = await api.own();
      this.brand = own.brand ?? '';
      this.demo = own.demo;
      if (own.brand) document.title = own.brand;
    } catch (error) {
      // the form stays: what is sent next says whether it can be reached by then
      this.fail(error);
    }
  }

  protected override ask(phone: string): Promise<api.Sent> {
    return api.verifyOwn(phone);
  }

  protected override fail(error: unknown): void {
    // its code is over: she proves her number again
    if (error instanceof api.ApiError && error.code === 'verification_invalid') {
      this.held = null;
      this.verification = '';
    }
    super.fail(error);
  }

  async next(): Promise<void> {
    this.error = '';
    if (!(await this.complete()) || this.busy) return;
    await this.#tell(() => api.openOwn(this.phone, this.verification));
  }

  async withdraw(purpose: api.Agreement['purpose']): Promise<void> {
    if (this.busy) return;
    this.error = '';
    const done = await this.#tell(() => api.withdraw(this.phone, this.verification, purpose));
    this.doubted = '';
    if (done) this.withdrawn = purpose;
  }

  #tell(asked: () => Promise<api.Agreements>): Promise<boolean> {
    return this.asking(async () => {
      this.held = await asked();
    });
  }

  /** What she tapped on: it is asked about first. */
  askAbout(purpose: api.Agreement['purpose']): void {
    this.doubted = this.doubted === purpose ? '' : purpose;
    this.withdrawn = '';
    this.error = '';
  }
}
