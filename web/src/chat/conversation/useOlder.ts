import { useCallback, useEffect, useRef, useState } from 'react';

import type { LiveStore } from '../../live/liveStore';

export interface Older {
  readonly isLoading: boolean;
  /** Whether the last try failed: then it is tried again when somebody wants it, or the connection is back. */
  readonly isFailed: boolean;
  /** Loads the page before the messages that are there, unless that has just failed. */
  readonly load: () => void;
  readonly again: () => void;
}

export function useOlder(live: Pick<LiveStore, 'loadOlder' | 'whenLive'>, chatId: string): Older {
  const [isLoading, setLoading] = useState(false);
  const [isFailed, setFailed] = useState(false);
  const isBusy = useRef(false);

  const again = useCallback(() => {
    if (isBusy.current) return;
    isBusy.current = true;
    setLoading(true);
    void live.loadOlder(chatId).then((isThere) => {
      isBusy.current = false;
      setLoading(false);
      setFailed(!isThere);
    });
  }, [live, chatId]);

  const load = useCallback(() => {
    if (!isFailed) again();
  }, [isFailed, again]);

  useEffect(() => (isFailed ? live.whenLive(again) : undefined), [live, isFailed, again]);

  return { isLoading, isFailed, load, again };
}
