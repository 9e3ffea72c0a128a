/** The offline shell: the page itself opens without a network; its data waits for one. */
import { useSyncExternalStore } from 'react';

import { navigate } from './router';

/** A page that stays open asks this often whether there is a newer one. */
const LOOK_MS = 60 * 60_000;
/** A page that could not be helped by loading it again is not loaded over and over. */
const RELOAD_MS_MIN = 60_000;
const RELOADED_KEY = 'visavis.reloaded';

let isOutdated = false;
const listeners = new Set<() => void>();

function outdated(): void {
  isOutdated = true;
  for (const listener of listeners) listener();
}

/** Whether the server has a newer version than the page that is shown. */
export function useIsOutdated(): boolean {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, () => isOutdated);
}

export function registerServiceWorker(): void {
  if (!import.meta.env.PROD) return;
  addEventListener('vite:preloadError', () => void reloadIfOutdated());
  if (!('serviceWorker' in navigator)) return;
  const { serviceWorker } = navigator;
  let hasOne = serviceWorker.controller !== null;
  // A second worker has taken over: there is a new version. The first one is no news.
  serviceWorker.addEventListener('controllerchange', () => {
    if (hasOne) outdated();
    hasOne = true;
  });
  serviceWorker.addEventListener('message', ({ data }: MessageEvent<{ kind?: string; href?: string } | null>) => {
    if (data?.kind === 'open' && data.href?.startsWith('/')) navigate(data.href);
  });
  // Not before the page is there: the first visit should not share its network with the second.
  addEventListener('load', () => void register());
}

async function register(): Promise<void> {
  // A browser that forbids it shows the page all the same.
  const worker = await navigator.serviceWorker.register('/sw.js', { updateViaCache: 'none' }).catch(() => null);
  if (worker) setInterval(() => void worker.update().catch(() => undefined), LOOK_MS);
}

/** A part of an old page is gone from the server: the page of now has it under another name. */
async function reloadIfOutdated(): Promise<void> {
  const own = document.querySelector('script[type="module"][src]')?.getAttribute('src');
  const page = await fetch('/', { cache: 'no-store' }).then((response) => response.text()).catch(() => null);
  if (!own || page === null || page.includes(`"${own}"`)) return;
  const last = Number(sessionStorage.getItem(RELOADED_KEY));
  if (Date.now() - last < RELOAD_MS_MIN) return;
  sessionStorage.setItem(RELOADED_KEY, String(Date.now()));
  location.reload();
}
