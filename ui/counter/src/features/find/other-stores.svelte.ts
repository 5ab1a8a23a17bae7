import {
  engine,
  EngineError,
  type LookedUp,
  type MemberBy,
  type MemberChoice,
} from '$lib/engine.js';
import { wordsFor, type Words } from '$lib/errors.js';

/** What of a member a text is that was typed whole, as the engine says; null while it is still being typed. */
export class WholeNumber {
  /** What `by` is about. */
  typed = $state('');
  by = $state<MemberBy | null>(null);
  #turn = 0;

  async of(typed: string): Promise<void> {
    const turn = ++this.#turn;
    const by = await engine.typedWhole(typed).catch(() => null);
    if (turn !== this.#turn) return;
    this.typed = typed;
    this.by = by;
  }
}

/** A look in the other stores: one question at a time, and its answer stands until another is typed. */
export class OtherStores {
  /** What was asked. */
  asked = $state('');
  busy = $state(false);
  /** Nobody has that number. */
  none = $state(false);
  /** Members who may be meant: the clerk asks her which. */
  choices = $state.raw<MemberChoice[]>([]);
  trouble = $state.raw<Words | null>(null);

  /** Asks; she can be opened where she was found. `by` says what the number is, where it was asked about. */
  async look(typed: string, by: MemberBy | null = null): Promise<string | null> {
    return this.#ask(typed.trim(), () => engine.lookUp(typed.trim(), by));
  }

  /** One of the choices was hers. */
  async choose(choice: MemberChoice): Promise<string | null> {
    if (choice.id) return choice.id;
    const wanted = this.asked;
    return this.#ask(wanted, () =>
      choice.by === 'phone' ? engine.lookUp(wanted, 'phone') : engine.lookUp(choice.no, 'card'),
    );
  }

  async #ask(wanted: string, ask: () => Promise<LookedUp | null>): Promise<string | null> {
    if (this.busy) return null;
    this.asked = wanted;
    this.busy = true;
    this.none = false;
    this.trouble = null;
    this.choices = [];
    let found: LookedUp | null = null;
    try {
      found = await ask();
      if (this.asked === wanted) this.none = found === null;
    } catch (error) {
      if (this.asked === wanted) this.#failed(error);
    } finally {
      this.busy = false;
    }
    return this.asked === wanted ? (found?.member_id ?? null) : null;
  }

  #failed(error: unknown): void {
    const members = (error instanceof EngineError && error.details.members) || [];
    if (members.length > 0) this.choices = members;
    else this.trouble = wordsFor(error, 'read');
  }

  /** Another number is typed: the last answer is not about it. */
  forget(typed: string): void {
    if (typed.trim() === this.asked) return;
    this.asked = '';
    this.none = false;
    this.trouble = null;
    this.choices = [];
  }
}
