/** The rows of a conversation: messages in groups, days, what is unread, what is on its way. */
import type { ChatMessage } from '../../api/schema.gen';
import { daysBetween } from '../../i18n/formats';
import type { OutboxEntry } from '../../live/outbox';
import type { Thread } from '../../live/state';
import { counts } from '../../live/unread';

export type ConversationRow =
  | { readonly kind: 'olderFailed'; readonly key: string }
  | { readonly kind: 'day'; readonly key: string; readonly moment: number }
  | { readonly kind: 'unread'; readonly key: string }
  | { readonly kind: 'system'; readonly key: string; readonly message: ChatMessage }
  | { readonly kind: 'message'; readonly key: string; readonly message: ChatMessage; readonly isFirst: boolean; readonly isOwn: boolean }
  | { readonly kind: 'outgoing'; readonly key: string; readonly entry: OutboxEntry; readonly isFirst: boolean };

/** Messages of one person within this time stand together under one name. */
const GROUP_MS = 5 * 60_000;

/** The key of the line above what is new. */
export const UNREAD_KEY = 'unread';

/** The first message that waits to be read after a moment; null when there is none, undefined when it is further up than what is loaded. */
export function firstUnread({ messages, older }: Thread, me: string, readUpTo: number): string | null | undefined {
  const isAll = older === null || (messages[0] !== undefined && momentOf(messages[0]).at <= readUpTo);
  if (!isAll) return undefined;
  return messages.find((message) => counts(message, me) && momentOf(message).at > readUpTo)?.id ?? null;
}

/** What of a message is needed for every row after every change: computed once, since messages never change. */
interface Moment {
  readonly at: number;
  /** The calendar day of this place. */
  readonly day: number;
}
const moments = new WeakMap<ChatMessage, Moment>();

function momentOf(message: ChatMessage): Moment {
  const known = moments.get(message);
  if (known) return known;
  const at = Date.parse(message.createdDateTime);
  const moment = { at, day: daysBetween(0, at) };
  moments.set(message, moment);
  return moment;
}

type MessageRow = Extract<ConversationRow, { kind: 'message' | 'system' }>;
/** The row a message had last: the same object again is nothing to draw anew. */
const messageRows = new WeakMap<ChatMessage, MessageRow>();

function messageRow(message: ChatMessage, isFirst: boolean, isOwn: boolean): MessageRow {
  const known = messageRows.get(message);
  if (known && (known.kind === 'system' || (known.isFirst === isFirst && known.isOwn === isOwn))) return known;
  const row: MessageRow = message.messageType === 'message' ? { kind: 'message', key: message.id, message, isFirst, isOwn } : { kind: 'system', key: message.id, message };
  messageRows.set(message, row);
  return row;
}

const OLDER_FAILED: ConversationRow = { kind: 'olderFailed', key: 'older' };

/** `unreadId` is the message above which the line stands that says what is new. */
export function conversationRows(messages: readonly ChatMessage[], outgoing: readonly OutboxEntry[], me: string, unreadId: string | null, isOlderFailed = false): readonly ConversationRow[] {
  const rows: ConversationRow[] = isOlderFailed ? [OLDER_FAILED] : [];
  let before: ChatMessage | null = null;
  let beforeAt = Number.NEGATIVE_INFINITY;
  let beforeDay = Number.NaN;
  for (const message of messages) {
    const { at, day } = momentOf(message);
    const isNewDay = day !== beforeDay;
    if (isNewDay) rows.push({ kind: 'day', key: `day ${message.id}`, moment: at });
    const isOwn = message.from?.user?.id === me;
    const isNewMark = message.id === unreadId;
    if (isNewMark) rows.push({ kind: 'unread', key: UNREAD_KEY });
    rows.push(messageRow(message, isNewDay || isNewMark || !continues(before, beforeAt, message, at), isOwn));
    before = message;
    beforeAt = at;
    beforeDay = day;
  }
  let isFollowing = before?.from?.user?.id === me && before.messageType === 'message';
  for (const entry of outgoing) {
    rows.push({ kind: 'outgoing', key: entry.key, entry, isFirst: !isFollowing });
    isFollowing = true;
  }
  return rows;
}

function continues(before: ChatMessage | null, beforeAt: number, message: ChatMessage, at: number): boolean {
  return before !== null
    && before.messageType === 'message'
    && before.from?.user?.id === message.from?.user?.id
    && message.attachments.length === 0
    && at - beforeAt < GROUP_MS;
}

/** Whether rows were put before what was there, or taken from before it: then the place is kept from the end. */
export function isPrepended(before: readonly ConversationRow[], after: readonly ConversationRow[]): boolean {
  if (before.length === 0 || before.at(-1)!.key !== after.at(-1)?.key) return false;
  if ((before[0] === OLDER_FAILED) !== (after[0] === OLDER_FAILED)) return true;
  return after.length > before.length && before[1]?.key !== after[1]?.key;
}
