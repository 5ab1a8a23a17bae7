import { expect, it } from 'vitest';
import { firstCharacter } from './characters.js';

const sources = import.meta.glob<string>('../../*/src/**/*.{svelte,ts}', {
  query: '?raw',
  import: 'default',
  eager: true,
});

it('cuts a name as people see it', () => {
  for (const [name, first] of [
    ['𠮷川', '𠮷'],
    ['张小美', '张'],
    ['e\u0301lise', 'e\u0301'],
    ['👩‍🔬', '👩‍🔬'],
    ['葛\u{E0100}', '葛\u{E0100}'],
    [' 王', '王'],
    ['', ''],
  ] as const)
    expect(firstCharacter(name)).toBe(first);
});

it('is how every name is cut', () => {
  const cut =
    /\b(?:name|masked_name|title)\b[!?]*\.(?:slice|substring|substr|charAt|at)\(|\bname\[0\]/;
  const cutting = Object.entries(sources)
    .filter(([path]) => !/paraglide|\.test\.ts$/.test(path))
    .filter(([, text]) => cut.test(text))
    .map(([path]) => path);
  expect(Object.keys(sources).length).toBeGreaterThan(50);
  expect(cutting).toEqual([]);
});
