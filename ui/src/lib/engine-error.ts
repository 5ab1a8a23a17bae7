/** What went wrong, by code; the words are chosen in `errors.ts`. */
export class EngineError extends Error {
  constructor(
    readonly code: string,
    readonly details: Record<string, unknown> = {},
  ) {
    super(code);
  }
}
