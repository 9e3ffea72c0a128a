/** The list of chats, and beside it the one that is open; on a phone one of the two. */
import { Button, makeStyles } from '@fluentui/react-components';
import { ChatRegular } from '@fluentui/react-icons';
import { lazy, Suspense, useCallback, useEffect, useState, useSyncExternalStore } from 'react';

import { useLive, useSession } from '../accounts/AccountContext';
import type { Session } from '../accounts/session';
import { EmptyState } from '../app/EmptyState';
import { ErrorBoundary } from '../app/ErrorBoundary';
import { Loading } from '../app/Loading';
import { href, navigate } from '../app/router';
import { SessionEnded } from '../app/SessionEnded';
import { SHORT } from '../app/short';
import { useT } from '../i18n';
import { Conversation } from './conversation/Conversation';
import { LoadFailed } from './conversation/LoadFailed';
import { ChatList } from './list/ChatList';
import { ListFailed } from './list/ListFailed';
import { isInboundRequest } from './unread';

const NewChat = lazy(() => import('./newChat/NewChat'));
const RequestScreen = lazy(() => import('./requests/RequestScreen').then((module) => ({ default: module.RequestScreen })));

const useStyles = makeStyles({
  screen: {
    flexGrow: 1,
    minBlockSize: 0,
    display: 'flex',
    [SHORT]: { minBlockSize: 'auto' },
    // Until the list is taken away beside an open chat, it takes no room from it.
    '@media (max-width: 799px)': { '& > section:not(:only-child)': { display: 'none' } },
  },
  main: { flexGrow: 1, minInlineSize: 0, minBlockSize: 0, display: 'flex', flexDirection: 'column', [SHORT]: { minBlockSize: 'auto' } },
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
      <main className={styles.main} data-takes-files>
        {isNarrow && <h1 className={styles.headingOnly}>{t('chat.list')}</h1>}
        <ErrorBoundary key={`${session.id} ${chatId} ${isNew}`}>
          <Suspense fallback={<Loading />}>
            {isNew ? <NewChat key={session.id} sessions={sessions} /> : chatId ? <OpenChat key={`${session.id} ${chatId}`} chatId={chatId} showsPeople={panel === 'people'} /> : <NothingOpen />}
          </Suspense>
        </ErrorBoundary>
      </main>
    </div>
  );
}

type Asked = 'no' | 'failed' | 'answered';

function OpenChat({ chatId, showsPeople }: { chatId: string; showsPeople: boolean }) {
  const t = useT();
  const session = useSession();
  const entry = useLive((state) => state.chats.get(chatId));
  const link = useLive((state) => state.link);
  // The newest chats come first: one that is not among them may stand far down, or not be there at all.
  const hasBegun = useLive((state) => state.isComplete || state.chats.size > 0);
  const isListFailed = useLive((state) => state.isListFailed && !state.isComplete);
  const [asked, setAsked] = useState<Asked>('no');
  const isMissing = entry === undefined;

  const ask = useCallback(() => {
    // What was answered once stays so: if the chat comes after all, it is told.
    const set = (next: Asked) => setAsked((now) => (now === 'answered' ? now : next));
    set('no');
    void session.live.refetch(chatId).then((isAnswered) => set(isAnswered ? 'answered' : 'failed'));
  }, [session, chatId]);

  useEffect(() => {
    if (isMissing && hasBegun && link !== 'signedOut') ask();
  }, [isMissing, hasBegun, link, ask]);

  if (!entry) {
    if (asked === 'answered') return <EmptyState icon={<ChatRegular />} title={t('chat.gone')} action={<Button onClick={() => navigate(href('u', session.id, 'chats'))}>{t('chat.toList')}</Button>}>{t('chat.goneHint')}</EmptyState>;
    if (link === 'signedOut') return <SessionEnded />;
    if (asked === 'failed') return <LoadFailed onRetry={ask} />;
    // The chat that is wanted may be there though the list is not.
    return isListFailed ? <ListFailed onRetry={() => { session.live.listNow(); ask(); }} /> : <Loading />;
  }
  if (isInboundRequest(entry)) return <RequestScreen entry={entry} onDone={() => navigate(href('u', session.id, 'chats'))} />;
  return <Conversation entry={entry} showsPeople={showsPeople} />;
}

function NothingOpen() {
  const t = useT();
  return <EmptyState icon={<ChatRegular />} title={t('chat.choose')}>{t('chat.chooseHint')}</EmptyState>;
}
