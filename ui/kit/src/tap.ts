import type { Attachment } from 'svelte/attachments';

/** How far a finger may wander between down and up and still mean a tap. Long nails land flat. */
export const DRIFT = 24;

/** How long after a success a tap or key still means what stood there before, in milliseconds. */
export const SETTLE = 600;

let swallowNextClick = false;
let guarded = false;
let settledAt = Number.NEGATIVE_INFINITY;
let lastTyped = Number.NEGATIVE_INFINITY;

/**
 * Something was done, and other things stand where the finger was: what is tapped or pressed within
 * {@link SETTLE} was meant for what is gone, and does nothing.
 */
export function settle(): void {
  guard();
  settledAt = performance.now() + SETTLE;
}

/** Longer than any scanner pauses before its Enter. */
const SCANNING = 300;
const PRESSING = /^(Enter|NumpadEnter|Space|F\d+)$/;

/**
 * A tap acts on pointer-up. The click that the browser sends afterwards would land on whatever has
 * taken the place of what was tapped, so it is swallowed.
 */
function guard(): void {
  if (guarded) return;
  guarded = true;
  const drop = (event: Event) => {
    event.stopImmediatePropagation();
    event.preventDefault();
  };
  const settling = () => performance.now() < settledAt;
  window.addEventListener(
    'pointerdown',
    (event) => {
      // the click that a dropped press brings is dropped with it, however late it comes
      swallowNextClick = settling();
      if (swallowNextClick) drop(event);
    },
    true,
  );
  window.addEventListener(
    'click',
    (event) => {
      if (settling()) return drop(event);
      if (!swallowNextClick || !event.isTrusted || event.detail === 0) return;
      swallowNextClick = false;
      drop(event);
    },
    true,
  );
  window.addEventListener(
    'keydown',
    (event) => {
      // a scan ends with Enter too, and is meant for what comes next
      const ends = PRESSING.test(event.code || event.key);
      if (!ends) lastTyped = event.timeStamp;
      else if (settling() && event.timeStamp - lastTyped > SCANNING) drop(event);
    },
    true,
  );
}

/** `{@attach tap(() => …)}`: acts on pointer-up within {@link DRIFT}, or on Enter and Space. */
export function tap(act: ((event: Event) => void) | undefined): Attachment<HTMLElement> {
  return (node) => {
    if (!act) return;
    guard();
    let down: { id: number; x: number; y: number } | null = null;

    const release = () => {
      down = null;
      node.removeAttribute('data-pressed');
      window.removeEventListener('pointerup', onUp);
      window.removeEventListener('pointercancel', release);
    };
    const onUp = (event: PointerEvent) => {
      if (!down || event.pointerId !== down.id) return;
      const near = Math.hypot(event.clientX - down.x, event.clientY - down.y) <= DRIFT;
      release();
      if (!near || node.matches(':disabled,[aria-disabled="true"]')) return;
      swallowNextClick = true;
      act(event);
    };
    const onDown = (event: PointerEvent) => {
      if (event.button !== 0) return;
      down = { id: event.pointerId, x: event.clientX, y: event.clientY };
      node.setAttribute('data-pressed', '');
      window.addEventListener('pointerup', onUp);
      window.addEventListener('pointercancel', release);
    };
    const onClick = (event: MouseEvent) => {
      // Keyboard and assistive technology arrive as a click that no pointer preceded.
      if (node.matches(':disabled,[aria-disabled="true"]')) return;
      act(event);
    };

    node.addEventListener('pointerdown', onDown);
    node.addEventListener('click', onClick);
    return () => {
      release();
      node.removeEventListener('pointerdown', onDown);
      node.removeEventListener('click', onClick);
    };
  };
}
