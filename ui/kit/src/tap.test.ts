import { afterEach, describe, expect, it, vi } from 'vitest';
import { DRIFT, SETTLE, settle, tap } from './tap.js';

function button(act: () => void) {
  const node = document.createElement('button');
  document.body.append(node);
  tap(act)(node);
  const at = (type: string, x: number, y: number, target: EventTarget = node) =>
    target.dispatchEvent(
      new PointerEvent(type, { pointerId: 1, button: 0, clientX: x, clientY: y, bubbles: true }),
    );
  return { node, at };
}

describe('a tap', () => {
  afterEach(() => document.body.replaceChildren());

  it('acts when the finger leaves, though it has wandered', () => {
    const act = vi.fn();
    const { at } = button(act);
    at('pointerdown', 100, 100);
    expect(act).not.toHaveBeenCalled();
    at('pointerup', 100 + DRIFT - 4, 104, window);
    expect(act).toHaveBeenCalledOnce();
  });
  it('is let go by moving far away', () => {
    const act = vi.fn();
    const { at } = button(act);
    at('pointerdown', 100, 100);
    at('pointerup', 100 + DRIFT + 1, 100, window);
    expect(act).not.toHaveBeenCalled();
  });
  it('is not what begins a scroll', () => {
    const act = vi.fn();
    const { at } = button(act);
    at('pointerdown', 100, 100);
    at('pointercancel', 100, 100, window);
    at('pointerup', 100, 100, window);
    expect(act).not.toHaveBeenCalled();
  });
  it('is Enter and Space too, which arrive as a click', () => {
    const act = vi.fn();
    const { node } = button(act);
    node.click();
    expect(act).toHaveBeenCalledOnce();
  });
  it('does nothing while the button is off', () => {
    const act = vi.fn();
    const { node, at } = button(act);
    node.setAttribute('aria-disabled', 'true');
    at('pointerdown', 1, 1);
    at('pointerup', 1, 1, window);
    node.click();
    expect(act).not.toHaveBeenCalled();
  });
});

describe('after a success', () => {
  afterEach(() => {
    vi.useRealTimers();
    document.body.replaceChildren();
  });

  it('nothing that is tapped or pressed at once counts, and a moment later it does', () => {
    vi.useFakeTimers();
    const act = vi.fn();
    const { node, at } = button(act);
    const keyed = vi.fn();
    window.addEventListener('keydown', keyed);
    const press = (code: string) =>
      node.dispatchEvent(new KeyboardEvent('keydown', { code, key: code, bubbles: true }));
    settle();
    for (let taps = 0; taps < 3; taps += 1) {
      at('pointerdown', 5, 5);
      at('pointerup', 5, 5);
      node.click();
      vi.advanceTimersByTime(150);
    }
    for (const code of ['Enter', 'Space', 'F12']) press(code);
    expect(act).not.toHaveBeenCalled();
    expect(keyed).not.toHaveBeenCalled();
    vi.advanceTimersByTime(SETTLE);
    at('pointerdown', 5, 5);
    at('pointerup', 5, 5);
    press('F12');
    window.removeEventListener('keydown', keyed);
    expect(act).toHaveBeenCalledTimes(1);
    expect(keyed).toHaveBeenCalledTimes(1);
  });

  it('a press that began before it was settled has no click after', () => {
    vi.useFakeTimers();
    const act = vi.fn();
    const { node, at } = button(act);
    settle();
    at('pointerdown', 5, 5);
    vi.advanceTimersByTime(SETTLE + 1);
    at('pointerup', 5, 5);
    expect(act).not.toHaveBeenCalled();
    node.click();
    expect(act).toHaveBeenCalledTimes(1);
  });
});
