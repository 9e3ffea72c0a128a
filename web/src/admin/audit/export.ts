/** Writes what the filters leave of the trail to a file, page by page. */
import { useCallback, useEffect, useRef, useState } from 'react';

import { type Api, RefusedError } from '../../api/client';
import { download } from '../parts/download';
import { csvHeadings, csvLine, type Filter, readTrail } from './trail';

const PAGE_ENTRIES = 999;
/** Past so many the file ends, and what follows is left to a shorter time. */
export const EXPORT_ENTRIES_MAX = 1_000_000;
/** How often a page is asked for again when there were too many requests, and after how long at most. */
const TRIES_MAX = 5;
const WAIT_S_MAX = 30;

type Format = 'csv' | 'jsonl';

export interface Exporting {
  readonly run: (filter: Filter, format: Format) => Promise<void>;
  readonly cancel: () => void;
  readonly isBusy: boolean;
  /** Entries so far. */
  readonly done: number;
  readonly error: unknown;
  /** Whether the last file ends before the trail does. */
  readonly isCut: boolean;
}

export function useExport(api: Api): Exporting {
  const [done, setDone] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isCut, setCut] = useState(false);
  const running = useRef<AbortController | null>(null);

  const run = useCallback(async (filter: Filter, format: Format): Promise<void> => {
    const controller = new AbortController();
    running.current = controller;
    setError(null);
    setCut(false);
    setDone(0);
    try {
      const { parts, hasMore } = await collect(api, filter, format, controller.signal, setDone);
      download(`audit.${format}`, format === 'csv' ? 'text/csv' : 'application/jsonl', parts);
      setCut(hasMore);
    } catch (failure) {
      if (!controller.signal.aborted) setError(failure);
    } finally {
      if (running.current === controller) setDone(null);
    }
  }, [api]);

  const cancel = useCallback(() => {
    running.current?.abort();
    running.current = null;
    setDone(null);
  }, []);

  // Whoever leaves the page wants no file from it later, nor should the pages of the trail still be read.
  useEffect(() => () => running.current?.abort(), []);

  return { run, cancel, isBusy: done !== null, done: done ?? 0, error, isCut };
}

/**
 * Every page as a blob of its own: browsers keep those outside of the page's memory, on disk when
 * they are large, so a long trail does not fill it.
 */
async function collect(api: Api, filter: Filter, format: Format, signal: AbortSignal, tell: (done: number) => void): Promise<{ parts: Blob[]; hasMore: boolean }> {
  const parts = [new Blob(format === 'csv' ? [`\uFEFF${csvHeadings.join(',')}\r\n`] : [])];
  let token: string | undefined;
  let count = 0;
  do {
    const page = await patiently(() => readTrail(api, filter, token, PAGE_ENTRIES, signal), signal);
    const lines = page.items.map((event) => (format === 'csv' ? `${csvLine(event)}\r\n` : `${JSON.stringify(event)}\n`));
    parts.push(new Blob(lines));
    count += page.items.length;
    tell(count);
    token = page.next ?? undefined;
  } while (token !== undefined && count < EXPORT_ENTRIES_MAX);
  return { parts, hasMore: token !== undefined };
}

/** Asks again when the server says that it was asked too often. */
async function patiently<V>(ask: () => Promise<V>, signal: AbortSignal): Promise<V> {
  for (let tries = 1; ; tries += 1) {
    try {
      const value = await ask();
      signal.throwIfAborted();
      return value;
    } catch (failure) {
      const waitS = failure instanceof RefusedError && failure.failure.status === 429 ? Math.min(failure.failure.retryAfterS ?? 1, WAIT_S_MAX) : null;
      if (waitS === null || tries === TRIES_MAX || signal.aborted) throw failure;
      await pause(waitS * 1000, signal);
    }
  }
}

/** Over early when it is called off. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => { clearTimeout(timer); reject(signal.reason as Error); }, { once: true });
  });
}
