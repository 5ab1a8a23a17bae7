import type { Problem } from './bindings.js';

/** What went wrong, by code; the words are chosen in `errors.ts`. */
export class EngineError extends Error {
  constructor(
    readonly code: string,
    readonly details: Partial<Problem> = {},
  ) {
    super(code);
  }
}
