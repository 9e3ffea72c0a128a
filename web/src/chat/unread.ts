/** What is unread, and how it is said. */
import { useSyncExternalStore } from 'react';

import type { Session } from '../accounts/session';
import type { SendRefusal } from '../api/schema.gen';
import { number } from '../i18n/formats';
import type { Entry } from '../live/state';
import { UNREAD_MAX, unreadOf } from '../live/unread';

/** How many messages of others wait to be read; a request that can be accepted counts as one. */
export function unreadCount(entry: Entry, me: string): number {
  if (!isInboundRequest(entry)) return unreadOf(entry, me);
  return acceptRefusal(entry) ? 0 : 1;
}

/** Whether somebody waits for this account's answer. */
export function isInboundRequest(entry: Entry): boolean {
  const request = entry.chat.contactRequest;
  return request?.state === 'pending' && request.direction === 'inbound';
}

/** Why a request to this account cannot be accepted any more, since the terms have changed; null where it can. */
export function acceptRefusal({ chat: { sendRefusal } }: Entry): SendRefusal | null {
  return !sendRefusal || sendRefusal.code === 'requestPending' ? null : sendRefusal;
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
