/** Writes what the filters leave of the trail to a file, page by page. */
import { useCallback, useRef, useState } from 'react';

import type { Api } from '../../api/client';
import { download } from '../parts/download';
import { csvHeadings, csvLine, type Filter, readTrail } from './trail';

const PAGE_ENTRIES = 999;

type Format = 'csv' | 'jsonl';

export function useExport(api: Api) {
  const [done, setDone] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);
  const isCancelled = useRef(false);

  const run = useCallback(async (filter: Filter, format: Format): Promise<void> => {
    isCancelled.current = false;
    setError(null);
    setDone(0);
    try {
      const parts: string[] = format === 'csv' ? [`${csvHeadings.join(',')}\r\n`] : [];
      let token: string | undefined;
      let count = 0;
      do {
        const page = await readTrail(api, filter, token, PAGE_ENTRIES);
        if (isCancelled.current) return;
        const lines = page.items.map((event) => (format === 'csv' ? `${csvLine(event)}\r\n` : `${JSON.stringify(event)}\n`));
        parts.push(lines.join(''));
        count += page.items.length;
        setDone(count);
        token = page.next ?? undefined;
      } while (token !== undefined);
      download(`audit.${format}`, format === 'csv' ? 'text/csv' : 'application/jsonl', parts);
    } catch (failure) {
      setError(failure);
    } finally {
      setDone(null);
    }
  }, [api]);

  const cancel = useCallback(() => {
    isCancelled.current = true;
    setDone(null);
  }, []);

  return { run, cancel, isBusy: done !== null, done: done ?? 0, error };
}
