/** The list of chats: of this account, or of all that are signed in. */
import { Button, CounterBadge, makeStyles, Spinner, Tab, TabList, Text, tokens, Tooltip } from '@fluentui/react-components';
import { ComposeRegular } from '@fluentui/react-icons';
import { lazy, Suspense, useCallback, useDeferredValue, useMemo, useRef, useState } from 'react';

import { homeName } from '../../accounts/homeName';
import { AccountProvider, useSession } from '../../accounts/AccountContext';
import type { Session } from '../../accounts/session';
import { href, navigate } from '../../app/router';
import { SearchField } from '../../app/SearchField';
import { SHORT } from '../../app/short';
import { useT } from '../../i18n';
import { counterpart } from '../naming';
import type { ListAct } from './ChatMenu';
import { ListBody } from './ListBody';
import { type Filter, type Row, rowsOf, waitingRequests } from './rows';
import { useInboxes } from './useInboxes';

const ChatDialogs = lazy(() => import('../people/ChatDialogs'));

const useStyles = makeStyles({
  pane: {
    flexShrink: 0,
    inlineSize: 'clamp(280px, 28vw, 380px)',
    display: 'flex',
    flexDirection: 'column',
    minBlockSize: 0,
    backgroundColor: tokens.colorNeutralBackground2,
    borderInlineEndWidth: '1px',
    borderInlineEndStyle: 'solid',
    borderInlineEndColor: tokens.colorNeutralStroke2,
    [SHORT]: { minBlockSize: 'auto' },
    '@media (max-width: 799px)': { inlineSize: '100%', borderInlineEndWidth: '0' },
  },
  head: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalS,
    paddingInline: tokens.spacingHorizontalL,
    paddingBlockStart: tokens.spacingVerticalL,
    paddingBlockEnd: tokens.spacingVerticalXS,
  },
  title: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS },
  grow: { flexGrow: 1, minInlineSize: 0 },
  who: { display: 'block', color: tokens.colorNeutralForeground2 },
  search: { maxInlineSize: 'none', inlineSize: '100%' },
  tabs: { flexWrap: 'wrap', marginInline: `calc(-1 * ${tokens.spacingHorizontalS})` },
  tab: { paddingInline: tokens.spacingHorizontalS },
});

/** Whether all accounts are shown together; kept while the page lives. */
let showsAll = false;

interface Props {
  readonly sessions: readonly Session[];
  readonly openChatId: string | null;
}

export function ChatList({ sessions, openChatId }: Props) {
  const styles = useStyles();
  const t = useT();
  const session = useSession();
  const [isTogether, setTogether] = useState(showsAll && sessions.length > 1);
  const [filter, setFilter] = useState<Filter>('all');
  const [search, setSearch] = useState('');
  const wanted = useDeferredValue(search);
  const searchField = useRef<HTMLInputElement>(null);
  const [asked, setAsked] = useState<{ row: Row; act: ListAct } | null>(null);
  const ask = useCallback((row: Row, act: ListAct) => setAsked({ row, act }), []);
  const shown = useMemo(() => (isTogether ? sessions : [session]), [isTogether, sessions, session]);
  const inboxes = useInboxes(shown);
  const rows = useMemo(() => rowsOf(inboxes, filter, wanted, t), [inboxes, filter, wanted, t]);
  const waiting = waitingRequests(inboxes);
  const isLoading = inboxes.some(({ state }) => !state.isComplete && state.link !== 'signedOut');
  const ended = inboxes.find(({ state }) => !state.isComplete && state.link === 'signedOut');
  const failed = inboxes.filter(({ state }) => state.isListFailed && state.link !== 'signedOut');
  const hasHidden = inboxes.some(({ state }) => [...state.chats.values()].some((entry) => entry.chat.viewpoint.isHidden));
  const filters: readonly Filter[] = ['all', 'unread', 'external', 'requests', ...(hasHidden || filter === 'hidden' ? (['hidden'] as const) : [])];

  function searchAll(): void {
    setFilter('all');
    searchField.current?.focus();
  }

  function chooseTogether(value: boolean): void {
    showsAll = value;
    setTogether(value);
  }

  return (
    <section className={styles.pane} aria-label={t('chat.list')}>
      <div className={styles.head}>
        <div className={styles.title}>
          <div className={styles.grow}>
            <Text as="h1" size={500} weight="semibold">{t('chat.list')}</Text>
            <Text size={200} truncate wrap={false} className={styles.who}>
              {isTogether ? t('list.allAccounts') : t('list.whose', { name: session.user.displayName, home: homeName(session, t) })}
            </Text>
          </div>
          {isLoading && failed.length === 0 && <Spinner size="extra-tiny" aria-label={t('common.loading')} />}
          <Tooltip content={t('list.new')} relationship="label">
            <Button appearance="primary" icon={<ComposeRegular />} onClick={() => navigate(href('u', session.id, 'new'))} />
          </Tooltip>
        </div>
        {sessions.length > 1 && (
          <TabList size="small" selectedValue={isTogether ? 'all' : 'own'} onTabSelect={(_, { value }) => chooseTogether(value === 'all')} aria-label={t('list.accounts')}>
            <Tab value="own">{homeName(session, t)}</Tab>
            <Tab value="all">{t('list.allAccounts')}</Tab>
          </TabList>
        )}
        <SearchField input={{ ref: searchField }} className={styles.search} size="medium" placeholder={t('list.find')} aria-label={t('list.find')} value={search} onChange={(_, { value }) => setSearch(value)} />
        <TabList size="small" className={styles.tabs} selectedValue={filter} onTabSelect={(_, { value }) => setFilter(value as Filter)} aria-label={t('list.filters')}>
          {filters.map((name) => (
            <Tab key={name} value={name} className={styles.tab}>
              {t(`list.filter.${name}`)}
              {name === 'requests' && waiting > 0 && <> <CounterBadge count={waiting} size="small" color="danger" /></>}
            </Tab>
          ))}
        </TabList>
      </div>
      <ListBody key={filter} rows={rows} filter={filter} isLoading={isLoading} ended={ended?.session} onRetry={failed.length > 0 ? () => { for (const inbox of failed) inbox.session.live.listNow(); } : null} isSearching={wanted.trim() !== ''} onSearchAll={searchAll} showsAccount={isTogether} openKey={openChatId ? `${session.id} ${openChatId}` : null} onAsk={ask} />
      {asked && (
        <AccountProvider session={asked.row.session}>
          <Suspense fallback={null}>
            <ChatDialogs act={asked.act} entry={asked.row.entry} person={counterpart(asked.row.entry, asked.row.session.id)} onClose={() => setAsked(null)} />
          </Suspense>
        </AccountProvider>
      )}
    </section>
  );
}
