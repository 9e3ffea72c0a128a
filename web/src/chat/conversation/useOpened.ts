import { useCallback, useEffect, useState } from 'react';

import type { LiveStore } from '../../live/liveStore';
import type { LiveState } from '../../live/state';

/** The first pause before the messages are asked for again, and the longest. */
const AGAIN_MS_MIN = 2_000;
const AGAIN_MS_MAX = 30_000;

interface Opened {
  /** Whether the last try failed. */
  readonly isFailed: boolean;
  readonly load: () => void;
}

/** Loads the newest messages of a chat while they are not there, and does not give up: longer each time, at once when the connection is back. */
export function useOpened(live: Pick<LiveStore, 'open'>, chatId: string, hasThread: boolean, link: LiveState['link']): Opened {
  const [failures, setFailures] = useState(0);
  const isWanted = !hasThread && link !== 'signedOut';

  const load = useCallback(() => {
    void live.open(chatId).then((isThere) => setFailures((count) => (isThere ? 0 : count + 1)));
  }, [live, chatId]);

  useEffect(() => {
    if (!hasThread && link !== 'signedOut') load();
  }, [hasThread, load, link]);

  useEffect(() => {
    if (!isWanted || failures === 0) return undefined;
    const longest = Math.min(AGAIN_MS_MAX, AGAIN_MS_MIN * 2 ** (failures - 1));
    // Spread out, so that a server that comes back is not met by everybody at once.
    const timer = setTimeout(load, longest / 2 + Math.random() * (longest / 2));
    return () => clearTimeout(timer);
  }, [isWanted, failures, load]);

  return { isFailed: failures > 0, load };
}
