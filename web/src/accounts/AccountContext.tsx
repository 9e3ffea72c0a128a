/** Which account the screens below belong to. */
import { QueryClientProvider } from '@tanstack/react-query';
import { createContext, type ReactNode, use, useRef, useSyncExternalStore } from 'react';

import type { LiveState } from '../live/state';
import type { Session } from './session';

const AccountContext = createContext<Session | null>(null);

export function AccountProvider({ session, children }: { session: Session; children: ReactNode }) {
  return (
    <AccountContext value={session}>
      <QueryClientProvider client={session.queries}>{children}</QueryClientProvider>
    </AccountContext>
  );
}

/** The account of this part of the screen. */
export function useSession(): Session {
  const session = use(AccountContext);
  if (!session) throw new Error('a screen of an account is outside of an AccountProvider');
  return session;
}

/**
 * A part of the live state. The selection must be the same object while nothing changed, or be
 * compared by `isEqual`.
 */
export function useLive<T>(select: (state: LiveState) => T, isEqual: (one: T, other: T) => boolean = Object.is): T {
  return useLiveOf(useSession(), select, isEqual);
}

export function useLiveOf<T>(session: Session, select: (state: LiveState) => T, isEqual: (one: T, other: T) => boolean = Object.is): T {
  const last = useRef<{ value: T } | null>(null);
  return useSyncExternalStore(session.live.subscribe, () => {
    const value = select(session.live.get());
    if (last.current && isEqual(last.current.value, value)) return last.current.value;
    last.current = { value };
    return value;
  });
}
