/** Addresses of screens: a path is a list of words, a screen reads its own. */
import { type AnchorHTMLAttributes, type MouseEvent, useMemo, useSyncExternalStore } from 'react';

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

function announce(): void {
  current = read();
  for (const listener of listeners) listener();
}

addEventListener('popstate', announce);

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

export function navigate(to: string, options: { replace?: boolean } = {}): void {
  if (to === location.pathname + location.search) return;
  if (options.replace) history.replaceState(null, '', to);
  else history.pushState(null, '', to);
  announce();
}

/** A link inside the application. New tabs and windows work as everywhere. */
export function Link({ href: to, onClick, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement> & { href: string }) {
  function follow(event: MouseEvent<HTMLAnchorElement>): void {
    onClick?.(event);
    const isPlain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
    if (event.defaultPrevented || !isPlain) return;
    event.preventDefault();
    navigate(to);
  }
  return <a {...rest} href={to} onClick={follow} />;
}
