import { wordsFor, type Words } from '$lib/errors.js';
import { session } from '$lib/session.svelte.js';
import { engine, type InvitedView, type JoinCode, type Joined } from '$lib/engine.js';

/** Codes that may still be used by somebody who has already scanned one. */
const WATCHED = 4;

/**
 * The sign-up code on show. It outlives the page: a guest who is still filling in the form appears
 * here when the clerk comes back, by a code that was replaced meanwhile too.
 */
export class Invitation {
  code = $state.raw<JoinCode | null>(null);
  joined = $state.raw<Joined | null>(null);
  trouble = $state.raw<Words | null>(null);
  renewing = $state(false);
  /** How far a guest has come by the code on show; none where that is not known. */
  steps = $state.raw<InvitedView | null>(null);
  /** Whether steps can be told now: there is a network, and the centre tells them. */
  live = $state(false);

  #clerk = '';
  #watched: string[] = [];
  #seen = new Set<string>();
  /** The centre is of a version that does not tell how far guests are. */
  #untold = false;
  #asking = false;

  /** Shows the code that there is, or makes one: for another clerk, for the next guest, or where it has run out. */
  async show(now: number): Promise<void> {
    const clerk = session.clerk?.id ?? '';
    if (!this.code || this.joined || this.#clerk !== clerk || now >= this.code.valid_until)
      await this.renew();
  }

  /** The page was left: whoever was on show as having joined has been seen. */
  left(): void {
    if (!this.joined) return;
    this.joined = null;
    this.code = null;
    this.steps = null;
  }

  async renew(): Promise<void> {
    if (this.renewing) return;
    this.renewing = true;
    try {
      this.code = await engine.joinCode();
      this.#clerk = session.clerk?.id ?? '';
      this.#watched = [this.code.id, ...this.#watched].slice(0, WATCHED);
      this.joined = null;
      this.steps = null;
      this.trouble = null;
    } catch (error) {
      this.trouble = wordsFor(error, 'act');
    } finally {
      this.renewing = false;
    }
  }

  /** A code that has run out is replaced by itself: nobody is hurried. */
  async keepFresh(now: number): Promise<void> {
    if (this.joined || this.trouble || !this.code || now < this.code.valid_until) return;
    await this.renew();
  }

  /** Asks how far guests are. Where it is not told, nothing is said of it. */
  async follow(): Promise<void> {
    const code = this.code;
    if (this.#untold || this.#asking || this.joined || !code) return;
    if (session.offline) {
      this.live = false;
      return;
    }
    this.#asking = true;
    try {
      const seen = await engine.invited([code.id]);
      this.#untold = seen === null;
      this.live = seen !== null;
      if (seen && this.code === code) this.steps = seen.find((one) => one.id === code.id) ?? null;
    } catch {
      // quietly: the code works all the same
      this.live = false;
    } finally {
      this.#asking = false;
    }
  }

  async look(): Promise<void> {
    if (this.joined) return;
    for (const id of this.#watched) {
      if (this.#seen.has(id)) continue;
      const who = await engine.joined(id).catch(() => null);
      if (!who || this.joined) continue;
      this.#seen.add(id);
      this.joined = who;
      return;
    }
  }
}

export const invitation = new Invitation();
