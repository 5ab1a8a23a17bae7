import { defineConfig } from 'vitest/config';
import { shared, tests } from '../vite.shared.js';

/** What the pages share is built into each of them; here it is tested. */
export default defineConfig({ ...shared('kit'), test: tests });
