/** Says new messages to people who listen: the first at once, a stream of them as a number. */
import { useEffect, useRef } from 'react';

import type { ChatMessage } from '../../api/schema.gen';
import { announce } from '../../app/Announcer';
import { t } from '../../i18n';
import { compareIds } from '../../live/messages';
import { plainText } from '../messageText';

const QUIET_MS = 3_000;

export function useAnnounceNew(messages: readonly ChatMessage[], me: string): void {
  const last = useRef(messages.at(-1)?.id ?? '');
  const missed = useRef(0);
  const quiet = useRef<ReturnType<typeof setTimeout> | null>(null);

  useEffect(() => {
    const fresh: ChatMessage[] = [];
    for (let at = messages.length - 1; at >= 0 && compareIds(messages[at]!.id, last.current) > 0; at -= 1) fresh.unshift(messages[at]!);
    last.current = messages.at(-1)?.id ?? last.current;
    const others = fresh.filter((message) => message.messageType === 'message' && message.from?.user?.id !== me && !message.deletedDateTime);
    if (others.length === 0) return;
    if (quiet.current) {
      missed.current += others.length;
      return;
    }
    const [first] = others;
    announce(others.length === 1 && first
      ? t('message.announce', { name: first.from?.user?.displayName ?? t('system.somebody'), text: plainText(first.body) })
      : t('message.announceMany', { count: others.length }));
    quiet.current = setTimeout(() => {
      quiet.current = null;
      if (missed.current > 0) announce(t('message.announceMany', { count: missed.current }));
      missed.current = 0;
    }, QUIET_MS);
  }, [messages, me]);

  useEffect(() => () => {
    if (quiet.current) clearTimeout(quiet.current);
  }, []);
}
