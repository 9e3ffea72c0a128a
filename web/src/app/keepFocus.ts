/**
 * What has the focus may vanish: a row that is removed, a bar whose button was pressed, a dialog that
 * closes after the button behind it is gone. The browser then begins at the top of the page. Instead
 * the focus goes on from where it was: to where it came from, else to the same control of the next row,
 * else to what the surroundings name (`data-lands`, a selector inside of them), else to themselves or
 * their heading (WCAG 2.4.3). Components that know better give the focus in an effect, which comes first.
 */
import { floatingPlace } from './floatingPlace';

const OPENED = '[role="dialog"], [role="alertdialog"], [role="menu"]';
const FOCUSABLE = 'a[href], button, input, select, textarea, [tabindex], [contenteditable="true"]';
const ROW = 'li, tr, [role="listitem"], [role="option"], [role="row"]';
const LIST = 'ul, ol, table, thead, tbody, [role="list"], [role="listbox"], :has(ul, ol, table, [role="list"], [role="listbox"])';
const HEADING = 'h1, h2, h3, h4';

/** Keeps the focus of the page until the function that it returns is called. */
export function keepFocus(): () => void {
  const floating = floatingPlace();
  /** Where the focus was last in the page, or what came to stand for it when that vanished. */
  let place: HTMLElement | null = null;
  /** What had the focus last, in the page or above it. */
  let held: Element | null = null;
  let isByKeyboard = false;

  const isInPage = (node: Node): boolean => !floating?.contains(node);

  function focused({ target }: FocusEvent): void {
    if (!(target instanceof HTMLElement)) return;
    held = target;
    if (isInPage(target)) place = target;
  }
  function typed(): void {
    isByKeyboard = true;
  }
  function pressed({ target }: Event): void {
    isByKeyboard = false;
    // Whoever presses where nothing is wants the focus nowhere.
    if (target instanceof Node && isInPage(target) && !document.activeElement?.contains(target)) place = null;
  }

  const observer = new MutationObserver((changes) => {
    const active = document.activeElement;
    if (place && !place.isConnected) place = standIn(place, changes);
    if (!place || (active && active !== document.body) || floating?.querySelector(OPENED)) return;
    if (held?.isConnected && !changes.some(isClosing)) return;
    land(place, isByKeyboard);
  });

  document.addEventListener('focusin', focused);
  document.addEventListener('keydown', typed, true);
  document.addEventListener('pointerdown', pressed, true);
  observer.observe(document.body, { childList: true, subtree: true });
  return () => {
    document.removeEventListener('focusin', focused);
    document.removeEventListener('keydown', typed, true);
    document.removeEventListener('pointerdown', pressed, true);
    observer.disconnect();
  };
}

/** Whether a dialog or a menu went, from wherever the focus had been in it. */
function isClosing({ removedNodes }: MutationRecord): boolean {
  return [...removedNodes].some((node) => node instanceof Element && (node.matches(OPENED) || node.querySelector(OPENED) !== null));
}

/** What is nearest to something that vanished with these changes. */
function standIn(vanished: HTMLElement, changes: readonly MutationRecord[]): HTMLElement | null {
  // What held it may have been taken from something that went as well: the last of them is in the page.
  let lost: Element = vanished;
  for (const { removedNodes, target, nextSibling, previousSibling } of changes) {
    const removed = [...removedNodes].find((node) => node.contains(lost));
    if (!(removed instanceof Element) || !(target instanceof HTMLElement)) continue;
    const beside = neighbour(lost, removed, elementFrom(nextSibling, 'nextElementSibling'), elementFrom(previousSibling, 'previousElementSibling')) ?? headingBefore(previousSibling);
    if (beside) return beside;
    lost = target;
    if (target.isConnected) return target;
  }
  return lost instanceof HTMLElement && lost.isConnected ? lost : null;
}

/** The same control of the row that follows, or of the one before. */
function neighbour(lost: Element, removed: Element, ...siblings: readonly (Element | null)[]): HTMLElement | null {
  const row = rowIn(removed);
  if (!row?.contains(lost)) return null;
  const at = controls(row).indexOf(lost as HTMLElement);
  for (const sibling of siblings) {
    if (!sibling?.isConnected) continue;
    const other = rowIn(sibling);
    const there = other ? controls(other) : [];
    const same = there[at];
    // Where arrows go from row to row, they go on from the row; else it is the same control.
    const found = there.some(isPassedOver) ? there[0] : same?.localName === lost.localName ? same : (there.find((one) => one.localName === lost.localName) ?? there[0]);
    if (found) return found;
  }
  return null;
}

/** The row that an element is, or is a mere wrapping of. */
function rowIn(element: Element): Element | null {
  if (element.matches(ROW)) return element;
  return element.matches(LIST) ? null : element.querySelector(ROW);
}

/** A sibling, or the element behind it where it is text. */
function elementFrom(sibling: Node | null, onwards: 'nextElementSibling' | 'previousElementSibling'): Element | null {
  if (sibling instanceof Element) return sibling;
  return sibling instanceof CharacterData ? sibling[onwards] : null;
}

/** A heading that stood right before. */
function headingBefore(sibling: Node | null): HTMLElement | null {
  return sibling instanceof HTMLElement && sibling.isConnected && sibling.matches(HEADING) ? sibling : null;
}

/** What of an element can have the focus, itself included. */
function controls(element: Element): HTMLElement[] {
  const found = [...element.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(isUsable);
  return element instanceof HTMLElement && element.matches(FOCUSABLE) ? [element, ...found] : found;
}

/** Whether Tab passes it over: it is reached from what stands around it. */
function isPassedOver(element: HTMLElement): boolean {
  return element.getAttribute('tabindex') === '-1';
}

function isUsable(element: HTMLElement): boolean {
  return !element.matches(':disabled, [type="hidden"]');
}

/** Gives the focus to a place, or to what of its surroundings takes it. */
function land(place: HTMLElement, isByKeyboard: boolean): void {
  for (let at: HTMLElement | null = place; at && at !== document.body; at = at.parentElement) {
    for (const candidate of [named(at), at.matches(FOCUSABLE) ? at : null, heading(at)]) {
      if (candidate && takes(candidate, isByKeyboard)) return;
    }
  }
}

function named(surroundings: HTMLElement): HTMLElement | null {
  const selector = surroundings.dataset['lands'];
  return selector ? surroundings.querySelector<HTMLElement>(selector) : null;
}

function heading(surroundings: HTMLElement): HTMLElement | null {
  return surroundings.matches(HEADING) ? surroundings : surroundings.querySelector<HTMLElement>(HEADING);
}

function takes(element: HTMLElement, isByKeyboard: boolean): boolean {
  if (!element.matches(FOCUSABLE)) element.tabIndex = -1;
  // Whoever goes by keyboard has to see where they are; for others the page stays as it lies.
  element.focus({ preventScroll: !isByKeyboard });
  return document.activeElement === element;
}
