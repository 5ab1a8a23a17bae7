const WHOLE = 8;

/** What a number pad makes of a key. The first key replaces an amount that was only proposed. */
export function press(text: string, key: string, proposed = false): string {
  if (key === 'Backspace') return proposed ? '' : text.slice(0, -1);
  const before = proposed ? '' : text;
  if (key === '.') return before.includes('.') ? before : `${before || '0'}.`;
  if (!/^\d$/.test(key)) return text;
  const [whole = '', fraction] = before.split('.');
  if (fraction !== undefined) return fraction.length < 2 ? before + key : before;
  if (whole === '0') return key;
  return whole.length < WHOLE ? before + key : before;
}

/** "168." and "168.5" as the engine takes them; null where there is no amount yet. */
export function finished(text: string): string | null {
  const match = /^(\d+)(?:\.(\d{0,2}))?$/.exec(text);
  if (!match) return null;
  return `${match[1]}.${(match[2] ?? '').padEnd(2, '0')}`;
}
