/**
 * What is new and worth telling somebody who does not look: messages of others in chats that are
 * not muted, and requests. Of a pending request nothing is known here but that there is one.
 */
import type { ChatMessage } from '../api/schema.gen';
import { messageLine } from '../chat/messageText';
import { titleOf } from '../chat/naming';
import { isInboundRequest } from '../chat/unread';
import { t } from '../i18n';
import { parseResource } from '../live/resource';
import type { Frame } from '../live/state';
import type { Session } from './session';

export type News =
  | { readonly kind: 'request'; readonly chatId: string }
  | {
    readonly kind: 'message';
    readonly chatId: string;
    readonly from: string;
    /** The chat's name, if more than one person could be meant. */
    readonly groupTitle: string | null;
    readonly text: string;
  };

/** Calls back with each piece of news of an account; returns how to stop. */
export function followNews(session: Session, tell: (news: News) => void): () => void {
  const known = new Set<string>();
  let isFirst = true;

  /** Requests that were not there before. */
  function lookForRequests(): void {
    for (const [id, entry] of session.live.get().chats) {
      if (!isInboundRequest(entry) || known.has(id)) continue;
      known.add(id);
      if (!isFirst) tell({ kind: 'request', chatId: id });
    }
    if (session.live.get().isComplete) isFirst = false;
  }

  /** Messages of chats that are still to be fetched: whether one is muted, or a request, is not known yet. */
  let early: readonly Frame[] = [];

  function pushed(frame: Frame): void {
    const resource = parseResource(frame.resource);
    if (resource.kind === 'message' && session.live.get().stale.has(resource.chatId) && !session.live.get().chats.has(resource.chatId)) {
      early = [...early, frame];
      return;
    }
    const news = messageOf(session, frame);
    if (news) tell(news);
  }

  function lookForChats(): void {
    if (early.length === 0) return;
    const all = early;
    early = [];
    for (const frame of all) pushed(frame);
  }

  lookForRequests();
  const ends = [session.live.subscribe(lookForRequests), session.live.subscribe(lookForChats), session.live.onPushed(pushed)];
  return () => {
    for (const end of ends) end();
  };
}

function messageOf(session: Session, frame: Frame): News | null {
  const resource = parseResource(frame.resource);
  if (frame.changeType !== 'created' || resource.kind !== 'message' || !frame.resourceData) return null;
  const message = frame.resourceData as ChatMessage;
  const entry = session.live.get().chats.get(resource.chatId);
  const from = message.from?.user?.id;
  if (message.messageType !== 'message' || from === session.id) return null;
  if (from !== undefined && session.live.get().blocked.has(from)) return null;
  if (!entry || isInboundRequest(entry) || entry.chat.viewpoint.isMuted) return null;
  return {
    kind: 'message',
    chatId: resource.chatId,
    from: message.from?.user?.displayName ?? t('system.somebody'),
    groupTitle: entry.chat.chatType === 'group' ? titleOf(entry, session.id, t) : null,
    text: messageLine(message, t),
  };
}
