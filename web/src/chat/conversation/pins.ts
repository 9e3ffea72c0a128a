/** The messages that a chat keeps in front of everybody: fetched when the chat is open, and again when push tells of it. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';

import { useSession } from '../../accounts/AccountContext';
import type { Session } from '../../accounts/session';
import { answer, valueOf } from '../../api/client';
import type { ChatMessage } from '../../api/schema.gen';
import { toastFailure } from '../../app/toasts';
import { findMessage } from '../../live/messages';
import type { Entry } from '../../live/state';

function usePinQuery({ chat, told }: Entry) {
  const { api } = useSession();
  const chatId = chat.id;
  return useQuery({
    // What is told of the chat makes it another question; until it is answered the old one stays.
    queryKey: ['pins', chatId, told],
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      const pins = await valueOf(api.GET('/v1.0/chats/{chat_id}/pinnedMessages', { params: { path: { chat_id: chatId }, query: { $expand: 'message' } } }));
      return pins.value.flatMap((pin) => (pin.message ? [pin.message] : []));
    },
  });
}

/** The pinned messages, the one that was pinned last first, as they are now. */
export function usePins(entry: Entry): readonly ChatMessage[] {
  const { data } = usePinQuery(entry);
  // What was edited since is in the thread already.
  const { thread } = entry;
  return (data ?? []).map((pin) => (thread && findMessage(thread.messages, pin.id)) ?? pin).filter((pin) => pin.deletedDateTime == null);
}

/** Nothing is pinned before the first answer, and by nobody who left. */
export function canPin({ chat }: Entry): boolean {
  return chat.viewpoint.isMember && (chat.contactRequest == null || chat.contactRequest.state === 'accepted');
}

export function useIsPinned(entry: Entry, messageId: string): boolean {
  return usePinQuery(entry).data?.some((pin) => pin.id === messageId) ?? false;
}

export async function pin(session: Session, chatId: string, messageId: string): Promise<void> {
  const bind = `${location.origin}/v1.0/chats/${encodeURIComponent(chatId)}/messages/${messageId}`;
  const done = await answer(session.api.POST('/v1.0/chats/{chat_id}/pinnedMessages', {
    params: { path: { chat_id: chatId } },
    body: { 'message@odata.bind': bind },
  }));
  if (!done.ok) toastFailure(done.failure);
}

export async function unpin(session: Session, chatId: string, messageId: string): Promise<void> {
  const done = await answer(session.api.DELETE('/v1.0/chats/{chat_id}/pinnedMessages/{pinned_message_id}', {
    params: { path: { chat_id: chatId, pinned_message_id: messageId } },
  }));
  if (!done.ok) toastFailure(done.failure);
}
