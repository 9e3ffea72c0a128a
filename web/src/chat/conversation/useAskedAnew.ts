/** Asks for a chat again while it is closed and looked at: nobody is told that somebody else has unblocked them. */
import { useEffect } from 'react';

import { useSession } from '../../accounts/AccountContext';

/** How often a closed chat is asked for again while somebody looks at it. */
const ASK_AGAIN_MS = 60_000;

export function useAskedAnew(chatId: string, isAsked: boolean): void {
  const { live } = useSession();
  useEffect(() => {
    if (!isAsked) return undefined;
    const ask = () => { if (document.visibilityState === 'visible') void live.refetch(chatId); };
    const timer = setInterval(ask, ASK_AGAIN_MS);
    window.addEventListener('focus', ask);
    document.addEventListener('visibilitychange', ask);
    return () => {
      clearInterval(timer);
      window.removeEventListener('focus', ask);
      document.removeEventListener('visibilitychange', ask);
    };
  }, [live, chatId, isAsked]);
}
