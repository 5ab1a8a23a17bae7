import type { OpView } from '$lib/engine.js';
import { clock } from '$kit/format.js';
import { m } from '$kit/m.js';
import { operationWords } from './kinds.js';

type Message = (inputs?: Record<string, unknown>) => string;
const messages = m as unknown as Record<string, Message | undefined>;

/** What headquarters said about an operation, and what the clerk is to do: `problem_<code>`. */
export function problemWords(op: OpView): { title: string; detail: string } {
  const said = messages[`problem_${op.problem ?? ''}`] ?? m.problem_unknown;
  return { title: `${clock(op.at)} ${operationWords(op)}`, detail: said() };
}
