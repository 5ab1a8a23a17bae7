import { EngineError } from '$lib/engine.js';
import { wordsFor, type Words } from '$lib/errors.js';
import { i18n } from '$kit/i18n.svelte.js';
import { m } from '$kit/m.js';

/** Why a printer or a folder did not take it, by the engine's word. */
const reasons: Record<string, () => string> = {
  gone: m.slip_why_gone,
  denied: m.slip_why_denied,
  full: m.slip_why_full,
  refused: m.slip_why_refused,
  timeout: m.slip_why_timeout,
  unreachable: m.slip_why_unreachable,
  closed: m.slip_why_closed,
  paper: m.slip_why_paper,
};

/** Why a printer or a folder did not take it, where the engine says so. */
export function whyNot(error: unknown): string | undefined {
  const reason = error instanceof EngineError ? error.details.reason : null;
  return reason ? reasons[reason]?.() : undefined;
}

/** What went wrong with a receipt: the why first, then what is safe and what to do. */
export function slipWords(error: unknown): Words {
  // a receipt moves no money and no points, whatever becomes of it
  const words = wordsFor(error, 'read');
  const why = whyNot(error);
  if (!why) return words;
  return { ...words, detail: why + (i18n.locale === 'en' ? ' ' : '') + words.detail };
}
