const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The first character of a name as people see it: 𠮷 of 𠮷川, and a letter with its accent. */
export function firstCharacter(text: string): string {
  for (const { segment } of graphemes.segment(text.trim())) return segment;
  return '';
}
