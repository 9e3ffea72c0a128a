/** Several accounts' chats as one value that changes when any of them does. */
import { useMemo, useSyncExternalStore } from 'react';

import type { Session } from '../../accounts/session';
import type { Inbox } from './rows';

export function useInboxes(sessions: readonly Session[]): readonly Inbox[] {
  const follow = useMemo(() => followed(sessions), [sessions]);
  return useSyncExternalStore(follow.subscribe, follow.get);
}

function followed(sessions: readonly Session[]) {
  let last: readonly Inbox[] = [];
  return {
    subscribe(listener: () => void): () => void {
      const ends = sessions.flatMap(({ live, drafts }) => [live, drafts].map((store) => store.subscribe(listener)));
      return () => {
        for (const end of ends) end();
      };
    },
    get(): readonly Inbox[] {
      const isSame = last.length === sessions.length && last.every(({ session, state, drafts }, at) =>
        session === sessions[at] && state === session.live.get() && drafts === session.drafts.get());
      if (!isSame) {
        last = sessions.map((session) => ({ session, state: session.live.get(), drafts: session.drafts.get() }));
      }
      return last;
    },
  };
}
