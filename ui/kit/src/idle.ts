/** What tells that somebody is there. */
const SIGNS = ['pointerdown', 'keydown', 'wheel'] as const;

/**
 * Calls back once nobody has touched the window or pressed a key for so long, in milliseconds; anew after each sign.
 * Returns how to stop.
 */
export function whenIdle(target: Window, after: () => number, idle: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let seen = { wall: Date.now(), steady: performance.now() };
  const sign = () => {
    seen = { wall: Date.now(), steady: performance.now() };
  };
  const look = () => {
    // a steady clock may stand while the device sleeps, and the other may be set: the longer time counts
    const passed = Math.max(Date.now() - seen.wall, performance.now() - seen.steady);
    if (passed >= after()) {
      idle();
      sign();
    }
    timer = setTimeout(look, LOOK);
  };
  for (const kind of SIGNS) target.addEventListener(kind, sign, { capture: true, passive: true });
  timer = setTimeout(look, LOOK);
  return () => {
    clearTimeout(timer);
    for (const kind of SIGNS) target.removeEventListener(kind, sign, { capture: true });
  };
}

/** How often it is looked at, in milliseconds. */
const LOOK = 1000;
