import { fileURLToPath } from 'node:url';
import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { UserConfig } from 'vite';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** What every page's build has in common: the words in both languages, and the kit. */
export const shared = (name: string) =>
  ({
    cacheDir: path(`./node_modules/.vite/${name}`),
    plugins: [
      paraglideVitePlugin({
        project: path('./project.inlang'),
        outdir: path('./kit/src/paraglide'),
        strategy: ['globalVariable', 'baseLocale'],
      }),
      svelte({ configFile: path('./svelte.config.js') }),
    ],
    resolve: {
      alias: { $kit: path('./kit/src'), $lib: path(`./${name}/src/lib`) },
      // Without this, tests resolve Svelte's server build.
      conditions: process.env['VITEST'] ? ['browser'] : undefined,
    },
    clearScreen: false,
  }) satisfies UserConfig;

/** Tests beside what they test. */
export const tests = {
  environment: 'happy-dom' as const,
  include: ['src/**/*.test.ts'],
};

/** A page's build beside the others, where whoever embeds it finds it. */
export const output = (dist: string) => ({
  outDir: path(`./${dist}`),
  emptyOutDir: true,
  assetsInlineLimit: 0,
  modulePreload: { polyfill: false },
});
