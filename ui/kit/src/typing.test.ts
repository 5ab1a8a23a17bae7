import { describe, expect, it, vi } from 'vitest';
import { composing, fieldKeys, guardCompositions } from './typing.js';

const sources = import.meta.glob<string>('../../*/src/**/*.{ts,svelte}', {
  eager: true,
  query: '?raw',
  import: 'default',
});

/** Who may speak of the key by its name: the one handler, what tells scanners apart, what follows a success. */
const MAY = [
  './typing.ts',
  './scanner.ts',
  './scan-listener.ts',
  './tap.ts',
  '../../counter/src/features/settings/DeviceSettingsPanel.svelte',
];

function key(name: string, how: { composing?: boolean; code?: number } = {}): KeyboardEvent {
  const event = new KeyboardEvent('keydown', {
    key: name,
    code: name,
    bubbles: true,
    cancelable: true,
  });
  Object.defineProperty(event, 'isComposing', { value: how.composing ?? false });
  Object.defineProperty(event, 'keyCode', { value: how.code ?? 13 });
  return event;
}

describe('a key of an input method', () => {
  it.each([
    ['while it composes', { composing: true, code: 229 }],
    ['that ended it, where the engine says so by its code alone', { composing: false, code: 229 }],
  ])('%s does nothing in a field', (_, how) => {
    const enter = vi.fn();
    const handle = fieldKeys({ enter, escape: enter, up: enter, down: enter });
    for (const name of ['Enter', 'Escape', 'ArrowUp', 'ArrowDown']) handle(key(name, how));
    expect(enter).not.toHaveBeenCalled();
    expect(composing(key('Enter', how))).toBe(true);
    handle(key('Enter'));
    expect(enter).toHaveBeenCalledTimes(1);
  });

  it('reaches nothing on the page: no form, no list of others, no function key', () => {
    const stop = guardCompositions(document);
    const heard = vi.fn();
    document.body.addEventListener('keydown', heard);
    window.addEventListener('keydown', heard);
    const ending = key('Enter', { code: 229 });
    document.body.dispatchEvent(ending);
    expect(ending.defaultPrevented).toBe(true);
    document.body.dispatchEvent(key('Enter', { composing: true, code: 229 }));
    expect(heard).not.toHaveBeenCalled();
    document.body.dispatchEvent(key('Enter'));
    expect(heard).toHaveBeenCalledTimes(2);
    document.body.removeEventListener('keydown', heard);
    window.removeEventListener('keydown', heard);
    stop();
  });
});

it('has its Enter from the one handler, in every field', () => {
  const others = Object.entries(sources)
    .filter(([file]) => !file.includes('paraglide') && !/\.test\.ts$/.test(file))
    .filter(
      ([file, text]) => !MAY.includes(file) && /['"`](Numpad)?Enter\b|isComposing/.test(text),
    );
  expect(others.map(([file]) => file)).toEqual([]);
  // whoever may is there: no folder was left out
  for (const file of MAY) expect(Object.keys(sources)).toContain(file);
});
