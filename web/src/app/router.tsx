/** Addresses of screens: a path is a list of words, a screen reads its own. */
import { type AnchorHTMLAttributes, type MouseEvent, type Ref, useMemo, useSyncExternalStore } from 'react';

/** `/u/{account}/chats/{chat}` is `['u', account, 'chats', chat]`, decoded. */
export type Path = readonly string[];

const listeners = new Set<() => void>();
let current = read();

function read(): Path {
  return location.pathname.split('/').filter(Boolean).map(decoded);
}

function decoded(word: string): string {
  try {
    return decodeURIComponent(word);
  } catch {
    return word;
  }
}

/** Whether to stay where one is instead of going `to`; it asks, and goes there itself once that is answered. */
type Hold = (to: string) => boolean;
let hold: Hold | null = null;
/** Where the browser's own buttons lead back to when something is to be asked first. */
let shown = location.pathname + location.search;

/** Asks `stays` before another address is shown; until the function that it returns is called. */
export function holdNavigation(stays: Hold): () => void {
  hold = stays;
  return () => {
    if (hold === stays) hold = null;
  };
}

function announce(): void {
  shown = location.pathname + location.search;
  current = read();
  for (const listener of listeners) listener();
}

addEventListener('popstate', () => {
  const to = location.pathname + location.search;
  if (hold?.(to)) history.pushState(null, '', shown);
  else announce();
});

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The words of the current address. */
export function usePath(): Path {
  return useSyncExternalStore(subscribe, () => current);
}

/** What the current address asks for after `?`. */
export function useSearch(): URLSearchParams {
  const text = useSyncExternalStore(subscribe, () => location.search);
  return useMemo(() => new URLSearchParams(text), [text]);
}

/** The words of the current address, outside components. */
export function path(): Path {
  return current;
}

/** An address from its words. */
export function href(...words: readonly string[]): string {
  return `/${words.map(encodeURIComponent).join('/')}`;
}

interface Going {
  /** Whether the address takes the place of the present one in the history. */
  readonly replace?: boolean;
  /** Whether what holds the page has been answered: it is left without asking. */
  readonly isAnswered?: boolean;
}

export function navigate(to: string, options: Going = {}): void {
  if (to === location.pathname + location.search || (!options.isAnswered && hold?.(to))) return;
  if (options.replace) history.replaceState(null, '', to);
  else history.pushState(null, '', to);
  announce();
}

/** A link inside the application. New tabs and windows work as everywhere. */
export function Link({ href: to, onClick, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement> & { href: string; ref?: Ref<HTMLAnchorElement> }) {
  function follow(event: MouseEvent<HTMLAnchorElement>): void {
    onClick?.(event);
    const isPlain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
    if (event.defaultPrevented || !isPlain) return;
    event.preventDefault();
    navigate(to);
  }
  return <a {...rest} href={to} onClick={follow} />;
}
