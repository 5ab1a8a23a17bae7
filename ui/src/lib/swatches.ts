const files = import.meta.glob<string>('../assets/swatch/*.png', {
  eager: true,
  query: '?url',
  import: 'default',
});

const pictures = new Map(
  Object.entries(files).map(([path, url]) => [path.replace(/^.*\/(.*)\.png$/, '$1'), url]),
);

/** The picture for a product's texture. A shade falls back to its kind, a kind to a plain drop. */
export function swatch(kind: string | null | undefined, large = false): string {
  const names = [kind, kind?.replace(/-[^-]*$/, ''), kind === 'lip' ? 'lip-07' : undefined, 'dew'];
  for (const name of names) {
    if (!name) continue;
    const url = (large && pictures.get(`${name}-l`)) || pictures.get(name);
    if (url) return url;
  }
  return '';
}
