/** Making chats. */
import { answer, newKey } from '../../api/client';
import type { Result } from '../../api/failure';
import type { Chat } from '../../api/schema.gen';
import type { Session } from '../../accounts/session';

/** Members are named by address; only the tail of it counts. */
export function bindOf(userId: string): string {
  return `${location.origin}/v1.0/users('${userId}')`;
}

/** The chat with one person; the one that exists already is the answer, too. */
export function oneOnOneWith(session: Session, userId: string, key: string = newKey()): Promise<Result<Chat>> {
  return create(session, 'oneOnOne', null, [userId], key);
}

export function groupOf(session: Session, topic: string | null, userIds: readonly string[], key: string): Promise<Result<Chat>> {
  return create(session, 'group', topic, userIds, key);
}

async function create(session: Session, chatType: 'oneOnOne' | 'group', topic: string | null, userIds: readonly string[], key: string): Promise<Result<Chat>> {
  const members = [session.id, ...userIds].map((id) => ({ roles: ['owner' as const], 'user@odata.bind': bindOf(id) }));
  const made = await answer(session.api.POST('/v1.0/chats', {
    params: { header: { 'Idempotency-Key': key } },
    body: { chatType, members, ...(topic ? { topic } : {}) },
  }));
  // Push will tell of it, too; the screen that opens it need not wait for that.
  if (made.ok) await session.live.refetch(made.value.id);
  return made;
}
