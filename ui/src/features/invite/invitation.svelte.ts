import { wordsFor, type Words } from '$lib/errors.js';
import { session } from '$lib/session.svelte.js';
import { work, type JoinCode, type Joined } from '$lib/work-engine.js';

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

  #clerk = '';
  #watched: string[] = [];
  #seen = new Set<string>();

  /** Shows the code that there is, or makes one: for another clerk, for the next guest, or where it has run out. */
  async show(now: number): Promise<void> {
    const clerk = session.clerk?.id ?? '';
    if (!this.code || this.joined || this.#clerk !== clerk || now >= this.code.valid_until)
      await this.renew();
  }

  async renew(): Promise<void> {
    if (this.renewing) return;
    this.renewing = true;
    try {
      this.code = await work.joinCode();
      this.#clerk = session.clerk?.id ?? '';
      this.#watched = [this.code.id, ...this.#watched].slice(0, WATCHED);
      this.joined = null;
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

  async look(): Promise<void> {
    if (this.joined) return;
    for (const id of this.#watched) {
      if (this.#seen.has(id)) continue;
      const who = await work.joined(id).catch(() => null);
      if (!who || this.joined) continue;
      this.#seen.add(id);
      this.joined = who;
      return;
    }
  }
}

export const invitation = new Invitation();
