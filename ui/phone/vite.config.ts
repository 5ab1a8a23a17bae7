import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { onePage } from './one-page.js';
import { output, shared, tests } from '../vite.shared.js';

const page = (name: string) => fileURLToPath(new URL(`./${name}.html`, import.meta.url));

/**
 * The member's phone pages: small, none of the app's components, served by the central service. Each is one file and built
 * by itself: `vite build` makes the sign-up, `vite build --mode own` a member's own page beside it.
 */
export default defineConfig(({ mode }) => {
  const base = shared('phone');
  const own = mode === 'own';
  return {
    ...base,
    plugins: [...base.plugins, onePage()],
    // beside the page, wherever a proxy has put the centre
    base: './',
    server: { port: 5174, strictPort: true },
    build: {
      ...output('dist-phone'),
      emptyOutDir: !own,
      target: 'chrome107',
      assetsInlineLimit: 100_000,
      cssCodeSplit: false,
      rollupOptions: { input: page(own ? 'own' : 'phone') },
    },
    test: tests,
  };
});
