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
  const { muted } = session.marks.get();
  let total = 0;
  for (const [id, entry] of chats) {
    if (!entry.chat.viewpoint.isHidden && !muted.has(id)) total += unreadCount(entry, me);
  }
  return total;
}

/** Calls whenever the total may have changed. */
export function followUnread(session: Session, listener: () => void): () => void {
  const ends = [session.live.subscribe(listener), session.marks.subscribe(listener)];
  return () => {
    for (const end of ends) end();
  };
}

export function useUnread(session: Session): number {
  return useSyncExternalStore((listener) => followUnread(session, listener), () => totalUnread(session));
}
