import * as api from './api.js';
import { DAY, keep, read, type Kept } from './kept.js';
import { NumberProof } from './proof.svelte.js';

/** A member's own page: what she has, her code, what she agreed to. Her phone keeps a session, and what was shown last. */
export class OwnPage extends NumberProof {
  brand = $state('');
  demo = $state(false);
  /** None until her number is proven. */
  view = $state.raw<api.OwnView | null>(null);
  /** Her code for the counter. */
  code = $state.raw<api.OwnCode | null>(null);
  /** There is no network: what is shown is of before, and the code says who she is and no more. */
  offline = $state(false);
  /** Which is asked about before it is withdrawn. */
  doubted = $state<api.Agreement['purpose'] | ''>('');
  /** Which was withdrawn last, to say so. */
  withdrawn = $state<api.Agreement['purpose'] | ''>('');
  /** She thinks of leaving. */
  leaving = $state(false);
  /** Her code for friends; none where the brand rewards nobody for inviting. */
  invite = $state.raw<api.OwnInvite | null>(null);
  providers = $state.raw<string[]>([]);
  /** She came from a provider that does not know her. */
  unknown = $state(false);
  /** She has left. */
  gone = $state(false);

  #kept: Kept | null = null;
  #renewing: ReturnType<typeof setTimeout> | undefined;

  async load(): Promise<void> {
    this.#kept = read();
    const by = api.cameBack();
    if (by && !this.#kept) await this.#back(by);
    if (this.#kept) void this.refresh();
    try {
      const own = await api.own();
      this.brand = own.brand ?? '';
      this.demo = own.demo;
      this.providers = own.providers ?? [];
      if (own.brand) document.title = own.brand;
    } catch (error) {
      // the form stays: what is sent next says whether it can be reached by then
      if (!this.#kept) this.fail(error);
    }
  }

  /** She is back from a provider: where it knows her, no code is needed. */
  async #back(by: string): Promise<void> {
    this.unknown = by === 'none';
    if (this.unknown) return;
    await this.asking(async () => {
      const told = await api.authorisedOwn(by).catch(api.nothingTold);
      const session = told?.session;
      this.unknown = !session;
      if (!session) return;
      this.#kept = { session, phone: '' };
      keep(this.#kept);
    });
  }

  /** What she has now; without a network, what she had last, for a day. */
  async refresh(): Promise<void> {
    const kept = this.#kept;
    if (!kept) return;
    try {
      const view = await api.ownPage(kept.session);
      this.#keep({ view });
      this.view = view;
      this.offline = false;
      // where the brand rewards nobody for inviting there is nothing to show
      this.invite = await api.invite(kept.session).catch(() => null);
      await this.renew();
    } catch (error) {
      if (this.#over(error)) return;
      const { view, code } = kept;
      if (view && Date.now() - Date.parse(view.as_of) < DAY) {
        this.view = view;
        this.code = code ?? null;
        this.offline = true;
      } else super.fail(error);
    }
  }

  /** Another code: each holds for a minute. While the page is not looked at, none is asked for. */
  async renew(): Promise<void> {
    clearTimeout(this.#renewing);
    const kept = this.#kept;
    if (!kept || !this.view) return;
    let again = 15;
    if (!document.hidden) {
      try {
        const code = await api.ownCode(kept.session);
        this.#keep({ code });
        this.code = code;
        this.offline = false;
        again = code.renew_after_seconds;
      } catch (error) {
        if (this.#over(error)) return;
        this.offline = true;
      }
    }
    this.#renewing = setTimeout(() => void this.renew(), again * 1000);
  }

  stop(): void {
    clearTimeout(this.#renewing);
  }

  #keep(more: Partial<Kept>): void {
    if (!this.#kept) return;
    this.#kept = { ...this.#kept, ...more };
    keep(this.#kept);
  }

  /** Whether the session is over: she proves her number again. */
  #over(error: unknown): boolean {
    const over = error instanceof api.ApiError && error.code === 'not_authenticated';
    if (over) this.#forget();
    return over;
  }

  #forget(): void {
    this.stop();
    this.#kept = null;
    keep(null);
    this.view = null;
    this.invite = null;
    this.code = null;
    this.verification = '';
    this.sent = false;
  }

  protected override ask(phone: string): Promise<api.Sent> {
    return api.verifyOwn(phone);
  }

  async next(): Promise<void> {
    this.error = '';
    if (!(await this.complete()) || this.busy) return;
    const phone = this.phone;
    const done = await this.asking(async () => {
      const { session } = await api.openOwn(phone, this.verification);
      this.#kept = { session, phone };
      keep(this.#kept);
    });
    if (done) await this.refresh();
  }

  async withdraw(purpose: api.Agreement['purpose']): Promise<void> {
    const kept = this.#kept;
    if (this.busy || !kept || !this.view) return;
    this.error = '';
    const done = await this.asking(async () => {
      const held = await api.withdraw(kept.session, purpose);
      if (this.view) this.view = { ...this.view, held };
    });
    this.doubted = '';
    if (done) this.withdrawn = purpose;
  }

  /** What she tapped on: it is asked about first. */
  askAbout(purpose: api.Agreement['purpose']): void {
    this.doubted = this.doubted === purpose ? '' : purpose;
    this.withdrawn = '';
    this.error = '';
  }

  /** Everything that is held on her, as a file. */
  async export(): Promise<void> {
    const kept = this.#kept;
    if (this.busy || !kept) return;
    this.error = '';
    await this.asking(async () => {
      const all = await api.exportAll(kept.session);
      const file = new Blob([JSON.stringify(all, null, 2)], { type: 'application/json' });
      const link = document.createElement('a');
      link.href = URL.createObjectURL(file);
      link.download = 'member.json';
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    });
  }

  /** She thinks of leaving: a code goes to her number. */
  async toLeave(): Promise<void> {
    const kept = this.#kept;
    if (this.busy || !kept) return;
    this.error = '';
    this.phone = kept.phone;
    this.verification = '';
    this.leaving = true;
    // a provider opened the page: she says her number herself
    if (this.phone) await this.send();
  }

  stay(): void {
    this.leaving = false;
    this.verification = '';
    this.error = '';
  }

  async leave(): Promise<void> {
    const kept = this.#kept;
    this.error = '';
    if (!kept || !(await this.complete()) || this.busy) return;
    const done = await this.asking(() => api.leave(kept.session, this.verification));
    if (!done) return;
    this.#forget();
    this.leaving = false;
    this.gone = true;
  }

  /** Ends the session on this phone, or everywhere. */
  async end(everywhere: boolean): Promise<void> {
    const kept = this.#kept;
    if (this.busy || !kept) return;
    await this.asking(() => api.end(kept.session, everywhere));
    this.#forget();
  }
}
