import { standInActs } from '../src/lib/acts-engine.js';
import { standInAllergies } from '../src/lib/allergy-engine.js';
import { standIn, type Standing } from '../src/lib/engine.js';
import { theme } from '../src/lib/theme.svelte.js';
import { i18n } from '../src/lib/i18n.svelte.js';
import { standInParked } from '../src/lib/parked-engine.js';
import { standInMember } from '../src/lib/member-engine.js';
import { standInWork } from '../src/lib/work-engine.js';
import { actsFixture } from './acts-fixture.js';
import { memberFixture } from './member-fixture.js';
import { allergyFixture } from './allergy-fixture.js';
import { fixture } from './fixture.js';
import { parkedFixture } from './parked-fixture.js';
import { workFixture } from './work-fixture.js';

// A stand-in for the Rust side, to look at the screens in a browser: never part of a build.
// ?sync=offline&standing=quarantined&limit=held_elsewhere&devices=quiet&theme=dim&lang=en
const query = new URLSearchParams(location.search);
const sync = query.get('sync') ?? 'in_step';
const standing = query.get('standing') as Standing | null;
const engine = fixture({
  sync,
  standing,
  staffed: query.get('clerks') !== 'none',
  quiet: query.get('devices') === 'quiet',
});
const limits = { recovering: 'no_grants' } as Record<string, string>;
const limit =
  query.get('limit') ??
  (standing ? (limits[standing] ?? standing) : sync === 'offline' ? 'offline' : null);
standIn(engine);
const work = workFixture(engine, limit);
standInWork(work);
standInParked(parkedFixture(work));
standInActs(actsFixture());
standInMember(memberFixture(engine));
standInAllergies(allergyFixture);
if (query.has('lang')) i18n.set(query.get('lang') === 'en' ? 'en' : 'zh-CN');
if (query.has('theme')) theme.set(query.get('theme') === 'dim' ? 'dim' : 'light');
await import('../src/main.js');
