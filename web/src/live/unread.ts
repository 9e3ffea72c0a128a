/**
 * How many messages of others are unread: what the server counted, and what was pushed since. Where
 * the loaded messages reach back to the read mark, they are counted themselves, which is exact.
 */
import type { Chat, ChatMessage, ChatMessageInfo } from '../api/schema.gen';
import { compareIds } from './messages';
import type { Entry } from './state';

/** The server counts up to here, and says so for all that is more. */
export const UNREAD_MAX = 99;

export interface Tally {
  /** What the server counted. */
  readonly counted: number;
  /** The newest message of its count: what is later has been pushed. */
  readonly upTo: string;
  /** Later messages that are unread. */
  readonly later: ReadonlySet<string>;
}

export const NOTHING_UNREAD: Tally = { counted: 0, upTo: '0', later: new Set() };

/** What of a message, or of the newest one in a list, says whether it counts. */
type Counted = Pick<ChatMessageInfo, 'messageType' | 'from'> & { readonly deletedDateTime?: string | null; readonly isDeleted?: boolean };

/** Whether a message counts: somebody else's, neither a line of the system nor deleted. */
export function counts(message: Counted, me: string): boolean {
  const from = message.from?.user?.id;
  return message.messageType === 'message' && message.deletedDateTime == null && message.isDeleted !== true && from !== undefined && from !== me;
}

/** Ids of messages are milliseconds: whether one is later than the read mark of a chat. */
export function isAfterMark(id: string, chat: Entry['chat']): boolean {
  return Number(id) > markOf(chat);
}

function markOf(chat: Pick<Chat, 'viewpoint'>): number {
  return Date.parse(chat.viewpoint.lastMessageReadDateTime);
}

/** The tally after a fetch. What was pushed after the newest message that the fetch knew stays. */
export function tallied(known: Tally | undefined, chat: Entry['chat'], newest: ChatMessageInfo | null | undefined): Tally {
  const before = known ?? NOTHING_UNREAD;
  const { unreadCount } = chat.viewpoint;
  if (unreadCount == null) return before;
  const upTo = newest?.id ?? (newest === null ? '0' : latest(before));
  const later = new Set([...before.later].filter((id) => compareIds(id, upTo) > 0 && isAfterMark(id, chat)));
  return { counted: unreadCount, upTo, later };
}

function latest(tally: Tally): string {
  let id = tally.upTo;
  for (const one of tally.later) if (compareIds(one, id) > 0) id = one;
  return id;
}

/** What a message changes: null when only the server can say. `before` is what was known of it. */
export function withCounted(entry: Entry, message: ChatMessage, before: Counted | undefined, me: string): Tally | null {
  const { tally } = entry;
  const isAfter = isAfterMark(message.id, entry.chat);
  const isUnread = isAfter && counts(message, me);
  if (compareIds(message.id, tally.upTo) > 0) {
    if (tally.later.has(message.id) === isUnread) return tally;
    const later = new Set(tally.later);
    if (isUnread) later.add(message.id);
    else later.delete(message.id);
    return { ...tally, later };
  }
  const isOthers = message.messageType === 'message' && message.from?.user?.id !== me;
  if (!isAfter || !isOthers || inThread(entry, me) !== null) return tally;
  // It may have been deleted or restored since the count, or before.
  if (!before) return message.etag === message.id ? tally : null;
  if (counts(before, me) === isUnread) return tally;
  return { ...tally, counted: Math.max(0, tally.counted + (isUnread ? 1 : -1)) };
}

/** What a moved read mark changes: null when only the server can say. */
export function withMark(entry: Entry, chat: Entry['chat'], me: string): Tally | null {
  const { tally, preview } = entry;
  const mark = markOf(chat);
  const before = markOf(entry.chat);
  if (mark === before) return tally;
  if (mark > before && mark >= Number(tally.upTo)) {
    return { ...tally, counted: 0, later: new Set([...tally.later].filter((id) => Number(id) > mark)) };
  }
  // Marked as unread from the newest message on.
  if (preview && mark === Number(preview.id) - 1) return { counted: counts(preview, me) ? 1 : 0, upTo: preview.id, later: new Set() };
  return inThread({ ...entry, chat }, me) === null ? null : tally;
}

/** The tally for a chat whose messages are let go: what was counted in them stays known. */
export function settled(entry: Entry, me: string): Tally {
  const count = inThread(entry, me);
  return count === null ? entry.tally : { counted: count, upTo: entry.thread?.messages.at(-1)?.id ?? NOTHING_UNREAD.upTo, later: new Set() };
}

/** How many messages are unread, up to [`UNREAD_MAX`]. */
export function unreadOf(entry: Entry, me: string): number {
  return Math.min(UNREAD_MAX, inThread(entry, me) ?? entry.tally.counted + entry.tally.later.size);
}

/** Counted in the loaded messages, or null when they do not reach back far enough. */
function inThread({ thread, chat }: Entry, me: string): number | null {
  if (!thread) return null;
  let count = 0;
  for (let at = thread.messages.length - 1; at >= 0; at -= 1) {
    const message = thread.messages[at]!;
    if (!isAfterMark(message.id, chat)) return count;
    if (counts(message, me)) count += 1;
    if (count === UNREAD_MAX) return count;
  }
  return thread.older === null ? count : null;
}
