import type { SyncState } from './engine.js';
import { m } from '$kit/m.js';
import { standingWords } from './standing.js';

/** The pill's words, the same wherever the state is shown. */
export function syncWords(sync: SyncState): string {
  // How the device itself stands is said first, unless there is more that needs a person.
  const alone = sync.attention <= (sync.standing === 'recovering' ? 0 : 1);
  if (sync.standing && alone && sync.kind !== 'offline') return standingWords(sync.standing).pill;
  switch (sync.kind) {
    case 'in_step':
      return m.sync_in_step();
    case 'sending':
      return m.sync_sending({ count: sync.pending });
    case 'offline':
      return sync.pending > 0 ? m.sync_offline({ count: sync.pending }) : m.sync_offline_none();
    case 'attention':
      return m.sync_attention({ count: sync.attention });
    case 'not_enrolled':
      return m.sync_not_enrolled();
  }
}
