import type { SkinView } from './engine.js';
import { m } from '$kit/m.js';

/** The four axes, each by its two ends; oily and dry have a middle. The first end is drawn left. */
export const AXES = [
  { left: 'dry', middle: 'combination', right: 'oily' },
  { left: 'sensitive', middle: null, right: 'resistant' },
  { left: 'pigmented', middle: null, right: 'non_pigmented' },
  { left: 'wrinkled', middle: null, right: 'tight' },
] as const;

const words: Record<string, () => string> = {
  dry: m.skin_dry,
  combination: m.skin_combination,
  oily: m.skin_oily,
  sensitive: m.skin_sensitive,
  resistant: m.skin_resistant,
  pigmented: m.skin_pigmented,
  non_pigmented: m.skin_non_pigmented,
  wrinkled: m.skin_wrinkled,
  tight: m.skin_tight,
};

/** A skin type's code in the clerk's words; a brand's own word stays as it is. */
export function skinWord(code: string): string {
  return words[code]?.() ?? code;
}

/** The four codes in their order, those known. */
export function axesOf(skin: SkinView | null): string[] {
  if (!skin) return [];
  return [skin.moisture, skin.sensitivity, skin.pigmentation, skin.ageing].filter(Boolean);
}
