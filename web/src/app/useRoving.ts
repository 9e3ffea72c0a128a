/**
 * Of many like buttons, one to a row, Tab reaches one; arrows, Home and End lead to the others. Each
 * carries `data-roving` with the key of its row.
 */
import { type FocusEvent, type KeyboardEvent, useState } from 'react';

interface Roving {
  /** The key of the row whose button Tab reaches. */
  readonly reachable: string | undefined;
  /** For what stands around the rows. */
  readonly box: {
    readonly onFocus: (event: FocusEvent<HTMLElement>) => void;
    readonly onKeyDownCapture: (event: KeyboardEvent<HTMLElement>) => void;
  };
}

/** `keys` in the order of the rows. */
export function useRoving(keys: readonly string[]): Roving {
  const [active, setActive] = useState<string | null>(null);

  function focused({ target }: FocusEvent<HTMLElement>): void {
    const key = target.dataset['roving'];
    if (key !== undefined) setActive(key);
  }

  // Before the button itself, which may open a menu by an arrow.
  function keyed(event: KeyboardEvent<HTMLElement>): void {
    const { target, currentTarget } = event;
    if (!(target instanceof HTMLElement) || target.dataset['roving'] === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    const all = [...currentTarget.querySelectorAll<HTMLElement>('[data-roving]')];
    const at = all.indexOf(target);
    const next = { ArrowDown: all[at + 1], ArrowUp: all[at - 1], Home: all[0], End: all.at(-1) }[event.key];
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    next.focus();
  }

  return { reachable: active !== null && keys.includes(active) ? active : keys[0], box: { onFocus: focused, onKeyDownCapture: keyed } };
}
