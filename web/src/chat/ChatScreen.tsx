/** The list of chats, and beside it the one that is open; on a phone one of the two. */
import { Button, makeStyles } from '@fluentui/react-components';
import { ChatRegular } from '@fluentui/react-icons';
import { lazy, Suspense, useEffect, useSyncExternalStore } from 'react';

import { useLive, useSession } from '../accounts/AccountContext';
import type { Session } from '../accounts/session';
import { EmptyState } from '../app/EmptyState';
import { ErrorBoundary } from '../app/ErrorBoundary';
import { Loading } from '../app/Loading';
import { href, navigate } from '../app/router';
import { useT } from '../i18n';
import { Conversation } from './conversation/Conversation';
import { ChatList } from './list/ChatList';
import { ListFailed } from './list/ListFailed';
import { isInboundRequest } from './unread';

const NewChat = lazy(() => import('./newChat/NewChat'));
const RequestScreen = lazy(() => import('./requests/RequestScreen').then((module) => ({ default: module.RequestScreen })));

const useStyles = makeStyles({
  screen: { flexGrow: 1, minBlockSize: 0, display: 'flex' },
  main: { flexGrow: 1, minInlineSize: 0, minBlockSize: 0, display: 'flex', flexDirection: 'column' },
  headingOnly: { position: 'absolute', inlineSize: '1px', blockSize: '1px', overflow: 'hidden', clipPath: 'inset(50%)', margin: 0 },
});

const narrow = matchMedia('(max-width: 799px)');
function onWidth(listener: () => void): () => void {
  narrow.addEventListener('change', listener);
  return () => narrow.removeEventListener('change', listener);
}

interface Props {
  readonly sessions: readonly Session[];
  readonly path: readonly string[];
  readonly isNew: boolean;
}

export function ChatScreen({ sessions, path: [chatId, panel], isNew }: Props) {
  const styles = useStyles();
  const t = useT();
  const session = useSession();
  // What cannot be seen on a phone is not made either: it would load and mark as read.
  const isNarrow = useSyncExternalStore(onWidth, () => narrow.matches);
  const isOpen = isNew || chatId !== undefined;
  const list = <ChatList sessions={sessions} openChatId={chatId ?? null} />;
  if (isNarrow && !isOpen) return <main className={styles.screen}>{list}</main>;
  return (
    <div className={styles.screen}>
      {!isNarrow && list}
      <main className={styles.main}>
        {isNarrow && <h1 className={styles.headingOnly}>{t('chat.list')}</h1>}
        <ErrorBoundary key={`${session.id} ${chatId} ${isNew}`}>
          <Suspense fallback={<Loading />}>
            {isNew ? <NewChat /> : chatId ? <OpenChat key={`${session.id} ${chatId}`} chatId={chatId} showsPeople={panel === 'people'} /> : <NothingOpen />}
          </Suspense>
        </ErrorBoundary>
      </main>
    </div>
  );
}

function OpenChat({ chatId, showsPeople }: { chatId: string; showsPeople: boolean }) {
  const t = useT();
  const session = useSession();
  const entry = useLive((state) => state.chats.get(chatId));
  const isComplete = useLive((state) => state.isComplete);
  const isListFailed = useLive((state) => state.isListFailed);

  useEffect(() => {
    // An address from elsewhere may name a chat that the list has not come to yet.
    if (!entry && isComplete) void session.live.refetch(chatId);
  }, [entry, isComplete, session, chatId]);

  if (!entry) {
    // The chat that is wanted may be there though the list is not.
    if (!isComplete && isListFailed) return <ListFailed onRetry={() => { session.live.listNow(); void session.live.refetch(chatId); }} />;
    if (!isComplete) return <Loading />;
    return <EmptyState icon={<ChatRegular />} title={t('chat.gone')} action={<Button onClick={() => navigate(href('u', session.id, 'chats'))}>{t('chat.toList')}</Button>}>{t('chat.goneHint')}</EmptyState>;
  }
  if (isInboundRequest(entry)) return <RequestScreen entry={entry} onDone={() => navigate(href('u', session.id, 'chats'))} />;
  return <Conversation entry={entry} showsPeople={showsPeople} />;
}

function NothingOpen() {
  const t = useT();
  return <EmptyState icon={<ChatRegular />} title={t('chat.choose')}>{t('chat.chooseHint')}</EmptyState>;
}
