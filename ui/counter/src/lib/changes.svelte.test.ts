import { flushSync } from 'svelte';
import { describe, expect, it, vi } from 'vitest';
import { concerns, reading, tell, whenChanged, type Shown } from './changes.svelte.js';
import type { Changed } from './engine.js';

const NOTHING: Changed = {
  members: { which: 'none' },
  catalogue: false,
  operations: false,
  sync: false,
  parked: false,
  settings: false,
};
const of = (...ids: string[]): Changed => ({ ...NOTHING, members: { which: 'these', ids } });
const anybody: Changed = { ...NOTHING, members: { which: 'all' } };

describe('what changed', () => {
  it('concerns whoever shows it, and nobody else', () => {
    expect(concerns({ member: 'm1' }, of('m1', 'm2'))).toBe(true);
    expect(concerns({ member: 'm1' }, of('m2'))).toBe(false);
    expect(concerns({ member: 'm1' }, anybody)).toBe(true);
    expect(concerns({ members: true }, of('m2'))).toBe(true);
    expect(concerns({ member: null }, anybody)).toBe(false);
    expect(concerns({ members: true, sync: true }, { ...NOTHING, parked: true })).toBe(false);
    expect(concerns({ sync: true }, { ...NOTHING, sync: true })).toBe(true);
    expect(concerns({ catalogue: true }, { ...of('m1'), operations: true })).toBe(false);
  });

  it('is read again by what shows it, as long as it does', () => {
    let whose = $state('m1');
    const read = vi.fn();
    const again = vi.fn();
    const stop = $effect.root(() => {
      reading((): Shown => ({ member: whose }), read);
      whenChanged(() => (whose === 'm1' ? { parked: true } : null), again);
    });
    flushSync();
    expect(read).toHaveBeenCalledTimes(1);
    tell(of('m2'));
    tell({ ...NOTHING, parked: true });
    expect([read.mock.calls.length, again.mock.calls.length]).toEqual([1, 1]);
    tell(of('m1'));
    expect(read).toHaveBeenCalledTimes(2);
    whose = 'm2';
    flushSync();
    expect(read).toHaveBeenCalledTimes(3);
    tell({ ...of('m1'), parked: true });
    expect([read.mock.calls.length, again.mock.calls.length]).toEqual([3, 1]);
    stop();
    tell(of('m2'));
    expect(read).toHaveBeenCalledTimes(3);
  });
});
