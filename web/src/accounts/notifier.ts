/**
 * Says in the browser's way that something is new while one looks elsewhere. Of a pending request
 * nothing is said but that there is one.
 */
import { preferences } from '../app/preferences';
import { href, navigate } from '../app/router';
import { plainText } from '../chat/messageText';
import { titleOf } from '../chat/naming';
import { isInboundRequest } from '../chat/unread';
import type { ChatMessage } from '../api/schema.gen';
import { t } from '../i18n';
import { parseResource } from '../live/resource';
import type { Frame } from '../live/state';
import type { Session } from './session';

const TEXT_CHARACTERS_MAX = 160;

export function startNotifier(session: Session): () => void {
  const known = new Set<string>();
  let isFirst = true;

  /** Requests that were not there before. */
  function lookForRequests(): void {
    for (const [id, entry] of session.live.get().chats) {
      if (!isInboundRequest(entry) || known.has(id)) continue;
      known.add(id);
      if (!isFirst) show(session, id, t('notify.request'), t('notify.requestText'));
    }
    if (session.live.get().isComplete) isFirst = false;
  }

  const ends = [session.live.subscribe(lookForRequests), session.live.onPushed((frame) => messagePushed(session, frame))];
  return () => {
    for (const end of ends) end();
  };
}

function messagePushed(session: Session, frame: Frame): void {
  const resource = parseResource(frame.resource);
  if (frame.changeType !== 'created' || resource.kind !== 'message' || !frame.resourceData) return;
  const message = frame.resourceData as ChatMessage;
  const entry = session.live.get().chats.get(resource.chatId);
  if (message.messageType !== 'message' || message.from?.user?.id === session.id) return;
  if (!entry || isInboundRequest(entry) || session.marks.get().muted.has(resource.chatId)) return;
  const name = message.from?.user?.displayName ?? t('system.somebody');
  const title = entry.chat.chatType === 'group' ? `${name} · ${titleOf(entry, session.id, t)}` : name;
  show(session, resource.chatId, title, plainText(message.body).slice(0, TEXT_CHARACTERS_MAX));
}

function show(session: Session, chatId: string, title: string, body: string): void {
  if (!preferences().notifies || !('Notification' in window) || Notification.permission !== 'granted') return;
  if (document.visibilityState === 'visible' && document.hasFocus()) return;
  const address = href('u', session.id, 'chats', chatId);
  const notification = new Notification(title, { body, icon: '/icon-192.png', tag: `${session.id} ${chatId}`, data: { href: address } });
  notification.addEventListener('click', () => {
    window.focus();
    navigate(address);
    notification.close();
  });
}
