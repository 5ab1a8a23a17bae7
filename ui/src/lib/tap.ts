import type { Attachment } from 'svelte/attachments';

/** How far a finger may wander between down and up and still mean a tap. Long nails land flat. */
export const DRIFT = 24;

let swallowNextClick = false;
let guarded = false;

/**
 * A tap acts on pointer-up. The click that the browser sends afterwards would land on whatever has
 * taken the place of what was tapped, so it is swallowed.
 */
function guard(): void {
  if (guarded) return;
  guarded = true;
  window.addEventListener('pointerdown', () => (swallowNextClick = false), true);
  window.addEventListener(
    'click',
    (event) => {
      if (!swallowNextClick || !event.isTrusted || event.detail === 0) return;
      swallowNextClick = false;
      event.stopImmediatePropagation();
      event.preventDefault();
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
