import { wordsFor, type Words } from './errors.js';

/** One thing at a time: whether one is under way, and what came of the last. */
export class OneAtATime {
  busy = $state(false);
  trouble = $state.raw<Words | null>(null);

  async run(work: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.trouble = null;
    try {
      await work();
      return true;
    } catch (error) {
      this.trouble = wordsFor(error, 'act');
      return false;
    } finally {
      this.busy = false;
    }
  }
}
