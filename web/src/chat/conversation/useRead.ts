import { useEffect, useRef } from 'react';

import type { LiveStore } from '../../live/liveStore';

/**
 * Whoever looks at the end has read it, once: what is marked as unread afterwards stays so. What could
 * not be marked is tried again when somebody comes back, and when the connection does.
 */
export function useRead(live: Pick<LiveStore, 'whenLive'>, isSeen: boolean, newestId: string | undefined, onRead: () => Promise<boolean>): void {
  const readId = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (!isSeen) return undefined;
    const read = async () => {
      if (document.visibilityState !== 'visible' || !document.hasFocus() || readId.current === newestId) return;
      readId.current = newestId;
      const isDone = await onRead();
      if (!isDone && readId.current === newestId) readId.current = undefined;
    };
    const again = () => void read();
    again();
    addEventListener('focus', again);
    const end = live.whenLive(again);
    return () => {
      removeEventListener('focus', again);
      end();
    };
  }, [live, isSeen, newestId, onRead]);
}
