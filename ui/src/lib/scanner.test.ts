import { afterEach, describe, expect, it, vi } from 'vitest';
import { character, deliver, listen, ScanBuffer, takeScans } from './scanner.js';

function codes(text: string): { code: string; shift: boolean }[] {
  return [...text].map((char) => {
    if (/\d/.test(char)) return { code: `Digit${char}`, shift: false };
    if (/[a-z]/.test(char)) return { code: `Key${char.toUpperCase()}`, shift: false };
    if (/[A-Z]/.test(char)) return { code: `Key${char}`, shift: true };
    if (char === '-') return { code: 'Minus', shift: false };
    if (char === '.') return { code: 'Period', shift: false };
    throw new Error(char);
  });
}

function type(buffer: ScanBuffer, text: string, pause: number, start = 1000) {
  let at = start;
  for (const key of codes(text)) buffer.hear({ ...key, at: (at += pause) });
  return buffer.hear({ code: 'Enter', shift: false, at: at + pause });
}

describe('a scan', () => {
  it('is a fast burst that ends with Enter', () => {
    expect(type(new ScanBuffer(), '6901234567892', 8)).toEqual({
      kind: 'scan',
      code: '6901234567892',
    });
  });
  it('keeps capitals and signs by the key, not by what an input method made of it', () => {
    expect(type(new ScanBuffer(), 'CP-m1.Ab7', 12)).toEqual({ kind: 'scan', code: 'CP-m1.Ab7' });
    expect(character('Semicolon', true)).toBe(':');
    expect(character('ArrowUp', false)).toBeNull();
  });
  it('is not what a quick typist does', () => {
    expect(type(new ScanBuffer(), '13812345678', 70).kind).toBe('key');
  });
  it('is not a short burst', () => {
    expect(type(new ScanBuffer(), '567', 5).kind).toBe('key');
  });
  it('does not take in what was typed before it', () => {
    const buffer = new ScanBuffer();
    for (const [i, key] of codes('zy').entries()) buffer.hear({ ...key, at: 100 + i * 120 });
    expect(type(buffer, '6901234567892', 8)).toEqual({ kind: 'scan', code: '6901234567892' });
  });
  it('does not end with an Enter that comes late', () => {
    const buffer = new ScanBuffer();
    let at = 0;
    for (const key of codes('12345678')) buffer.hear({ ...key, at: (at += 8) });
    expect(buffer.hear({ code: 'Enter', shift: false, at: at + 400 }).kind).toBe('key');
  });
  it('goes over Shift as a scanner presses it', () => {
    const buffer = new ScanBuffer();
    let at = 0;
    for (const key of codes('AB-1234')) {
      if (key.shift) buffer.hear({ code: 'ShiftLeft', shift: true, at: (at += 6) });
      buffer.hear({ ...key, at: (at += 6) });
    }
    expect(buffer.hear({ code: 'Enter', shift: false, at: at + 6 })).toEqual({
      kind: 'scan',
      code: 'AB-1234',
    });
  });
});

describe('who gets a scan', () => {
  it('is the screen in front first', () => {
    const got: string[] = [];
    const stopBack = takeScans((code) => got.push(`back ${code}`) > 0);
    const stopFront = takeScans((code) => code === 'mine' && got.push(`front ${code}`) > 0);
    deliver('mine');
    deliver('other');
    stopFront();
    deliver('mine');
    stopBack();
    expect(got).toEqual(['front mine', 'back other', 'back mine']);
    expect(deliver('mine')).toBe(false);
  });
});

describe('in the window', () => {
  afterEach(() => document.body.replaceChildren());

  it('takes its letters out of the field again', () => {
    const field = document.createElement('input');
    field.type = 'text';
    field.value = '13';
    document.body.append(field);
    const other = vi.fn();
    const stop = listen(window, other);
    let at = 5000;
    for (const key of [...codes('6901234567892'), { code: 'Enter', shift: false }]) {
      const event = new KeyboardEvent('keydown', {
        code: key.code,
        shiftKey: key.shift,
        bubbles: true,
        cancelable: true,
      });
      Object.defineProperty(event, 'timeStamp', { value: (at += 7) });
      field.dispatchEvent(event);
      if (!event.defaultPrevented) field.value += key.code.slice(-1);
    }
    stop();
    expect(other).toHaveBeenCalledExactlyOnceWith('6901234567892');
    expect(field.value).toBe('13');
  });

  it('leaves fast typing that does not end with Enter where it was typed', () => {
    const field = document.createElement('input');
    field.type = 'text';
    document.body.append(field);
    const other = vi.fn();
    const stop = listen(window, other);
    let at = 5000;
    for (const key of codes('13812345678')) {
      const event = new KeyboardEvent('keydown', {
        code: key.code,
        bubbles: true,
        cancelable: true,
      });
      Object.defineProperty(event, 'timeStamp', { value: (at += 2) });
      field.dispatchEvent(event);
      if (!event.defaultPrevented) field.value += key.code.slice(-1);
    }
    stop();
    expect(other).not.toHaveBeenCalled();
    expect(field.value).toBe('13812345678');
  });
});
