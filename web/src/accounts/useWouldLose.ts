import { useCallback, useSyncExternalStore } from 'react';

import { useAccounts } from './accounts';

/** Whether something that somebody has written, with any of the accounts, would be lost with the page. */
export function useWouldLose(): boolean {
  const { sessions } = useAccounts();
  const subscribe = useCallback((listener: () => void) => {
    const ends = sessions.flatMap(({ drafts, outbox, pictures }) => [drafts, outbox, pictures].map((store) => store.subscribe(listener)));
    return () => {
      for (const end of ends) end();
    };
  }, [sessions]);
  return useSyncExternalStore(subscribe, () => sessions.some((session) => session.wouldLose));
}
