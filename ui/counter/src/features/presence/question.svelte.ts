import { engine, EngineError, type PresenceMissing } from '$lib/engine.js';
import { wordsFor, type Words } from '$lib/errors.js';

/** What is wrong with what was shown, and can be shown again. */
const AGAIN = [
  'presence_wrong',
  'presence_locked',
  'pin_wrong',
  'pin_locked',
  'not_allowed',
  'first_sign_in_offline',
];

/** By what she shows that it is she: digits that she knows, a code that is sent to her, the number on her page. */
export type Way = 'last_four' | 'message' | 'number';
const LENGTH: Record<Way, number> = { last_four: 4, message: 6, number: 8 };

/** Points are spent, and the engine asks whether it is she: what the clerk is asked. */
export class PresenceQuestion {
  /** What is to be shown; none = nothing is asked. */
  missing = $state.raw<PresenceMissing | null>(null);
  way = $state<Way>('last_four');
  digits = $state('');
  /** The digits are there, and a manager is asked. */
  approving = $state(false);
  trouble = $state.raw<Words | null>(null);
  /** The centre is asked. */
  busy = $state(false);
  /** The code that was sent, in a demonstration. */
  demoCode = $state('');

  get length(): number {
    return LENGTH[this.way];
  }

  /** Takes an error of the engine as a question, or as what is wrong with an answer; whether it is one. */
  takes(error: unknown): boolean {
    if (!(error instanceof EngineError)) return false;
    if (error.code === 'presence_needed' && error.details.presence) {
      this.missing = error.details.presence;
      this.way = 'last_four';
      this.digits = '';
      this.demoCode = '';
      this.approving = !this.missing.last_four;
      this.trouble = null;
      return true;
    }
    if (!this.missing || !AGAIN.includes(error.code)) return false;
    this.trouble = wordsFor(error, 'act');
    if (error.code.startsWith('presence')) {
      this.digits = '';
      this.approving = false;
    }
    return true;
  }

  /** Another way to show it; a message is sent by that. */
  async turn(way: Way, memberId: string): Promise<void> {
    if (this.busy) return;
    this.digits = '';
    this.trouble = null;
    if (way === 'message') {
      const sent = await this.#ask(() => engine.presentSend(memberId));
      if (!sent) return;
      this.demoCode = sent.demo_code ?? '';
    }
    this.way = way;
  }

  /** What she showed otherwise than by her last four digits. True where it shows that it is she. */
  async shown(memberId: string): Promise<boolean> {
    const digits = this.digits;
    const by = this.way === 'message' ? engine.presentByMessage : engine.presentByNumber;
    const done = await this.#ask(async () => {
      await by(memberId, digits);
      return true;
    });
    if (!done) this.digits = '';
    return done === true;
  }

  /** A code was scanned while she is asked. True where it shows that it is she. */
  async scanned(memberId: string, code: string): Promise<boolean> {
    this.digits = '';
    const done = await this.#ask(async () => {
      await engine.presentByCode(memberId, code);
      return true;
    });
    return done === true;
  }

  async #ask<T>(asked: () => Promise<T>): Promise<T | null> {
    if (this.busy) return null;
    this.busy = true;
    this.trouble = null;
    try {
      return await asked();
    } catch (error) {
      this.trouble = wordsFor(error, 'act');
      return null;
    } finally {
      this.busy = false;
    }
  }

  drop(): void {
    this.missing = null;
    this.way = 'last_four';
    this.digits = '';
    this.demoCode = '';
    this.approving = false;
    this.trouble = null;
  }
}
