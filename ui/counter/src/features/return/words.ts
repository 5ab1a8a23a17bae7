import { m } from '$kit/m.js';
import type { Reason } from './form.svelte.js';

export function reasonWord(reason: Reason): string {
  return {
    shade: m.return_reason_shade,
    reaction: m.return_reason_reaction,
    surplus: m.return_reason_surplus,
    damaged: m.return_reason_damaged,
    other: m.return_reason_other,
  }[reason]();
}
