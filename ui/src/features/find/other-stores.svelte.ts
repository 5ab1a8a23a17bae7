import { engine, type LookedUp } from '$lib/engine.js';
import { wordsFor, type Words } from '$lib/errors.js';
import { isPhone } from '../sale/scan.js';

/** What other stores may be asked for: a whole phone number, or a whole card number or code. */
export function whole(typed: string): 'phone' | 'code' | null {
  const text = typed.trim();
  if (isPhone(text)) return 'phone';
  const number = text.replace(/^CPM:/i, '').split(':')[0] ?? '';
  const code =
    /^[0-9a-z-]{8,32}$/i.test(number) && /\d{4}/.test(number) && !/^1\d{0,10}$/.test(number);
  return code ? 'code' : null;
}

/** A look in the other stores: one question at a time, and its answer stands until another is typed. */
export class OtherStores {
  /** What was asked. */
  asked = $state('');
  busy = $state(false);
  /** Nobody has that number. */
  none = $state(false);
  trouble = $state.raw<Words | null>(null);

  /** Asks; she can be opened where she was found. */
  async look(typed: string): Promise<string | null> {
    const wanted = typed.trim();
    if (this.busy) return null;
    this.asked = wanted;
    this.busy = true;
    this.none = false;
    this.trouble = null;
    let found: LookedUp | null = null;
    try {
      found = await engine.lookUp(wanted);
      if (this.asked === wanted) this.none = found === null;
    } catch (error) {
      if (this.asked === wanted) this.trouble = wordsFor(error, 'read');
    } finally {
      this.busy = false;
    }
    return this.asked === wanted ? (found?.member_id ?? null) : null;
  }

  /** Another number is typed: the last answer is not about it. */
  forget(typed: string): void {
    if (typed.trim() === this.asked) return;
    this.asked = '';
    this.none = false;
    this.trouble = null;
  }
}
