import { cleanup, render } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import PinPad from './PinPad.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  cleanup();
});

async function typed(digits: string, pause: number): Promise<string[]> {
  const tried: string[] = [];
  const pad = render(PinPad, {
    value: '',
    deleteLabel: '',
    onchange: (value: string) => void pad.rerender({ value }),
    onfull: (pin: string) => void tried.push(pin),
  });
  for (const digit of digits) {
    window.dispatchEvent(new KeyboardEvent('keydown', { code: `Digit${digit}`, key: digit }));
    await vi.advanceTimersByTimeAsync(pause);
  }
  await vi.advanceTimersByTimeAsync(2000);
  return tried;
}

it('hands over a PIN that is typed, quickly or not', async () => {
  expect(await typed('123456', 60)).toEqual(['123456']);
  cleanup();
  expect(await typed('123456', 700)).toEqual(['123456']);
});

it.each([8, 60, 120])('takes no scan for a try at a PIN (%i ms)', async (pause) => {
  expect(await typed('6901234567892', pause)).toEqual([]);
});
