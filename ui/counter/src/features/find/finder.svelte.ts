import { tick } from 'svelte';
import { typedAt } from '$kit/caret.js';
import { deviceSettings } from '$lib/device-settings.svelte.js';
import { engine, type MemberHit } from '$lib/engine.js';
import { router } from '$lib/router.svelte.js';
import { scannedMember } from './scanned-member.js';

/** Below what the engine lists at most, so that fewer than these are all there are. */
const LIMIT = 30;
const RECENT = 5;
/** Longer than the scanner of this device pauses between keys, in milliseconds. */
const pause = () => deviceSettings.current.scan_pause_ms + 80;
/** Longer than any scan takes. */
const TYPED_FOR_SURE = 800;

let query = $state('');
let hits = $state.raw<MemberHit[]>([]);
let chosen = $state(0);
let focused = $state(false);
/** What `hits` answer to, so that "no such member" is never said too early. */
let answered = $state('');
/** Digits that are still to be typed before it can be said that nobody has the number. */
let missing = $state(0);
/** An input method has it: what stands there is not yet what is meant. */
let unfinished = $state(false);
let recent = $state.raw<MemberHit[]>([]);
/** Counter PCs have keys; a tablet shows ours until a hardware key is pressed. */
let hardware = $state(globalThis.matchMedia?.('(min-width: 1366px)').matches ?? false);
let system = $state(false);
let field: HTMLInputElement | null = null;
let asked = 0;
let leaving: ReturnType<typeof setTimeout> | undefined;
let typing: ReturnType<typeof setTimeout> | undefined;

/** To the results, once it is clear that a clerk types and not a scanner meant for this screen. */
function leave(): void {
  clearTimeout(leaving);
  leaving = setTimeout(() => query && router.go({ view: 'find' }), pause());
}

async function ask(): Promise<void> {
  const turn = ++asked;
  const wanted = query.trim();
  if (!wanted) {
    hits = [];
    answered = '';
    return;
  }
  const found = await engine.find(wanted, LIMIT).catch(() => []);
  if (turn !== asked) return;
  const left = found.length === 0 ? await engine.digitsMissing(wanted).catch(() => 0) : 0;
  if (turn !== asked) return;
  hits = found;
  missing = left;
  answered = wanted;
  chosen = 0;
}

/** The search in the bar and its results: one, wherever the clerk is. */
export const finder = {
  limit: LIMIT,
  get query() {
    return query;
  },
  get hits() {
    return hits;
  },
  get chosen() {
    return chosen;
  },
  get focused() {
    return focused;
  },
  get recent() {
    return recent;
  },
  /** A whole key was typed, and nobody has it. */
  get empty(): boolean {
    return answered !== '' && hits.length === 0 && missing === 0 && !unfinished;
  },
  get missing(): number {
    return answered !== '' && hits.length === 0 ? missing : 0;
  },
  /** Our own key board stands in for the system's. */
  get board(): boolean {
    return !hardware && !system;
  },
  attach(input: HTMLInputElement) {
    field = input;
    return () => {
      field = null;
    };
  },
  type(text: string, composing = false) {
    query = text;
    unfinished = composing;
    if (router.view !== 'find') leave();
    void ask();
  },
  /** A key of our own key board. */
  press(key: string) {
    const typed = typedAt(query, field?.selectionStart ?? null, field?.selectionEnd ?? null, key);
    if (field) {
      field.value = typed.value;
      field.setSelectionRange(typed.caret, typed.caret);
    }
    finder.type(typed.value);
    field?.focus({ preventScroll: true });
  },
  clear() {
    system = false;
    finder.type('');
    field?.focus({ preventScroll: true });
  },
  move(by: number) {
    if (hits.length) chosen = (chosen + by + hits.length) % hits.length;
  },
  open(index = chosen) {
    const hit = hits[index];
    if (hit) finder.show(hit);
  },
  show(hit: MemberHit) {
    recent = [hit, ...recent.filter((one) => one.id !== hit.id)].slice(0, RECENT);
    finder.showMember(hit.id);
  },
  /** Her page, where she was found otherwise than by this search: the search is over. */
  showMember(memberId: string) {
    query = '';
    hits = [];
    answered = '';
    asked += 1;
    system = false;
    field?.blur();
    router.go({ view: 'member', memberId });
  },
  focus(on: boolean) {
    focused = on;
  },
  take() {
    field?.focus({ preventScroll: true });
  },
  touched(pointerType: string) {
    if (pointerType === 'touch' || pointerType === 'pen') hardware = false;
  },
  /** A real key was pressed: our key board is in the way. */
  typedOnHardware() {
    clearTimeout(typing);
    typing = setTimeout(() => (hardware = true), TYPED_FOR_SURE);
  },
  /** It was a scanner: the clerk's hands are still on the glass. */
  scanned() {
    clearTimeout(leaving);
    clearTimeout(typing);
  },
  /** For Chinese characters: the system's key board, until the search is over. */
  async useSystem() {
    system = true;
    await tick();
    field?.blur();
    field?.focus();
  },
  /** A code that no screen wanted: a member's, or something to look up. */
  async scan(code: string) {
    const hers = await scannedMember(code);
    if (hers) finder.show(hers);
    else finder.type(code);
  },
  again() {
    void ask();
  },
  /** The clerk turned to something else: the search is over. */
  rest() {
    if (query) finder.type('');
    clearTimeout(leaving);
    field?.blur();
  },
  forget() {
    query = '';
    hits = [];
    answered = '';
    recent = [];
  },
};
