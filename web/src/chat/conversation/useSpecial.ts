/** What is written when it is not simply a message: the answer to one, or a change of one. */
import { useCallback, useEffect, useRef, useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import type { Session } from '../../accounts/session';
import { answer } from '../../api/client';
import type { ChatMessage } from '../../api/schema.gen';
import { editedAt, editPlace } from '../../live/drafts';
import { findMessage } from '../../live/messages';
import type { Entry } from '../../live/state';

interface Special {
  readonly quoted: ChatMessage | null;
  readonly edited: ChatMessage | null;
  /** Whether the message that is edited has been deleted. */
  readonly isGone: boolean;
  readonly quote: (message: ChatMessage) => void;
  readonly edit: (message: ChatMessage) => void;
  readonly end: () => void;
}

type Kind = { readonly quoted: ChatMessage | null; readonly edited: ChatMessage | null };
const PLAIN: Kind = { quoted: null, edited: null };

export function useSpecial({ chat: { id: chatId }, thread }: Entry): Special {
  const session = useSession();
  const [{ quoted, edited }, setKind] = useState(PLAIN);

  // An edit or a reply that was left goes on.
  const hasResumed = useRef(false);
  useEffect(() => {
    if (!thread || hasResumed.current) return;
    hasResumed.current = true;
    void leftEdit(session, chatId, thread.messages).then(async (edited) => {
      const quoted = edited ? null : await leftQuote(session, chatId, thread.messages);
      if (edited ?? quoted) setKind((now) => (now === PLAIN ? { quoted, edited } : now));
    });
  }, [session, chatId, thread]);

  const change = useCallback((next: Kind) => {
    session.drafts.setQuoted(chatId, next.quoted?.id ?? null);
    setKind(next);
  }, [session, chatId]);
  const quote = useCallback((message: ChatMessage) => change({ quoted: message, edited: null }), [change]);
  const edit = useCallback((message: ChatMessage) => change({ quoted: null, edited: message }), [change]);
  const end = useCallback(() => change(PLAIN), [change]);
  const now = edited && (findMessage(thread?.messages ?? [], edited.id) ?? edited);
  return { quoted, edited, isGone: now?.deletedDateTime != null, quote, edit, end };
}

/** The message of this chat that somebody began to answer, and has not ended. */
async function leftQuote({ api, drafts }: Session, chatId: string, loaded: readonly ChatMessage[]): Promise<ChatMessage | null> {
  const id = drafts.quotedIn(chatId);
  if (id === null) return null;
  const known = findMessage(loaded, id);
  if (known) return known;
  // It stands further back.
  const found = await answer(api.GET('/v1.0/chats/{chat_id}/messages/{message_id}', { params: { path: { chat_id: chatId, message_id: id } } }));
  // What has gone meanwhile is answered no more.
  if (!found.ok && found.failure.status === 404) drafts.setQuoted(chatId, null);
  return found.ok ? found.value : null;
}

/** The message of this chat that somebody began to edit last, and has not ended. */
async function leftEdit({ api, drafts, pictures }: Session, chatId: string, loaded: readonly ChatMessage[]): Promise<ChatMessage | null> {
  const ids = [drafts, pictures].flatMap((store) => [...store.get().keys()].flatMap((place) => editedAt(place, chatId) ?? []));
  for (const id of ids.toReversed()) {
    const known = findMessage(loaded, id);
    if (known) return known;
    // It stands further back.
    const found = await answer(api.GET('/v1.0/chats/{chat_id}/messages/{message_id}', { params: { path: { chat_id: chatId, message_id: id } } }));
    if (found.ok) return found.value;
    // Nobody can change any more what is not there any more.
    if (found.failure.status === 404) for (const store of [drafts, pictures]) store.set(editPlace(chatId, id), null);
  }
  return null;
}
