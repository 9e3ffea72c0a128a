/** Going to a message, wherever it stands: older pages are loaded until it is there, within reason. */
import { lazy, type ReactNode, Suspense, useCallback, useRef, useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { answer } from '../../api/client';
import type { ChatMessage } from '../../api/schema.gen';
import { toastFailure } from '../../app/toasts';
import { findMessage } from '../../live/messages';

const FarMessage = lazy(() => import('./FarMessage'));

/** Pages that are loaded on the way; a message further back is shown by itself. */
const PAGES_MAX = 10;

export interface Target {
  readonly id: string;
  /** Going to the same message again is another target. */
  readonly turn: number;
}

export interface Jump {
  readonly target: Target | null;
  readonly jump: (id: string) => void;
  /** Whether the message is on its way. */
  readonly isSeeking: boolean;
  /** The message by itself, where it was too far. */
  readonly far: ReactNode;
}

export function useJump(chatId: string): Jump {
  const { api, live } = useSession();
  const [target, setTarget] = useState<Target | null>(null);
  const [far, setFar] = useState<ChatMessage | null>(null);
  const [isSeeking, setSeeking] = useState(false);
  const turns = useRef(0);

  const jump = useCallback((id: string) => {
    turns.current += 1;
    const turn = turns.current;
    const thread = () => live.get().chats.get(chatId)?.thread ?? null;
    const isThere = () => findMessage(thread()?.messages ?? [], id) !== undefined;
    const seek = async () => {
      for (let pages = 0; pages < PAGES_MAX && !isThere() && thread()?.older != null; pages += 1) {
        if (!(await live.loadOlder(chatId))) break;
        if (turn !== turns.current) return;
      }
      if (isThere()) return setTarget({ id, turn });
      const found = await answer(api.GET('/v1.0/chats/{chat_id}/messages/{message_id}', { params: { path: { chat_id: chatId, message_id: id } } }));
      if (turn !== turns.current) return undefined;
      return found.ok ? setFar(found.value) : toastFailure(found.failure);
    };
    setSeeking(true);
    // Whoever has gone to another one meanwhile waits for that.
    void seek().then(() => { if (turn === turns.current) setSeeking(false); });
  }, [api, live, chatId]);

  return {
    target,
    jump,
    isSeeking,
    far: far && <Suspense fallback={null}><FarMessage message={far} onClose={() => setFar(null)} /></Suspense>,
  };
}
