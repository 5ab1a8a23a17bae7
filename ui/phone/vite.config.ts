import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { output, shared, tests } from '../vite.shared.js';

/** The member's phone pages: small, none of the app's components, served by the central service. */
export default defineConfig({
  ...shared('phone'),
  // beside the page, wherever a proxy has put the centre
  base: './',
  server: { port: 5174, strictPort: true },
  build: {
    ...output('dist-phone'),
    target: 'chrome107',
    rollupOptions: { input: fileURLToPath(new URL('./phone.html', import.meta.url)) },
  },
  test: tests,
});
