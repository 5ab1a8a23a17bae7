/**
 * Fields that are written anew while they are edited (grouped, stripped of what does not belong): the caret stays
 * behind the character behind which it stood.
 */

type Counts = (char: string) => boolean;

const any: Counts = () => true;

/** Where the caret is after so many characters that count. */
function after(text: string, wanted: number, counts: Counts): number {
  let seen = 0;
  let at = 0;
  for (const char of text) {
    if (seen === wanted) return at;
    if (counts(char)) seen += 1;
    at += char.length;
  }
  return at;
}

/**
 * Writes `text` into the field in place of what was typed. `counts` says which characters are the value and which
 * are only set between them.
 */
export function rewrite(input: HTMLInputElement, text: string, counts: Counts = any): void {
  if (input.value === text) return;
  const caret = input.selectionStart ?? input.value.length;
  const value = (of: string) => [...of].filter(counts).join('');
  const whole = value(text);
  const behind = value(input.value.slice(caret));
  // what stands behind the caret stays behind it; where that was cut, it is counted from the beginning
  const before = whole.endsWith(behind)
    ? whole.slice(0, whole.length - behind.length)
    : value(input.value.slice(0, caret));
  input.value = text;
  const at = after(text, [...before].length, counts);
  input.setSelectionRange(at, at);
}

/** What the field says with a key of our own key board pressed at its caret, and where the caret is then. */
export function typedAt(
  value: string,
  start: number | null,
  end: number | null,
  key: string,
): { value: string; caret: number } {
  const from = start ?? value.length;
  const to = Math.max(from, end ?? from);
  const before = value.slice(0, from);
  const behind = value.slice(to);
  if (key !== 'Backspace') return { value: before + key + behind, caret: from + key.length };
  const kept = from < to ? before : [...before].slice(0, -1).join('');
  return { value: kept + behind, caret: kept.length };
}
