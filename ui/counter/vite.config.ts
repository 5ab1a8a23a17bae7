import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vitest/config';
import { output, shared, tests } from '../vite.shared.js';

const common = shared('counter');

/** The counter app: what the desktop window loads. */
export default defineConfig({
  ...common,
  plugins: [tailwindcss(), ...common.plugins],
  server: { port: 5173, strictPort: true },
  build: {
    // the window's policy allows no inlined resources but the join code's picture
    ...output('dist'),
    target: 'safari16.4',
    rollupOptions: { input: fileURLToPath(new URL('./index.html', import.meta.url)) },
  },
  test: tests,
});
