const files = import.meta.glob<string>('./assets/swatch/*.{png,svg}', {
  eager: true,
  query: '?url',
  import: 'default',
});

const pictures = new Map(
  Object.entries(files).map(([path, url]) => [path.replace(/^.*\/(.*)\.(?:png|svg)$/, '$1'), url]),
);

/** Other words for the textures that there are pictures of. */
const SAME: Record<string, string> = {
  lotion: 'milk',
  emulsion: 'milk',
  body: 'milk',
  toner: 'dew',
  water: 'dew',
  essence: 'serum',
  ampoule: 'serum',
  spray: 'mist',
  jelly: 'gel',
  spf: 'sun',
  sunscreen: 'sun',
  balm: 'cream',
  eye: 'cream',
  hand: 'cream',
  foundation: 'powder',
  cushion: 'powder',
  lip: 'lip-07',
  lipstick: 'lip-07',
};

/** The picture for a product's texture. A shade falls back to its kind, a kind to a plain drop. */
export function swatch(kind: string | null | undefined, large = false): string {
  const whole = kind?.toLowerCase();
  const plain = whole?.replace(/-[^-]*$/, '');
  const names = [whole, whole && SAME[whole], plain, plain && SAME[plain], 'dew'];
  for (const name of names) {
    if (!name) continue;
    const url = (large && pictures.get(`${name}-l`)) || pictures.get(name);
    if (url) return url;
  }
  return '';
}
