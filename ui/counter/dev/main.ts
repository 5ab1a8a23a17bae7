import type { Standing } from '../src/lib/engine.js';
import { standIn } from './stand-in.js';
import { theme } from '$kit/theme.svelte.js';
import { i18n } from '$kit/i18n.svelte.js';
import { actsFixture } from './acts-fixture.js';
import { memberFixture } from './member-fixture.js';
import { allergyFixture } from './allergy-fixture.js';
import { fixture } from './fixture.js';
import { parkedFixture } from './parked-fixture.js';
import { sampleFixture } from './sample-fixture.js';
import { workFixture } from './work-fixture.js';

// A stand-in for the Rust side, to look at the screens in a browser: never part of a build.
// ?sync=offline&standing=quarantined&limit=held_elsewhere&devices=quiet&theme=dim&lang=en
const query = new URLSearchParams(location.search);
const sync = query.get('sync') ?? 'in_step';
const standing = query.get('standing') as Standing | null;
standIn(
  fixture({
    sync,
    standing,
    staffed: query.get('clerks') !== 'none',
    quiet: query.get('devices') === 'quiet',
  }),
);
const limits = { recovering: 'no_grants' } as Record<string, string>;
const limit =
  query.get('limit') ??
  (standing ? (limits[standing] ?? standing) : sync === 'offline' ? 'offline' : null);
standIn({
  ...workFixture(limit),
  ...parkedFixture(),
  ...actsFixture(),
  ...memberFixture(),
  ...allergyFixture,
  ...sampleFixture(),
});
if (query.has('lang')) i18n.set(query.get('lang') === 'en' ? 'en' : 'zh-CN');
if (query.has('theme')) theme.set(query.get('theme') === 'dim' ? 'dim' : 'light');
await import('../src/main.js');
