/** One chat: who is in it, what was said, and the place to write. */
import { makeStyles } from '@fluentui/react-components';
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useSyncExternalStore } from 'react';

import { useLive, useSession } from '../../accounts/AccountContext';
import { answer } from '../../api/client';
import type { ChatMessage } from '../../api/schema.gen';
import { Loading } from '../../app/Loading';
import { toast } from '../../app/toasts';
import { useT } from '../../i18n';
import { findMessage } from '../../live/messages';
import type { OutboxEntry } from '../../live/outbox';
import { SessionEnded } from '../../app/SessionEnded';
import { SHORT } from '../../app/short';
import type { Entry } from '../../live/state';
import type { ComposerHandle } from '../composer/Composer';
import { useFloats } from '../people/floats';
import { ComposerPlace } from './ComposerPlace';
import { ConversationHeader } from './ConversationHeader';
import { ExternalBanner } from './ExternalBanner';
import { LoadFailed } from './LoadFailed';
import { MessageList, REACHABLE } from './MessageList';
import { TakeBack } from './Outgoing';
import { PinnedBar } from './PinnedBar';
import { canPin } from './pins';
import { TypingLine } from './TypingLine';
import { useJump } from './useJump';
import { useOpened } from './useOpened';
import { useSpecial } from './useSpecial';

const PeoplePanel = lazy(() => import('../people/PeoplePanel'));

const useStyles = makeStyles({
  split: { flexGrow: 1, minBlockSize: 0, display: 'flex', position: 'relative', [SHORT]: { minBlockSize: 'auto' } },
  column: { flexGrow: 1, minInlineSize: 0, minBlockSize: 0, display: 'flex', flexDirection: 'column', [SHORT]: { minBlockSize: 'auto' } },
});

export function Conversation({ entry, showsPeople }: { entry: Entry; showsPeople: boolean }) {
  const styles = useStyles();
  const t = useT();
  const session = useSession();
  const { thread } = entry;
  const chatId = entry.chat.id;
  const link = useLive((state) => state.link);
  const { quoted, edited, isGone, quote, edit, end } = useSpecial(entry);
  const composer = useRef<ComposerHandle>(null);
  const outbox = useSyncExternalStore(session.outbox.subscribe, session.outbox.get);
  const outgoing = useMemo(() => outbox.filter((one) => one.chatId === chatId), [outbox, chatId]);
  const { isFailed, load } = useOpened(session.live, chatId, thread !== null, link);
  const { target, jump, isSeeking, far } = useJump(chatId);

  useEffect(() => session.live.look(chatId), [session, chatId]);

  // Whether one may write here is told while it changes, not afterwards: it is asked when one comes.
  useEffect(() => {
    if (link === 'live') void session.live.refetch(chatId);
  }, [session, chatId, link]);

  const reply = useCallback((message: ChatMessage) => {
    quote(message);
    composer.current?.focus();
  }, [quote]);
  const markRead = useCallback(async () => {
    const done = await answer(session.api.POST('/v1.0/chats/{chat_id}/markChatReadForUser', {
      params: { path: { chat_id: chatId } },
      body: { user: { id: session.id } },
    }));
    return done.ok;
  }, [session, chatId]);
  const editLast = useCallback(() => {
    const last = thread?.messages.findLast((message) => message.messageType === 'message' && message.from?.user?.id === session.id && message.deletedDateTime == null);
    if (last) edit(last);
    return last !== undefined;
  }, [thread, session, edit]);
  const takeBack = useCallback(({ key, message }: OutboxEntry) => {
    if (edited) return toast({ intent: 'info', title: t('message.editFirst') });
    // Where nothing can be written the message stays, and can be copied.
    if (!composer.current) return toast({ intent: 'info', title: t('message.cannotEdit') });
    composer.current.takeBack(message);
    session.outbox.discard(key);
    const reference = message.attachments?.find(({ contentType }) => contentType === 'messageReference');
    const answered = reference && findMessage(thread?.messages ?? [], reference.id ?? '');
    if (answered) quote(answered);
    return undefined;
  }, [session, thread, edited, quote, t]);
  const cancel = useCallback(() => {
    end();
    composer.current?.focus();
  }, [end]);
  const isCovered = useFloats() && showsPeople;
  const leave = useCallback(() => composer.current?.focus(), []);

  return (
    <>
      <ConversationHeader entry={entry} showsPeople={showsPeople} />
      <div className={styles.split}>
        <div className={styles.column} data-lands={REACHABLE} inert={isCovered}>
          <ExternalBanner entry={entry} />
          <PinnedBar entry={entry} canChange={canPin(entry)} onJump={({ id }) => jump(id)} />
          {thread ? (
            <TakeBack value={takeBack}>
              <MessageList entry={entry} thread={thread} outgoing={outgoing} target={target} isSeeking={isSeeking} onJump={jump} onReply={reply} onEdit={edit} onRead={markRead} onLeave={leave} />
            </TakeBack>
          ) : link === 'signedOut' ? (
            <SessionEnded />
          ) : isFailed ? (
            <LoadFailed onRetry={load} />
          ) : (
            <Loading />
          )}
          <TypingLine chatId={chatId} />
          {far}
          <ComposerPlace entry={entry} ref={composer} quoted={quoted} edited={edited} isGone={isGone} onEditLast={editLast} onEnd={end} onCancel={cancel} />
        </div>
        {showsPeople && (
          <Suspense fallback={null}>
            <PeoplePanel entry={entry} />
          </Suspense>
        )}
      </div>
    </>
  );
}
