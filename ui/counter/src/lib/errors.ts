import { EngineError } from './engine.js';
import { clock, points } from '$kit/format.js';
import { i18n } from '$kit/i18n.svelte.js';
import { limitAsked } from './limits.js';
import { m } from '$kit/m.js';

export interface Words {
  /** What happened. */
  title: string;
  /** What is safe, what to do. */
  detail: string;
  code: string;
}

type Message = (inputs?: Record<string, unknown>) => string;
/** Details that are points: with their commas. */
const POINTS = ['possible', 'set_aside', 'used', 'confirmed'];
const messages = m as unknown as Record<string, Message | undefined>;

/**
 * What was being done. A read never speaks of money or points: it moved none, whatever became of what was done
 * before it.
 */
export type Doing = 'read' | 'act';

/**
 * The words for what went wrong, by code: `error_<code>` and `error_<code>_detail`, or `error_<code>_read` for a read
 * where the detail speaks of money or points.
 */
export function wordsFor(error: unknown, doing: Doing = 'read'): Words {
  const code = error instanceof EngineError ? error.code : 'unknown';
  const details: Record<string, unknown> = error instanceof EngineError ? { ...error.details } : {};
  if (typeof details['until'] === 'string' || typeof details['until'] === 'number')
    details['until'] = clock(details['until']);
  for (const name of POINTS)
    if (typeof details[name] === 'number') details[name] = points(details[name]);
  const number = typeof details['number'] === 'string' ? details['number'] : '';
  const reason = details['reason'];
  if (code === 'offline_limit' && typeof reason === 'string' && reason !== 'offline') {
    const gap = i18n.locale === 'en' ? ' ' : '';
    return {
      title:
        details['possible'] === '0'
          ? m.limit_title_none()
          : m.error_offline_limit(details as never),
      detail: m.limit_nothing_done() + gap + limitAsked(reason, details),
      code: number,
    };
  }
  // what is in the way, where it is one character
  const named = code === 'phone_invalid' && typeof details['character'] === 'string';
  const key = named ? 'error_phone_character' : `error_${code}`;
  const known = messages[key];
  if (doing === 'read') {
    const detail = messages[`${key}_read`] ?? messages[`${key}_detail`];
    return {
      title: (messages[`${key}_read_title`] ?? known ?? m.error_unread)(details),
      detail: known ? (detail?.(details) ?? '') : m.error_unread_detail(),
      code: number || (known ? '' : code),
    };
  }
  return {
    title: (known ?? m.error_unknown)(details),
    detail: known ? (messages[`${key}_detail`]?.(details) ?? '') : m.error_unknown_detail(),
    code: number || (known ? '' : code),
  };
}
