/**
 * Of many like buttons, one to a row, Tab reaches one; arrows, Home and End lead to the others. Each
 * carries `data-roving` with the key of its row.
 */
import { type FocusEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';

interface Roving {
  /** The key of the row whose button Tab reaches. */
  readonly reachable: string | undefined;
  /** For what stands around the rows. */
  readonly box: {
    readonly onFocus: (event: FocusEvent<HTMLElement>) => void;
    readonly onKeyDownCapture: (event: KeyboardEvent<HTMLElement>) => void;
  };
}

/** So many turns of the screen a row may take until it is there. */
const FRAMES_MAX = 60;

/**
 * `keys` in the order of the rows. Where not all rows are drawn, `show` scrolls to the one at an index;
 * the reachable one is to be drawn in any case.
 */
export function useRoving(keys: readonly string[], show?: (index: number) => void): Roving {
  const [active, setActive] = useState<string | null>(null);
  const frame = useRef(0);
  useEffect(() => () => cancelAnimationFrame(frame.current), []);

  function focused({ target }: FocusEvent<HTMLElement>): void {
    const key = target.dataset['roving'];
    if (key !== undefined) setActive(key);
  }

  function focus(box: HTMLElement, key: string, frames: number): void {
    const button = [...box.querySelectorAll<HTMLElement>('[data-roving]')].find(({ dataset }) => dataset['roving'] === key);
    button?.focus();
    // A row that is made first is hidden until it has been measured.
    if (frames > 0 && (!button || document.activeElement !== button)) frame.current = requestAnimationFrame(() => focus(box, key, frames - 1));
  }

  // Before the button itself, which may open a menu by an arrow.
  function keyed(event: KeyboardEvent<HTMLElement>): void {
    const { target, currentTarget } = event;
    if (!(target instanceof HTMLElement) || target.dataset['roving'] === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    const at = keys.indexOf(target.dataset['roving']);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: keys.length - 1 }[event.key];
    const key = next === undefined ? undefined : keys[next];
    if (next === undefined || key === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    cancelAnimationFrame(frame.current);
    setActive(key);
    show?.(next);
    focus(currentTarget, key, show ? FRAMES_MAX : 0);
  }

  return { reachable: active !== null && keys.includes(active) ? active : keys[0], box: { onFocus: focused, onKeyDownCapture: keyed } };
}
