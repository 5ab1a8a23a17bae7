import { standIn } from '../src/lib/engine.js';
import { theme } from '../src/lib/theme.svelte.js';
import { i18n } from '../src/lib/i18n.svelte.js';
import { standInWork } from '../src/lib/work-engine.js';
import { fixture } from './fixture.js';
import { workFixture } from './work-fixture.js';

// A stand-in for the Rust side, to look at the screens in a browser: never part of a build.
// ?sync=offline&theme=dim&lang=en
const query = new URLSearchParams(location.search);
const sync = query.get('sync') ?? 'in_step';
const engine = fixture(sync, query.get('clerks') !== 'none');
standIn(engine);
standInWork(workFixture(engine, sync === 'offline'));
if (query.has('lang')) i18n.set(query.get('lang') === 'en' ? 'en' : 'zh-CN');
if (query.has('theme')) theme.set(query.get('theme') === 'dim' ? 'dim' : 'light');
await import('../src/main.js');
