import { mount } from 'svelte';
import './app.css';
import App from './App.svelte';
import { standInActs } from './lib/acts-engine.js';
import { standInAllergies } from './lib/allergy-engine.js';
import { standIn } from './lib/engine.js';
import {
  tauriActs,
  tauriAllergies,
  tauriEngine,
  tauriMember,
  tauriParked,
  tauriSlips,
  tauriWork,
} from './lib/engine-tauri.js';
import { apply } from './lib/i18n.svelte.js';
import { standInParked } from './lib/parked-engine.js';
import { applyTheme } from './lib/theme.svelte.js';
import { standInMember } from './lib/member-engine.js';
import { standInSlips } from './lib/slip-engine.js';
import { standInWork } from './lib/work-engine.js';

// In the window the Rust side answers; anywhere else whoever loads this page has put a stand-in.
if ('__TAURI_INTERNALS__' in window) {
  standIn(tauriEngine);
  standInWork(tauriWork);
  standInActs(tauriActs);
  standInAllergies(tauriAllergies);
  standInSlips(tauriSlips);
  standInParked(tauriParked);
  standInMember(tauriMember);
}
apply();
applyTheme();
mount(App, { target: document.getElementById('app')! });
