/** What is unread, and how it is said. */
import { useSyncExternalStore } from 'react';

import type { Session } from '../accounts/session';
import { number } from '../i18n/formats';
import type { Entry } from '../live/state';
import { UNREAD_MAX, unreadOf } from '../live/unread';

/** How many messages of others wait to be read; a request counts as one. */
export function unreadCount(entry: Entry, me: string): number {
  return isInboundRequest(entry) ? 1 : unreadOf(entry, me);
}

/** Whether somebody waits for this account's answer. */
export function isInboundRequest(entry: Entry): boolean {
  const request = entry.chat.contactRequest;
  return request?.state === 'pending' && request.direction === 'inbound';
}

/** A number as it stands in a badge: the server counts to a limit, and past it says the limit. */
export function badgeText(count: number): string {
  return count >= UNREAD_MAX ? `${number(UNREAD_MAX)}+` : number(count);
}

/** How much is unread in all chats of an account, hidden and muted ones aside. */
export function totalUnread(session: Session): number {
  const { chats, me } = session.live.get();
  let total = 0;
  for (const entry of chats.values()) {
    const { isHidden, isMuted } = entry.chat.viewpoint;
    if (!isHidden && !isMuted) total += unreadCount(entry, me);
  }
  return total;
}

export function useUnread(session: Session): number {
  return useSyncExternalStore(session.live.subscribe, () => totalUnread(session));
}
