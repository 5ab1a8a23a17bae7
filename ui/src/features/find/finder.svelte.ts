import { tick } from 'svelte';
import { engine, type MemberHit } from '$lib/engine.js';
import { router } from '$lib/router.svelte.js';

const LIMIT = 50;
const RECENT = 5;
/** Longer than a scanner pauses between keys. */
const PAUSE = 120;
/** Longer than any scan takes. */
const TYPED_FOR_SURE = 600;

let query = $state('');
let hits = $state.raw<MemberHit[]>([]);
let chosen = $state(0);
let focused = $state(false);
/** What `hits` answer to, so that "no such member" is never said too early. */
let answered = $state('');
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
  leaving = setTimeout(() => query && router.go({ view: 'find' }), PAUSE);
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
  hits = found;
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
  get empty(): boolean {
    return answered !== '' && hits.length === 0;
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
  type(text: string) {
    query = text;
    if (router.view !== 'find') leave();
    void ask();
  },
  /** A key of our own key board. */
  press(key: string) {
    finder.type(key === 'Backspace' ? query.slice(0, -1) : query + key);
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
    const found = await engine.find(code, LIMIT).catch(() => []);
    if (found.length === 1) finder.show(found[0]!);
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
