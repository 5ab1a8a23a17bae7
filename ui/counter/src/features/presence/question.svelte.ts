import { EngineError, type PresenceMissing } from '$lib/engine.js';
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

/** Points are spent, and the engine asks whether it is she: what the clerk is asked. */
export class PresenceQuestion {
  /** What is to be shown; none = nothing is asked. */
  missing = $state.raw<PresenceMissing | null>(null);
  digits = $state('');
  /** The digits are there, and a manager is asked. */
  approving = $state(false);
  trouble = $state.raw<Words | null>(null);

  /** Takes an error of the engine as a question, or as what is wrong with an answer; whether it is one. */
  takes(error: unknown): boolean {
    if (!(error instanceof EngineError)) return false;
    if (error.code === 'presence_needed' && error.details.presence) {
      this.missing = error.details.presence;
      this.digits = '';
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

  drop(): void {
    this.missing = null;
    this.digits = '';
    this.approving = false;
    this.trouble = null;
  }
}
