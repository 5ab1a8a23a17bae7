import { afterEach, describe, expect, it, vi } from 'vitest';
import { listen } from './scan-listener.js';
import { character, deliver, holdTyping, ScanBuffer, takeScans } from './scanner.js';

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
      sure: true,
    });
  });
  it.each([20, 44, 46, 60, 80, 100, 120])(
    'may have %i ms between keys; beyond 45 a hand might have typed it',
    (pause) => {
      for (const code of ['6901234567892', 'CPM:20460173', '0518-0031'])
        expect(type(new ScanBuffer(), code.replace(':', ''), pause)).toEqual({
          kind: 'scan',
          code: code.replace(':', ''),
          sure: pause <= 45,
        });
    },
  );
  it('is no scan beyond the pause that the device is set to', () => {
    const buffer = new ScanBuffer();
    buffer.pause = 60;
    expect(type(buffer, '6901234567892', 61).kind).toBe('key');
    buffer.pause = 200;
    expect(type(buffer, '6901234567892', 190)).toMatchObject({ kind: 'scan', sure: false });
  });
  it('keeps capitals and signs by the key, not by what an input method made of it', () => {
    expect(type(new ScanBuffer(), 'CP-m1.Ab7', 12)).toMatchObject({ code: 'CP-m1.Ab7' });
    expect(character('Semicolon', true)).toBe(':');
    expect(character('ArrowUp', false)).toBeNull();
  });
  it('is not what a typist does who pauses like one', () => {
    expect(type(new ScanBuffer(), '13812345678', 140).kind).toBe('key');
  });
  it('is not a short burst', () => {
    expect(type(new ScanBuffer(), '567', 5).kind).toBe('key');
  });
  it('does not take in what was typed before it', () => {
    const buffer = new ScanBuffer();
    for (const [i, key] of codes('zy').entries()) buffer.hear({ ...key, at: 100 + i * 140 });
    expect(type(buffer, '6901234567892', 8)).toMatchObject({ code: '6901234567892' });
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
      sure: true,
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

  const whole = (code: string) => Promise.resolve(/^69\d{11}$|^CPM/.test(code));

  function field(value = ''): HTMLInputElement {
    const input = document.createElement('input');
    input.type = 'text';
    input.value = value;
    document.body.append(input);
    return input;
  }

  /** Types into a field as its keys come; answers the keys that it was left with. */
  function press(input: HTMLElement, text: string, pause: number, end = 'Enter', key229 = false) {
    const left: string[] = [];
    let at = performance.now();
    for (const key of [...codes(text), ...(end ? [{ code: end, shift: false }] : [])]) {
      const event = new KeyboardEvent('keydown', {
        code: key.code,
        key: key.code === end ? end : '',
        shiftKey: key.shift,
        bubbles: true,
        cancelable: true,
      });
      Object.defineProperty(event, 'timeStamp', { value: (at += pause) });
      if (key229 && key.code === end) Object.defineProperty(event, 'keyCode', { value: 229 });
      input.dispatchEvent(event);
      if (event.defaultPrevented) continue;
      left.push(key.code);
      if (input instanceof HTMLInputElement && key.code !== end) input.value += key.code.slice(-1);
    }
    return left;
  }

  function hear(pause = 120) {
    const heard: string[] = [];
    const stop = listen(window, {
      otherwise: (code) => heard.push(code),
      pause: () => pause,
      whole,
    });
    return { heard, stop };
  }

  const settled = () => new Promise((done) => setTimeout(done));

  it.each([7, 30, 60, 100])('takes its letters out of the field again, at %i ms', async (pause) => {
    const input = field('13');
    const { heard, stop } = hear();
    press(input, '6901234567892', pause);
    await settled();
    stop();
    expect(heard).toEqual(['6901234567892']);
    expect(input.value).toBe('13');
  });

  it.each(['13812345678', '2026112800008', 'zhangyi', '0518-0031', '20460173'])(
    'leaves what a quick hand types with its Enter: %s',
    async (text) => {
      const input = field();
      const enters = vi.fn();
      input.addEventListener('keydown', (event) => event.key === 'Enter' && enters());
      const { heard, stop } = hear();
      press(input, text, 80);
      await settled();
      stop();
      expect(heard).toEqual([]);
      expect(input.value).not.toBe('');
      expect(enters).toHaveBeenCalledTimes(1);
    },
  );

  it('leaves an Enter that ends a composition alone, however quick the hand', async () => {
    const input = field();
    const enters = vi.fn();
    input.addEventListener('keydown', (event) => event.key === 'Enter' && enters());
    const { heard, stop } = hear();
    press(input, 'zhangyi', 80, 'Enter', true);
    await settled();
    stop();
    expect(heard).toEqual([]);
    expect(enters).toHaveBeenCalledTimes(1);
  });

  it('needs no field, and no end where it is a whole code', async () => {
    vi.useFakeTimers();
    const { heard, stop } = hear();
    press(document.body, '0518-0031', 90);
    press(document.body, '6901234567892', 8, '');
    await vi.advanceTimersByTimeAsync(1000);
    const input = field('zh');
    press(input, '6901234567892', 8, '');
    await vi.advanceTimersByTimeAsync(1000);
    press(input, '1381234567812', 8, '');
    await vi.advanceTimersByTimeAsync(1000);
    stop();
    vi.useRealTimers();
    expect(heard).toEqual(['0518-0031', '6901234567892', '6901234567892']);
    expect(input.value).toBe('zh1381234567812');
  });

  it('puts back what its first letters did to a pad', async () => {
    let amount = '12';
    const release = holdTyping(() => {
      const was = amount;
      return () => (amount = was);
    });
    const pad = (event: KeyboardEvent) => /^Digit/.test(event.code) && (amount += event.code[5]);
    const { heard, stop } = hear();
    window.addEventListener('keydown', pad);
    press(document.body, '6901234567892', 8);
    press(document.body, '6901234567892', 90);
    await settled();
    expect(heard).toHaveLength(2);
    expect(amount).toBe('12');
    // and leaves an amount that is typed quickly
    press(document.body, '408.00', 90);
    await settled();
    window.removeEventListener('keydown', pad);
    stop();
    release();
    expect(heard).toHaveLength(2);
    expect(amount).toBe('1240800');
  });

  it('leaves fast typing that does not end with Enter where it was typed', () => {
    const input = field();
    const { heard, stop } = hear();
    press(input, '13812345678', 2, '');
    stop();
    expect(heard).toEqual([]);
    expect(input.value).toBe('13812345678');
  });
});
