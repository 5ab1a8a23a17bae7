import { describe, expect, it } from 'vitest';
import { phoneDigits, phoneGroups } from './format.js';
import { rewrite, typedAt } from '$kit/caret.js';

const isDigit = (char: string) => /\d/.test(char);

/** A phone field as the page has it, edited at the caret. */
class Field {
  input = document.createElement('input');
  digits = '';

  constructor(text: string) {
    document.body.append(this.input);
    for (const char of text) this.type(char);
  }

  #took() {
    this.digits = phoneDigits(this.input.value, this.digits);
    rewrite(this.input, phoneGroups(this.digits), isDigit);
  }

  put(at: number) {
    this.input.setSelectionRange(at, at);
    return this;
  }

  type(key: string) {
    const { selectionStart, selectionEnd, value } = this.input;
    const next = typedAt(value, selectionStart, selectionEnd, key);
    this.input.value = next.value;
    this.input.setSelectionRange(next.caret, next.caret);
    this.#took();
    return this;
  }

  get says() {
    const at = this.input.selectionStart ?? 0;
    return `${this.input.value.slice(0, at)}|${this.input.value.slice(at)}`;
  }
}

describe('a number that is grouped while it is typed', () => {
  it('is mended where the caret stands, and the caret stays behind what was typed', () => {
    const field = new Field('13800005678');
    expect(field.says).toBe('138 0000 5678|');
    field.put(3).type('Backspace');
    expect(field.says).toBe('13|0 0005 678');
    field.type('9');
    expect(field.says).toBe('139| 0000 5678');
  });

  it.each([0, 1, 2, 3, 5, 6, 8, 9, 12])('takes a digit out and in again at %i', (at) => {
    const field = new Field('13800005678').put(at);
    const [before, behind] = field.says.split('|') as [string, string];
    if (!isDigit(before.slice(-1))) return;
    const digit = before.slice(-1);
    field.type('Backspace').type(digit);
    expect(field.digits).toBe('13800005678');
    expect(field.says.split('|')[1]!.replaceAll(' ', '')).toBe(behind.replaceAll(' ', ''));
  });

  it.each([0, 3, 6, 13])(
    'takes no digit too many, which would make another number of it (%i)',
    (at) => {
      const field = new Field('13800005678').put(at);
      const before = field.says;
      field.type('9');
      expect(field.digits).toBe('13800005678');
      expect(field.says.replace('|', '')).toBe(before.replace('|', ''));
    },
  );

  it('takes a whole number that is pasted', () => {
    const field = new Field('');
    field.input.value = '+86 138-0000-5678';
    field.put(field.input.value.length);
    rewrite(field.input, phoneGroups(phoneDigits(field.input.value)), isDigit);
    expect(field.says).toBe('138 0000 5678|');
  });
});

describe('a field that drops what does not belong', () => {
  it('leaves the caret where it was typed', () => {
    const input = document.createElement('input');
    input.value = '05\u20018-0031';
    input.setSelectionRange(3, 3);
    rewrite(input, '0518-0031'.replace('1', ''));
    expect([input.value, input.selectionStart]).toEqual(['058-0031', 2]);
  });
});

describe('our own key board', () => {
  it('types at the caret, over what is marked, and deletes whole characters', () => {
    expect(typedAt('0518', 2, 2, '9')).toEqual({ value: '05918', caret: 3 });
    expect(typedAt('0518', 1, 3, '9')).toEqual({ value: '098', caret: 2 });
    expect(typedAt('0518', 2, 2, 'Backspace')).toEqual({ value: '018', caret: 1 });
    expect(typedAt('0518', 1, 3, 'Backspace')).toEqual({ value: '08', caret: 1 });
    expect(typedAt('𠮷', 2, 2, 'Backspace')).toEqual({ value: '', caret: 0 });
    expect(typedAt('05', null, null, '1')).toEqual({ value: '051', caret: 3 });
  });
});
