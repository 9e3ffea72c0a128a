/** What is unread, from what the server counts and what has been pushed since. */
import { useSyncExternalStore } from 'react';

import type { Session } from '../accounts/session';
import type { Entry, LiveState } from '../live/state';

/** Whether the newest message is somebody else's and has not been read. */
export function isUnread(entry: Entry, me: string): boolean {
  const { preview, chat } = entry;
  if (isInboundRequest(entry)) return true;
  if (!preview || preview.isDeleted || preview.messageType !== 'message' || preview.from?.user?.id === me) return false;
  return Date.parse(preview.createdDateTime) > Date.parse(chat.viewpoint.lastMessageReadDateTime);
}

/** Whether somebody waits for this account's answer. */
export function isInboundRequest(entry: Entry): boolean {
  const request = entry.chat.contactRequest;
  return request?.state === 'pending' && request.direction === 'inbound';
}

/** How many chats have something unread, hidden ones aside. */
export function unreadChats(state: LiveState): number {
  let count = 0;
  for (const entry of state.chats.values()) {
    if (!entry.chat.viewpoint.isHidden && isUnread(entry, state.me)) count += 1;
  }
  return count;
}

export function useUnread(session: Session): number {
  return useSyncExternalStore(session.live.subscribe, () => unreadChats(session.live.get()));
}
