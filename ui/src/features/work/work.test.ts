import { describe, expect, it } from 'vitest';
import { finished, press } from './amount-text.js';
import { countdown } from './countdown.js';
import { fromFen, mostPoints, rescaled, stepped, times, toFen, worthFen } from './decimal.js';

describe('money in fen', () => {
  it('goes there and back without a float', () => {
    expect(toFen('1138.00')).toBe(113800);
    expect(toFen('0.07')).toBe(7);
    expect(toFen('-200.1')).toBe(-20010);
    expect(fromFen(113805)).toBe('1138.05');
    expect(fromFen(-7)).toBe('-0.07');
    expect(times('0.10', 3)).toBe('0.30');
  });
  it("keeps the till's rate when the pieces change", () => {
    expect(rescaled('408.00', 2, 3)).toBe('612.00');
    expect(rescaled('100.00', 3, 1)).toBe('33.33');
  });
});

describe('points as money', () => {
  const rules = { yuan_per_point: '0.05', minimum: 100, step: 100, max_share: '0.5' };
  it('are worth what the program says', () => {
    expect(worthFen(1000, '0.05')).toBe(5000);
    expect(worthFen(1, '0.015')).toBe(1);
  });
  it('pay at most the share of the bill, in whole steps, and what is there', () => {
    expect(mostPoints('1138.00', rules, 99_999)).toBe(11_300);
    expect(mostPoints('1138.00', rules, 3860)).toBe(3800);
    expect(mostPoints('9.99', rules, 3860)).toBe(0);
    expect(mostPoints('10.00', rules, 3860)).toBe(100);
    expect(mostPoints('', rules, 3860)).toBe(0);
  });
  it('step from nothing to the minimum and back', () => {
    const high = { minimum: 500, step: 100 };
    expect(stepped(0, 100, high, 900)).toBe(500);
    expect(stepped(500, 400, high, 900)).toBe(0);
    expect(stepped(900, 1000, high, 900)).toBe(900);
    expect(stepped(0, 100, high, 400)).toBe(0);
  });
});

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
