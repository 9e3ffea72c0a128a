/**
 * A dialog that was opened from a menu vanishes after the menu has: nothing is left that would know
 * where the focus came from, and it would begin at the top of the page. So it is remembered here.
 */
import { floatingPlace } from './floatingPlace';

const OPENED = '[role="dialog"], [role="alertdialog"], [role="menu"]';

/** Gives the focus back to where it was in the page when what floated above it is gone; returns how to stop. */
export function returnFocus(): () => void {
  const floating = floatingPlace();
  if (!floating) return () => {};
  let last: HTMLElement | null = null;

  const inPage = (target: EventTarget | null): target is HTMLElement => target instanceof HTMLElement && !floating.contains(target);
  const focused = ({ target }: FocusEvent) => {
    if (inPage(target)) last = target;
  };
  // Whoever presses where nothing is wants the focus nowhere.
  const pressed = ({ target }: PointerEvent) => {
    if (inPage(target)) last = null;
  };
  const observer = new MutationObserver((changes) => {
    const isGone = changes.some(({ removedNodes }) => [...removedNodes].some((node) => node instanceof Element && (node.matches(OPENED) || node.querySelector(OPENED) !== null)));
    if (!isGone || floating.querySelector(OPENED) || (document.activeElement && document.activeElement !== document.body)) return;
    if (last?.isConnected) last.focus({ preventScroll: true });
  });

  document.addEventListener('focusin', focused);
  document.addEventListener('pointerdown', pressed, true);
  observer.observe(floating, { childList: true, subtree: true });
  return () => {
    document.removeEventListener('focusin', focused);
    document.removeEventListener('pointerdown', pressed, true);
    observer.disconnect();
  };
}
