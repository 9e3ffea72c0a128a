/** The rows themselves, as many as fit; arrow keys move between them. */
import { Button, makeStyles, MessageBar, MessageBarActions, MessageBarBody, Skeleton, SkeletonItem, tokens } from '@fluentui/react-components';
import { ChatMultipleRegular, FilterRegular, PersonAddRegular } from '@fluentui/react-icons';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { VList, type VListHandle } from 'virtua';

import { useSession } from '../../accounts/AccountContext';
import type { Session } from '../../accounts/session';
import { EmptyState } from '../../app/EmptyState';
import { isNowhere } from '../../app/nowhere';
import { href, navigate } from '../../app/router';
import { SessionEnded } from '../../app/SessionEnded';
import { LIST_BLOCK_SIZE, SHORT } from '../../app/short';
import { useT } from '../../i18n';
import type { ListAct } from './ChatMenu';
import { ChatRow } from './ChatRow';
import { ListFailed } from './ListFailed';
import type { Filter, Row } from './rows';

const useStyles = makeStyles({
  list: { flexGrow: 1, minBlockSize: 0, paddingBlock: tokens.spacingVerticalXS, [SHORT]: { flexShrink: 0, blockSize: LIST_BLOCK_SIZE } },
  note: { flexShrink: 0 },
  skeletons: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL, padding: tokens.spacingHorizontalL },
  skeleton: { display: 'grid', gridTemplateColumns: '40px 1fr', gap: tokens.spacingHorizontalM, alignItems: 'center' },
  lines: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXS },
});

/** So many turns of the screen the list may take until its rows are there. */
const FRAMES_MAX = 60;

interface Props {
  readonly rows: readonly Row[];
  readonly filter: Filter;
  readonly isLoading: boolean;
  /** An account whose session has ended before its list was there. */
  readonly ended: Session | undefined;
  /** Tries again to fetch the list, if that failed. */
  readonly onRetry: (() => void) | null;
  readonly isSearching: boolean;
  /** Looks for the same in all chats. */
  readonly onSearchAll: () => void;
  readonly showsAccount: boolean;
  readonly openKey: string | null;
  readonly onAsk: (row: Row, act: ListAct) => void;
}

export function ListBody({ rows, filter, isLoading, ended, onRetry, isSearching, onSearchAll, showsAccount, openKey, onAsk }: Props) {
  const styles = useStyles();
  const t = useT();
  const list = useRef<VListHandle>(null);
  const box = useRef<HTMLDivElement>(null);
  const [focusKey, setFocusKey] = useState<string | null>(null);
  const session = useSession();
  // On a phone the list is made anew when one comes back to it.
  const [lastId] = useState(() => session.live.get().recent.at(-1));

  // Back from a chat on a phone: one goes on from it.
  const isEmpty = rows.length === 0;
  const hasComeBack = useRef(false);
  useEffect(() => {
    if (isEmpty || hasComeBack.current || !lastId) return undefined;
    let frame = 0;
    let tries = 0;
    const look = () => {
      if (!isNowhere() && document.activeElement?.id !== 'main') return;
      const row = box.current?.querySelector<HTMLElement>('a[tabindex="0"]');
      row?.focus();
      hasComeBack.current = row !== undefined && document.activeElement === row;
      // The rows are there, and to be seen, once the list has been measured.
      if (!hasComeBack.current && ++tries < FRAMES_MAX) frame = requestAnimationFrame(look);
    };
    frame = requestAnimationFrame(look);
    return () => cancelAnimationFrame(frame);
  }, [isEmpty, lastId]);

  if (rows.length === 0 && onRetry) return <ListFailed onRetry={onRetry} />;
  if (rows.length === 0 && isLoading) return <Skeletons />;
  if (rows.length === 0 && ended) return <SessionEnded session={ended} />;
  if (rows.length === 0) return <NoRows filter={filter} isSearching={isSearching} onSearchAll={onSearchAll} />;

  // The one row that Tab reaches: where the focus was, else the open chat, or the one that was open last, else the first.
  const at = [focusKey, openKey, `${session.id} ${lastId}`].map((key) => rows.findIndex((row) => row.key === key)).find((found) => found >= 0) ?? 0;

  function move(event: KeyboardEvent): void {
    const next = nextIndex(event.key, at, rows.length);
    if (next === null || !(event.target instanceof HTMLAnchorElement)) return;
    event.preventDefault();
    setFocusKey(rows[next]!.key);
    list.current?.scrollToIndex(next, { align: 'nearest' });
    // The row may have to be made first.
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(`[data-index="${next}"] a`)?.focus());
  }

  return (
    <>
      {onRetry && (
        <MessageBar intent="warning" layout="multiline" className={styles.note}>
          <MessageBarBody>{t('list.failed')}</MessageBarBody>
          <MessageBarActions><Button size="small" onClick={onRetry}>{t('common.tryAgain')}</Button></MessageBarActions>
        </MessageBar>
      )}
      <div ref={box} role="presentation" className={styles.list} onKeyDown={move}>
        <VList ref={list} role="list" aria-label={t(`list.filter.${filter}`)} keepMounted={[at]}>
          {rows.map((row, index) => (
            <ChatRow
              key={row.key}
              row={row}
              index={index}
              count={rows.length}
              isOpen={row.key === openKey}
              isReachable={index === at}
              showsAccount={showsAccount}
              onFocus={setFocusKey}
              onAsk={onAsk}
            />
          ))}
        </VList>
      </div>
    </>
  );
}

function nextIndex(key: string, at: number, count: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return Math.min(count - 1, at + 1);
    case 'ArrowUp':
      return Math.max(0, at - 1);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}

function NoRows({ filter, isSearching, onSearchAll }: Pick<Props, 'filter' | 'isSearching' | 'onSearchAll'>) {
  const t = useT();
  const session = useSession();
  if (isSearching && filter !== 'all') {
    return <EmptyState icon={<FilterRegular />} title={t('list.noMatch')} action={<Button onClick={onSearchAll}>{t('list.searchAll')}</Button>}>{t('list.noMatchHere', { filter: t(`list.filter.${filter}`) })}</EmptyState>;
  }
  if (isSearching) return <EmptyState icon={<FilterRegular />} title={t('list.noMatch')}>{t('list.noMatchHint')}</EmptyState>;
  if (filter !== 'all') return <EmptyState icon={filter === 'requests' ? <PersonAddRegular /> : <FilterRegular />} title={t(`list.none.${filter}`)} />;
  return (
    <EmptyState
      icon={<ChatMultipleRegular />}
      title={t('list.none.all')}
      action={<Button appearance="primary" onClick={() => navigate(href('u', session.id, 'new'))}>{t('list.new')}</Button>}
    >
      {t('list.noneHint')}
    </EmptyState>
  );
}

function Skeletons() {
  const styles = useStyles();
  const t = useT();
  return (
    <Skeleton className={styles.skeletons} aria-label={t('common.loading')}>
      {[0, 1, 2, 3, 4, 5].map((n) => (
        <div key={n} className={styles.skeleton}>
          <SkeletonItem shape="circle" size={40} />
          <div className={styles.lines}><SkeletonItem size={16} /><SkeletonItem size={12} /></div>
        </div>
      ))}
    </Skeleton>
  );
}
