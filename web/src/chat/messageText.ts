/** What a message says, as plain text of one line: for lists, announcements and quotes. */
import type { ChatMessage, ChatMessageInfo } from '../api/schema.gen';
import type { T } from '../i18n';
import { list } from '../i18n/formats';

type Spoken = Pick<ChatMessageInfo, 'body' | 'messageType' | 'eventDetail'>;

const known = new WeakMap<object, string>();

/** The text of an HTML or plain body. Inert: a parsed document neither loads nor runs anything. */
export function plainText(body: ChatMessage['body']): string {
  const cached = known.get(body);
  if (cached !== undefined) return cached;
  const text = body.contentType === 'html' ? textOfHtml(body.content) : body.content;
  const line = text.replace(/\s+/g, ' ').trim();
  known.set(body, line);
  return line;
}

function textOfHtml(html: string): string {
  const spaced = html.replace(/<(br|\/p|\/div|\/li|\/h[1-6]|\/tr|\/blockquote|\/pre)\b/gi, ' <$1');
  return new DOMParser().parseFromString(spaced, 'text/html').body.textContent ?? '';
}

/** A system line in plain words. */
export function systemText(message: Spoken, me: string, t: T): string {
  const detail = message.eventDetail;
  if (!detail) return t('system.unknown');
  const initiator = detail.initiator?.user;
  const members = detail.members ?? [];
  const actor = initiator ? nameOf(initiator, me, t) : null;
  // Whoever stands first begins the sentence; in it, one's own name is small.
  const named = (isFirst: boolean) => list(members.map((member, at) => nameOf(member, me, t, isFirst && at === 0)));
  const [names, object] = [named(true), named(false)];
  // One's own verb is that of several: “You were”, „Sie haben“.
  const count = members.some((member) => member.id === me) ? members.length + 1 : members.length;
  const kind = detail['@odata.type'].replace('#microsoft.graph.', '').replace('EventMessageDetail', '');
  switch (kind) {
    case 'membersAdded':
      return actor ? t('system.added', { actor, names: object }) : t('system.joined', { names, count });
    case 'membersDeleted':
      if (detail.byPolicy) return t('system.removedByPolicy', { names, count });
      return actor ? t('system.removed', { actor, names: object }) : t('system.left', { names, count });
    case 'membersJoined':
      return t('system.joined', { names, count });
    case 'membersLeft':
      return t('system.left', { names, count });
    case 'chatRenamed':
      return detail.chatDisplayName
        ? t('system.renamed', { actor: actor ?? t('system.somebody'), name: detail.chatDisplayName })
        : t('system.nameRemoved', { actor: actor ?? t('system.somebody') });
    case 'messagePinned':
      return t('system.pinned', { actor: actor ?? t('system.somebody') });
    case 'messageUnpinned':
      return t('system.unpinned', { actor: actor ?? t('system.somebody') });
    default:
      return t('system.unknown');
  }
}

function nameOf(user: { id: string; displayName: string }, me: string, t: T, isFirst = true): string {
  return user.id === me ? t(isFirst ? 'system.you' : 'system.youWithin') : user.displayName;
}

/** What a message says, in a line; one that only shows images says so. */
export function messageLine(message: Pick<ChatMessage, 'body'>, t: T): string {
  return plainText(message.body) || (hasImage(message.body) ? t('message.image') : '');
}

function hasImage(body: ChatMessage['body']): boolean {
  return body.contentType === 'html' && /<img\b/i.test(body.content);
}

/** Whether a message is of somebody whom one has blocked: then nothing of it is shown unasked. */
export function isOfBlocked(message: Pick<ChatMessageInfo, 'from' | 'messageType'> | null, blocked: ReadonlySet<string>): boolean {
  const from = message?.messageType === 'message' ? message.from?.user?.id : undefined;
  return from !== undefined && blocked.has(from);
}

/** The line under a chat's name in the list. */
export function previewText(preview: ChatMessageInfo, me: string, isGroup: boolean, t: T): string {
  if (preview.messageType !== 'message') return systemText(preview, me, t);
  if (preview.isDeleted) return t('message.deleted');
  const text = messageLine(preview, t);
  const from = preview.from?.user;
  if (from?.id === me) return t('chat.previewOwn', { text });
  return isGroup && from ? t('chat.previewOther', { name: from.displayName.split(' ')[0] ?? from.displayName, text }) : text;
}
