/** Lists of messages in order of their ids, which are milliseconds as text. */
import type { ChatMessage, ChatMessageInfo } from '../api/schema.gen';

/** Ids are decimal numbers of any length: the longer is the later. */
export function compareIds(one: string, other: string): number {
  if (one.length !== other.length) return one.length - other.length;
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** Where a message is, or where it belongs. */
function place(messages: readonly ChatMessage[], id: string): { at: number; isThere: boolean } {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const order = compareIds(messages[middle]!.id, id);
    if (order === 0) return { at: middle, isThere: true };
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return { at: low, isThere: false };
}

export function findMessage(messages: readonly ChatMessage[], id: string): ChatMessage | undefined {
  const { at, isThere } = place(messages, id);
  return isThere ? messages[at] : undefined;
}

/** With the message, unless a later version of it is there already. */
export function withMessage(messages: readonly ChatMessage[], message: ChatMessage): readonly ChatMessage[] {
  const { at, isThere } = place(messages, message.id);
  if (isThere && compareIds(messages[at]!.etag, message.etag) > 0) return messages;
  const next = messages.slice();
  next.splice(at, isThere ? 1 : 0, message);
  return next;
}

export function withoutMessage(messages: readonly ChatMessage[], id: string): readonly ChatMessage[] {
  const { at, isThere } = place(messages, id);
  return isThere ? messages.toSpliced(at, 1) : messages;
}

/** Two lists as one; of a message that is in both, the later version. */
export function merged(one: readonly ChatMessage[], other: readonly ChatMessage[]): readonly ChatMessage[] {
  if (one.length === 0) return other;
  if (other.length === 0) return one;
  const last = one[one.length - 1]!;
  const first = other[0]!;
  if (compareIds(last.id, first.id) < 0) return [...one, ...other];
  const byId = new Map(one.map((message) => [message.id, message]));
  for (const message of other) {
    const known = byId.get(message.id);
    if (!known || compareIds(known.etag, message.etag) <= 0) byId.set(message.id, message);
  }
  return [...byId.values()].toSorted((a, b) => compareIds(a.id, b.id));
}

/** A message as the list of chats shows it. */
export function previewOf(message: ChatMessage): ChatMessageInfo {
  return {
    id: message.id,
    createdDateTime: message.createdDateTime,
    isDeleted: message.deletedDateTime != null,
    messageType: message.messageType,
    eventDetail: message.eventDetail ?? null,
    body: message.body,
    from: message.from ?? null,
  };
}
