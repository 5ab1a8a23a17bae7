import { describe, expect, it } from 'vitest';
import { finished, press } from './amount-text.js';
import { countdown } from './countdown.js';

describe('the number pad', () => {
  const typed = (keys: string, start = '', proposed = false) =>
    [...keys].reduce((text, key, i) => press(text, key, proposed && i === 0), start);
  it('takes an amount with two places and no more', () => {
    expect(typed('157.005')).toBe('157.00');
    expect(typed('007')).toBe('7');
    expect(typed('.5')).toBe('0.5');
    expect(typed('1.2.3')).toBe('1.23');
    expect(typed('123456789')).toBe('12345678');
  });
  it('replaces what was only proposed', () => {
    expect(typed('15', '168.00', true)).toBe('15');
    expect(press('168.00', 'Backspace', true)).toBe('');
    expect(press('168.00', 'Backspace')).toBe('168.0');
  });
  it('finishes what was typed', () => {
    expect(finished('168.')).toBe('168.00');
    expect(finished('168.5')).toBe('168.50');
    expect(finished('')).toBeNull();
  });
});

describe('the time left', () => {
  it('counts whole seconds and stops at zero', () => {
    expect(countdown(1_661_000, 0)).toBe('27:41');
    expect(countdown(59_001, 0)).toBe('1:00');
    expect(countdown(5000, 9000)).toBe('0:00');
  });
});
