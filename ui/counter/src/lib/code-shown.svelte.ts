import type { CodeShown } from './engine.js';

/** For so long it is worth a word what a member's code said when it was scanned: as long as the engine lets it stand. */
const STANDS = 10 * 60_000;

let last = $state.raw<{ memberId: string; code: CodeShown; until: number } | null>(null);

/** What the code said that a member's page was opened by. */
export const codeShown = {
  note(memberId: string, code: CodeShown | null): void {
    last = code ? { memberId, code, until: Date.now() + STANDS } : null;
  },
  of(memberId: string): CodeShown | null {
    return last?.memberId === memberId && Date.now() < last.until ? last.code : null;
  },
};
