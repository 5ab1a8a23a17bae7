import type { Plugin } from 'vite';

/**
 * Puts scripts and styles of a page into the page itself, so that a phone asks once. Pictures are in the scripts already
 * (`assetsInlineLimit`). The centre says in its policy, by their hashes, that these scripts and styles and no others run.
 */
export function onePage(): Plugin {
  return {
    name: 'one-page',
    enforce: 'post',
    generateBundle(_, bundle) {
      const pages = Object.values(bundle).filter(
        (file) => file.type === 'asset' && file.fileName.endsWith('.html'),
      );
      for (const page of pages) {
        if (page.type !== 'asset') continue;
        const taken = (path: string): string => {
          const name = path.replace(/^\.?\//, '');
          const file = bundle[name];
          if (!file) throw new Error(`${page.fileName} names ${path}, which was not built`);
          delete bundle[name];
          return file.type === 'chunk' ? file.code : String(file.source);
        };
        // a function each time: what is put in may hold `$&`
        page.source = String(page.source)
          .replace(/<link rel="stylesheet"[^>]*href="([^"]+)"[^>]*>/g, (_tag, path: string) => {
            return `<style>${taken(path).trim()}</style>`;
          })
          .replace(
            /<script type="module"[^>]*src="([^"]+)"[^>]*><\/script>/g,
            (_tag, path: string) => {
              const code = taken(path).trim().replaceAll('</script', '<\\/script');
              return `<script type="module">${code}</script>`;
            },
          );
      }
    },
  };
}
