/** The name of the tab says how much is unread, in all accounts together. */
import { useEffect, useMemo, useSyncExternalStore } from 'react';

import type { Session } from '../accounts/session';
import { badgeText, totalUnread } from '../chat/unread';

const NUMBER = /^\([\p{N}]+\+?\) /u;

export function UnreadTitle({ sessions }: { sessions: readonly Session[] }): null {
  const subscribe = useMemo(() => (listener: () => void) => {
    const ends = sessions.map((session) => session.live.subscribe(listener));
    return () => {
      for (const end of ends) end();
    };
  }, [sessions]);
  const total = useSyncExternalStore(subscribe, () => sessions.reduce((sum, session) => sum + totalUnread(session), 0));
  // After each change of the screen, since screens give the tab names of their own.
  useEffect(() => {
    const name = document.title.replace(NUMBER, '');
    document.title = total > 0 ? `(${badgeText(total)}) ${name}` : name;
  });
  return null;
}
