import type { Engine, Standing } from '../src/lib/engine.js';
import { standIn } from './stand-in.js';
import { theme } from '$kit/theme.svelte.js';
import { i18n } from '$kit/i18n.svelte.js';
import { fixture } from './fixture.js';

// A stand-in for the Rust side, to look at the screens in a browser: never part of a build.
// ?sync=offline&standing=quarantined&limit=held_elsewhere&devices=quiet&gate=locked&printers=two&theme=dim&lang=en
const query = new URLSearchParams(location.search);
const sync = query.get('sync') ?? 'in_step';
const standing = query.get('standing') as Standing | null;
standIn(
  fixture({
    sync,
    standing,
    staffed: query.get('clerks') !== 'none',
    quiet: query.get('devices') === 'quiet',
    gate: query.get('gate'),
  }),
);
const limits = { recovering: 'no_grants' } as Record<string, string>;
const limit =
  query.get('limit') ??
  (standing ? (limits[standing] ?? standing) : sync === 'offline' ? 'offline' : null);
type Fixture = { default?: (limit: string | null) => Partial<Engine> };
for (const made of Object.values(import.meta.glob<Fixture>('./*-fixture.ts', { eager: true }))) {
  if (made.default) standIn(made.default(limit));
}
if (query.has('lang')) i18n.set(query.get('lang') === 'en' ? 'en' : 'zh-CN');
if (query.has('theme')) theme.set(query.get('theme') === 'dim' ? 'dim' : 'light');
await import('../src/main.js');
