import { EngineError } from './engine.js';
import { clock } from './format.js';
import { m } from './m.js';

export interface Words {
  /** What happened. */
  title: string;
  /** What is safe, what to do. */
  detail: string;
  code: string;
}

type Message = (inputs?: Record<string, unknown>) => string;
const messages = m as unknown as Record<string, Message | undefined>;

/** The words for what went wrong, by code: `error_<code>` and `error_<code>_detail`. */
export function wordsFor(error: unknown): Words {
  const code = error instanceof EngineError ? error.code : 'unknown';
  const details = error instanceof EngineError ? { ...error.details } : {};
  if (typeof details['until'] === 'string' || typeof details['until'] === 'number')
    details['until'] = clock(details['until']);
  const known = messages[`error_${code}`];
  return {
    title: (known ?? m.error_unknown)(details),
    detail: known ? (messages[`error_${code}_detail`]?.(details) ?? '') : m.error_unknown_detail(),
    code: known ? '' : code,
  };
}
