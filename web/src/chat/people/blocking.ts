/** Blocking and unblocking a person, each with the way back. */
import type { Session } from '../../accounts/session';
import { answer } from '../../api/client';
import { toast, toastFailure } from '../../app/toasts';
import type { T } from '../../i18n';

interface Blockable {
  readonly id: string;
  readonly displayName: string;
}

/** Unblocks, and offers to block again. */
export async function unblock(session: Session, person: Blockable, t: T): Promise<void> {
  if (!(await setBlocked(session, person.id, false))) return;
  toast({
    intent: 'success',
    title: t('privacy.unblocked', { name: person.displayName }),
    undo: { label: t('common.undo'), run: () => void setBlocked(session, person.id, true) },
  });
}

/**
 * Says that somebody is blocked now, and offers to take it back. Not where they `hadAsked`: whoever is
 * unblocked is accepted, which is no way back from a request that nobody has accepted.
 */
export function tellBlocked(session: Session, person: Blockable, hadAsked: boolean, t: T): void {
  toast({
    intent: 'success',
    title: t('block.done', { name: person.displayName }),
    body: t('block.undoHint'),
    ...(hadAsked ? {} : { undo: { label: t('common.undo'), run: () => void setBlocked(session, person.id, false) } }),
  });
  noteBlocked(session, person.id, true);
}

/** Whether a request of somebody waits, or was declined. */
export function hasAsked(session: Session, userId: string): boolean {
  return [...session.live.get().chats.values()].some(({ chat: { contactRequest: request } }) =>
    request?.direction === 'inbound' && request.requestedBy.id === userId && request.state !== 'accepted');
}

async function setBlocked(session: Session, userId: string, isBlocked: boolean): Promise<boolean> {
  const done = isBlocked
    ? await answer(session.api.POST('/v1.0/me/externalContacts/blocked', { body: { userId } }))
    : await answer(session.api.DELETE('/v1.0/me/externalContacts/blocked/{user_id}', { params: { path: { user_id: userId } } }));
  if (done.ok) noteBlocked(session, userId, isBlocked);
  else toastFailure(done.failure);
  return done.ok;
}

/** What a block changes is shown anew: the list of the blocked, what the person says in groups, and the chats with them. */
export function noteBlocked(session: Session, userId: string, isBlocked: boolean): void {
  session.blocks.set(userId, isBlocked);
  void session.queries.invalidateQueries({ queryKey: ['blocked'] });
  for (const { chat, members } of session.live.get().chats.values()) {
    const isWith = members?.some((member) => member.userId === userId) || chat.contactRequest?.requestedBy.id === userId;
    if (chat.chatType === 'oneOnOne' && isWith) void session.live.refetch(chat.id);
  }
}
