import { wordsFor, type Words } from '$lib/errors.js';

/** One thing at a time that opens something, and what came of it. */
export class Opening {
  busy = $state(false);
  trouble = $state.raw<Words | null>(null);

  async run(open: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.trouble = null;
    try {
      await open();
      return true;
    } catch (error) {
      this.trouble = wordsFor(error, 'act');
      return false;
    } finally {
      this.busy = false;
    }
  }
}
