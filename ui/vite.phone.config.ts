import { fileURLToPath } from 'node:url';
import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** The member's phone pages: small, no app kit, served by the central service. */
export default defineConfig({
  // beside the page, wherever a proxy has put the centre
  base: './',
  plugins: [
    paraglideVitePlugin({
      project: './project.inlang',
      outdir: './src/paraglide',
      strategy: ['globalVariable', 'baseLocale'],
    }),
    svelte(),
  ],
  resolve: {
    alias: { $lib: path('./src/lib') },
  },
  clearScreen: false,
  server: { port: 5174, strictPort: true },
  build: {
    outDir: 'dist-phone',
    target: 'chrome107',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: path('./phone.html') },
  },
});
