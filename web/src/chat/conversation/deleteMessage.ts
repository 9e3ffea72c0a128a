/** Deletes a message of one's own, and can have it back. */
import type { Session } from '../../accounts/session';
import { answer } from '../../api/client';
import { toast, toastFailure } from '../../app/toasts';
import type { T } from '../../i18n';

/** Whether it is deleted. */
export async function deleteMessage(session: Session, chatId: string, messageId: string, t: T): Promise<boolean> {
  const path = { chat_id: chatId, message_id: messageId };
  const done = await answer(session.api.POST('/v1.0/chats/{chat_id}/messages/{message_id}/softDelete', { params: { path } }));
  if (done.ok) toast({ intent: 'info', title: t('message.deletedToast'), undo: { label: t('common.undo'), run: () => void restoreMessage(session, chatId, messageId) } });
  else toastFailure(done.failure);
  return done.ok;
}

export async function restoreMessage(session: Session, chatId: string, messageId: string): Promise<void> {
  const path = { chat_id: chatId, message_id: messageId };
  const done = await answer(session.api.POST('/v1.0/chats/{chat_id}/messages/{message_id}/undoSoftDelete', { params: { path } }));
  if (!done.ok) toastFailure(done.failure);
}
