import { codeShown } from '$lib/code-shown.svelte.js';
import { engine, type MemberHit } from '$lib/engine.js';

/** Hits among which she is looked for: those whose number it is come first. */
const LIMIT = 5;

/**
 * The member whose code, card number or phone number was scanned, whole; null where nobody has it, or several. What the
 * text is, the engine says.
 */
export async function scannedMember(code: string): Promise<MemberHit | null> {
  const is = await engine.scanned(code).catch(() => null);
  if (is?.is !== 'member') return null;
  const id = is.member.id;
  if (id) codeShown.note(id, is.code);
  const found = await engine.find(code, LIMIT).catch(() => []);
  return found.find((hit) => hit.id === id) ?? null;
}
