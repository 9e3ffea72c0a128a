/**
 * The messages, as many as fit. It stays at the end while one is there, keeps its place while older
 * pages load, and says when something new is below.
 */
import { Button, makeStyles, Spinner, tokens } from '@fluentui/react-components';
import { ArrowDownRegular } from '@fluentui/react-icons';
import { type KeyboardEvent, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { Virtualizer, type VirtualizerHandle } from 'virtua';

import { useSession } from '../../accounts/AccountContext';
import type { ChatMessage } from '../../api/schema.gen';
import { useT } from '../../i18n';
import type { OutboxEntry } from '../../live/outbox';
import type { Entry, Thread } from '../../live/state';
import { unreadOf } from '../../live/unread';
import { ListRow } from './ListRow';
import { OlderFailed } from './OlderFailed';
import type { Target } from './useJump';
import { type ConversationRow, conversationRows, firstUnread, isPrepended } from './rows';
import { useOlder } from './useOlder';
import { useRead } from './useRead';

const useStyles = makeStyles({
  place: { position: 'relative', flexGrow: 1, minBlockSize: 0, display: 'flex', flexDirection: 'column', backgroundColor: tokens.colorNeutralBackground3 },
  list: { flexGrow: 1, minBlockSize: 0, overflowY: 'auto', overflowAnchor: 'none', display: 'flex', flexDirection: 'column' },
  // Few messages stand at the end, next to where one writes.
  space: { flexGrow: 1 },
  top: { position: 'absolute', insetBlockStart: tokens.spacingVerticalS, insetInline: '0', display: 'flex', justifyContent: 'center', zIndex: 1, pointerEvents: 'none' },
  down: { position: 'absolute', insetBlockEnd: tokens.spacingVerticalM, insetInline: '0', marginInline: 'auto', inlineSize: 'max-content', zIndex: 1, boxShadow: tokens.shadow8 },
});

/** Closer than this to the end counts as being there. */
const END_PX = 48;
/** How often, and after how long, a message is aimed at until it stands still. */
const AIMS = 4;
const AIM_MS = 80;
/** By what a reader moves the list. */
const MOVES = ['wheel', 'touchmove', 'pointerdown', 'keydown'] as const;
/** How long rows need to have their heights after the width has changed. */
const SETTLE_MS = 500;
/** Closer than this to the beginning, the page before is loaded. */
const OLDER_PX = 600;

interface Props {
  readonly entry: Entry;
  readonly thread: Thread;
  readonly outgoing: readonly OutboxEntry[];
  readonly readUpTo: number;
  /** The message to go to. */
  readonly target: Target | null;
  /** Whether the message to go to is on its way. */
  readonly isSeeking: boolean;
  readonly onJump: (id: string) => void;
  readonly onReply: (message: ChatMessage) => void;
  readonly onEdit: (message: ChatMessage) => void;
  readonly onRead: () => Promise<boolean>;
  /** Escape on a message: back to where one writes. */
  readonly onLeave: () => void;
}

export function MessageList({ entry, thread, outgoing, readUpTo, target, isSeeking, onJump, onReply, onEdit, onRead, onLeave }: Props) {
  const styles = useStyles();
  const t = useT();
  const session = useSession();
  const chatId = entry.chat.id;
  const list = useRef<VirtualizerHandle>(null);
  const box = useRef<HTMLDivElement>(null);
  const older = useOlder(session.live, chatId);
  // What was new when the chat was opened; what comes while one looks at it is not.
  const [unreadId] = useState(() => firstUnread(thread.messages, session.id, readUpTo));
  const rows = useMemo(() => conversationRows(thread.messages, outgoing, session.id, unreadId, older.isFailed), [thread.messages, outgoing, session.id, unreadId, older.isFailed]);
  const [shown, setShown] = useState({ rows, isShift: false });
  const [isAtEnd, setAtEnd] = useState(true);
  const [activeKey, setActiveKey] = useState<string | null>(null);
  const stays = useRef(true);
  const scroller = useRef<HTMLDivElement>(null);
  const settledAt = useRef(0);
  const width = useRef(0);

  // What was put at the beginning must be known in the very turn that shows it.
  if (shown.rows !== rows) setShown({ rows, isShift: isPrepended(shown.rows, rows) });

  const toEnd = useCallback(() => {
    list.current?.scrollToIndex(rows.length - 1, { align: 'end' });
  }, [rows.length]);

  useLayoutEffect(() => {
    const at = rows.findIndex((row) => row.kind === 'unread');
    if (at > 0) list.current?.scrollToIndex(at, { align: 'center' });
    else list.current?.scrollToIndex(rows.length - 1, { align: 'end' });
    // Only when the chat is opened; later the reader decides.
    // oxlint-disable-next-line react/exhaustive-deps
  }, []);

  // Also when the place gets smaller, by a keyboard on the screen for example.
  const stay = useCallback(() => {
    if (stays.current) toEnd();
  }, [toEnd]);
  useLayoutEffect(stay, [rows, stay]);

  // When it gets wider or narrower every row has another height, and they become known one after the other:
  // until they are, moving is no doing of the reader's.
  useEffect(() => {
    const place = scroller.current;
    if (!place) return undefined;
    width.current = place.offsetWidth;
    const observer = new ResizeObserver(() => {
      if (place.offsetWidth === width.current) return;
      width.current = place.offsetWidth;
      if (!stays.current) return;
      settledAt.current = performance.now() + SETTLE_MS;
      toEnd();
    });
    observer.observe(place);
    // What the reader does counts at once.
    const settle = () => { settledAt.current = 0; };
    for (const kind of MOVES) place.addEventListener(kind, settle, { passive: true });
    return () => {
      observer.disconnect();
      for (const kind of MOVES) place.removeEventListener(kind, settle);
    };
  }, [toEnd]);

  const newestId = thread.messages.at(-1)?.id;
  const hasUnread = unreadOf(entry, session.id) > 0;
  useRead(session.live, hasUnread && isAtEnd, newestId, onRead);

  function scrolled(offset: number): void {
    const handle = list.current;
    if (!handle) return;
    // It is just being laid out anew; that is seen to in a moment.
    if (scroller.current && width.current > 0 && scroller.current.offsetWidth !== width.current) return;
    const isEnd = offset + handle.viewportSize >= handle.scrollSize - END_PX;
    if (!isEnd && stays.current && performance.now() < settledAt.current) return toEnd();
    stays.current = isEnd;
    setAtEnd(isEnd);
    if (offset < OLDER_PX && thread.older !== null) older.load();
  }

  const loadOlder = older.load;
  // A first page that does not fill the screen cannot be scrolled, so the next one is fetched at once.
  useEffect(() => {
    const handle = list.current;
    if (thread.older !== null && handle && handle.scrollSize <= handle.viewportSize + OLDER_PX) loadOlder();
  }, [thread.older, loadOlder]);

  const activeAt = useMemo(() => (activeKey === null ? -1 : shown.rows.findLastIndex((row) => row.key === activeKey)), [shown.rows, activeKey]);
  const reachable = activeAt >= 0 ? activeAt : shown.rows.findLastIndex(hasFocus);

  const focusRow = useCallback((key: string) => {
    // The row may have to be made first.
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(`[data-message="${CSS.escape(key)}"]`)?.focus());
  }, []);

  // A message that somebody asked for: it comes into the middle, has the focus, and the list stays there.
  useEffect(() => {
    const at = target ? shown.rows.findIndex((row) => row.key === target.id) : -1;
    if (!target || at < 0) return undefined;
    stays.current = false;
    setActiveKey(target.id);
    let turns = 0;
    // Rows that were never shown have guessed heights: it is aimed again as they become known.
    const aim = () => {
      list.current?.scrollToIndex(at, { align: 'center' });
      turns += 1;
      if (turns === AIMS) {
        clearInterval(timer);
        focusRow(target.id);
      }
    };
    const timer = setInterval(aim, AIM_MS);
    aim();
    return () => clearInterval(timer);
    // Once for each target; what comes later does not move it again.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [target]);

  function act(event: KeyboardEvent, row: HTMLElement): boolean {
    const actions = row.querySelector<HTMLElement>('[data-actions]');
    if (event.key === 'Enter') actions?.querySelector<HTMLElement>('button')?.focus();
    else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) actions?.querySelector<HTMLElement>('[aria-haspopup="menu"]')?.click();
    else if (event.key === 'Escape') onLeave();
    else return false;
    return true;
  }

  function move(event: KeyboardEvent): void {
    if (!(event.target instanceof HTMLElement)) return;
    const row = event.target.closest<HTMLElement>('[data-message]');
    if (!row) return;
    if (event.target !== row) {
      // From what can be done with a message back to it. Menus and dialogs are elsewhere in the page.
      if (event.key !== 'Escape' || !row.contains(event.target)) return;
      event.preventDefault();
      return row.focus();
    }
    if (act(event, row)) return event.preventDefault();
    const next = nextFocus(shown.rows, reachable, event.key);
    if (next === null) return undefined;
    event.preventDefault();
    setActiveKey(shown.rows[next]!.key);
    list.current?.scrollToIndex(next, { align: 'nearest' });
    return focusRow(shown.rows[next]!.key);
  }

  return (
    <div className={styles.place} ref={box} role="presentation" onKeyDown={move}>
      {(older.isLoading || isSeeking) && <div className={styles.top}><Spinner size="tiny" aria-label={t('chat.loadingOlder')} /></div>}
      <div ref={scroller} className={styles.list} role="list" aria-label={t('chat.messages')} tabIndex={-1}>
        <div className={styles.space} />
        <Virtualizer ref={list} data={shown.rows} shift={shown.isShift} onScroll={scrolled} onResize={stay} keepMounted={reachable >= 0 ? [reachable] : []}>
          {(row, at) => (row.kind === 'olderFailed' ? <OlderFailed key={row.key} older={older} /> : (
            <ListRow key={row.key} row={row} entry={entry} isReachable={at === reachable} isTarget={row.key === target?.id} onJump={onJump} onActive={setActiveKey} onReply={onReply} onEdit={onEdit} />
          ))}
        </Virtualizer>
      </div>
      {!isAtEnd && (
        <Button className={styles.down} shape="circular" icon={<ArrowDownRegular />} appearance={hasUnread ? 'primary' : 'secondary'} onClick={toEnd}>
          {hasUnread ? t('chat.newBelow') : t('chat.toEnd')}
        </Button>
      )}
    </div>
  );
}

/** Whether a row is one that can be gone to. */
function hasFocus(row: ConversationRow): boolean {
  return row.kind === 'message' || row.kind === 'outgoing';
}

/** Where a key leads from a row, or null when it is none of those that move, or there is nothing further. */
function nextFocus(rows: readonly ConversationRow[], from: number, key: string): number | null {
  const step = { ArrowUp: -1, ArrowDown: 1, Home: 1, End: -1 }[key];
  if (step === undefined) return null;
  let at = key === 'Home' ? 0 : key === 'End' ? rows.length - 1 : from + step;
  for (let row = rows[at]; row !== undefined; row = rows[(at += step)]) if (hasFocus(row)) return at;
  return null;
}
