/**
 * The messages, as many as fit. It opens at what is new, or at its end; stays at the end while one is
 * there, keeps its place while older pages load, and says when something new is below.
 */
import { Button, makeStyles, Spinner, tokens } from '@fluentui/react-components';
import { ArrowDownRegular, ArrowUpRegular } from '@fluentui/react-icons';
import { type KeyboardEvent, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { Virtualizer, type VirtualizerHandle } from 'virtua';

import { useSession } from '../../accounts/AccountContext';
import type { ChatMessage } from '../../api/schema.gen';
import { LIST_BLOCK_SIZE, SHORT } from '../../app/short';
import { useT } from '../../i18n';
import type { OutboxEntry } from '../../live/outbox';
import type { Entry, Thread } from '../../live/state';
import { unreadOf } from '../../live/unread';
import { badgeText } from '../unread';
import { ListRow } from './ListRow';
import { OlderFailed } from './OlderFailed';
import { PlaceKeeper } from './place';
import { type ConversationRow, conversationRows, firstUnread, isPrepended, UNREAD_KEY } from './rows';
import type { Target } from './useJump';
import { useOlder } from './useOlder';
import { useRead } from './useRead';

const useStyles = makeStyles({
  place: { position: 'relative', flexGrow: 1, minBlockSize: 0, display: 'flex', flexDirection: 'column', backgroundColor: tokens.colorNeutralBackground3, [SHORT]: { flexShrink: 0, blockSize: LIST_BLOCK_SIZE } },
  list: { flexGrow: 1, minBlockSize: 0, overflowY: 'auto', overflowAnchor: 'none', display: 'flex', flexDirection: 'column' },
  // Few messages stand at the end, next to where one writes.
  space: { flexGrow: 1 },
  top: { position: 'absolute', insetBlockStart: tokens.spacingVerticalS, insetInline: '0', display: 'flex', flexDirection: 'column', alignItems: 'center', gap: tokens.spacingVerticalS, zIndex: 1, pointerEvents: 'none' },
  up: { pointerEvents: 'auto', boxShadow: tokens.shadow8 },
  down: { position: 'absolute', insetBlockEnd: tokens.spacingVerticalM, insetInline: '0', marginInline: 'auto', inlineSize: 'max-content', zIndex: 1, boxShadow: tokens.shadow8 },
});

/** The message that Tab reaches. */
export const REACHABLE = '[data-message][tabindex="0"]';
/** By what a reader moves the list. */
const MOVES = ['wheel', 'touchmove', 'pointerdown', 'keydown'] as const;
/** Closer than this to the beginning, the page before is loaded. */
const OLDER_PX = 600;
/** So many messages are loaded on the way up to the first that is unread: when the chat is opened, and when somebody asks for it. */
const OPENING_MAX = 200;
const ASKED_MAX = 2_000;

interface Props {
  readonly entry: Entry;
  readonly thread: Thread;
  readonly outgoing: readonly OutboxEntry[];
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

export function MessageList({ entry, thread, outgoing, target, isSeeking, onJump, onReply, onEdit, onRead, onLeave }: Props) {
  const styles = useStyles();
  const t = useT();
  const session = useSession();
  const chatId = entry.chat.id;
  const list = useRef<VirtualizerHandle>(null);
  const box = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const older = useOlder(session.live, chatId);
  const hasUnread = unreadOf(entry, session.id) > 0;
  // What was new when the chat was opened; what comes while one looks at it is not.
  const [opened] = useState(() => ({ unread: unreadOf(entry, session.id), readUpTo: Date.parse(entry.chat.viewpoint.lastMessageReadDateTime) }));
  const [unreadId, setUnreadId] = useState(() => (opened.unread > 0 ? firstUnread(thread, session.id, opened.readUpTo) : null));
  const [isUnreadSeen, setUnreadSeen] = useState(false);
  const [seekUpTo, setSeekUpTo] = useState(() => thread.messages.length + OPENING_MAX);
  const rows = useMemo(() => conversationRows(thread.messages, outgoing, session.id, unreadId ?? null, older.isFailed), [thread.messages, outgoing, session.id, unreadId, older.isFailed]);
  const [shown, setShown] = useState({ rows, isShift: false });
  const [activeKey, setActiveKey] = useState<string | null>(null);
  const [keeper] = useState(() => new PlaceKeeper(unreadId === null ? null : UNREAD_KEY));
  const place = useSyncExternalStore(keeper.subscribe, keeper.get);
  const isAway = place.kind === 'away' || (place.kind === 'going' && place.wasAway);

  // What was put at the beginning must be known in the very turn that shows it.
  if (shown.rows !== rows) setShown({ rows, isShift: isPrepended(shown.rows, rows) });
  if (unreadId === undefined) {
    const found = firstUnread(thread, session.id, opened.readUpTo);
    if (found !== undefined) setUnreadId(found);
  }

  // The first message that is unread may be on a page further up.
  const isUnreadComing = unreadId === undefined && !older.isFailed && thread.messages.length < seekUpTo;
  useLayoutEffect(() => {
    keeper.attach(list.current, scroller.current);
    keeper.hold(rows, isUnreadComing);
  }, [keeper, rows, isUnreadComing]);

  useEffect(() => {
    const element = scroller.current;
    for (const kind of MOVES) element?.addEventListener(kind, keeper.moved, { passive: true });
    return () => {
      keeper.dispose();
      for (const kind of MOVES) element?.removeEventListener(kind, keeper.moved);
    };
  }, [keeper]);

  const newestId = thread.messages.at(-1)?.id;
  useRead(session.live, hasUnread && place.kind === 'end', newestId, onRead);

  function scrolled(offset: number): void {
    keeper.scrolled();
    const handle = list.current;
    if (!handle || keeper.get().kind === 'going') return;
    if (offset < OLDER_PX && thread.older !== null) older.load();
    if (isUnreadSeen || !unreadId) return;
    const at = rows.findIndex((row) => row.key === UNREAD_KEY);
    if (at < 0 || handle.getItemOffset(at) >= offset) setUnreadSeen(true);
  }

  const { load: loadOlder, isLoading: isOlderLoading } = older;
  useEffect(() => {
    const [handle, element] = [list.current, scroller.current];
    if (thread.older === null || !handle || !element || isOlderLoading) return;
    // Where there is nothing to scroll up to, scrolling cannot ask for it.
    const isShort = handle.scrollSize <= handle.viewportSize + OLDER_PX;
    const isAtTop = place.kind === 'away' && element.scrollTop < OLDER_PX;
    if (isShort || isAtTop || (isUnreadComing && place.kind === 'going')) loadOlder();
  }, [thread.older, isUnreadComing, place.kind, isOlderLoading, loadOlder]);

  // What one sends is seen.
  const sentAt = outgoing.at(-1)?.at ?? 0;
  const lastSentAt = useRef(sentAt);
  useLayoutEffect(() => {
    if (sentAt > lastSentAt.current) keeper.toEnd();
    lastSentAt.current = Math.max(sentAt, lastSentAt.current);
  }, [keeper, sentAt]);

  const activeAt = useMemo(() => (activeKey === null ? -1 : shown.rows.findLastIndex((row) => row.key === activeKey)), [shown.rows, activeKey]);
  const reachable = activeAt >= 0 ? activeAt : shown.rows.findLastIndex(hasFocus);

  const focusRow = useCallback((key: string, preventScroll = false) => {
    // The row may have to be made first.
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(`[data-message="${CSS.escape(key)}"]`)?.focus({ preventScroll }));
  }, []);

  // Whether the focus follows to the line above what is new: not when the chat is opened.
  const takesFocus = useRef(false);
  useEffect(() => keeper.onArrived((to) => {
    if (to !== UNREAD_KEY) return focusRow(to);
    if (unreadId) {
      setUnreadSeen(true);
      if (keeper.get().kind === 'away') setActiveKey(unreadId);
    }
    if (!takesFocus.current) return undefined;
    takesFocus.current = false;
    return unreadId ? focusRow(unreadId) : scroller.current?.focus();
  }), [keeper, unreadId, focusRow]);

  // Whoever comes into the list from where one writes goes on at the end again.
  useEffect(() => {
    if (place.kind !== 'end' || scroller.current?.contains(document.activeElement)) return;
    setActiveKey((key) => (key === unreadId ? null : key));
  }, [place.kind, unreadId]);

  function toUnread(): void {
    takesFocus.current = true;
    setSeekUpTo(thread.messages.length + ASKED_MAX);
    keeper.goTo(UNREAD_KEY, 'start');
  }

  function toEnd(): void {
    keeper.toEnd();
    // The button that was pressed is gone: the newest message has the focus, and is what is there from now on.
    setActiveKey(null);
    const newest = shown.rows.findLast(hasFocus);
    if (newest) focusRow(newest.key, true);
  }

  // A message that somebody asked for: it comes into the middle and has the focus.
  const seenTarget = useRef(target);
  useEffect(() => {
    // Once for each target; what comes later does not move it again.
    if (!target || target === seenTarget.current) return;
    seenTarget.current = target;
    setActiveKey(target.id);
    keeper.goTo(target.id, 'center');
  }, [keeper, target]);

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
      <div className={styles.top}>
        {(older.isLoading || isSeeking) && <Spinner size="tiny" aria-label={t('chat.loadingOlder')} />}
        {unreadId !== null && !isUnreadSeen && place.kind !== 'going' && (
          <Button className={styles.up} shape="circular" icon={<ArrowUpRegular />} onClick={toUnread}>{t('chat.toUnread', { count: badgeText(opened.unread) })}</Button>
        )}
      </div>
      <div ref={scroller} className={styles.list} role="list" aria-label={t('chat.messages')} tabIndex={-1} data-lands={REACHABLE}>
        <div className={styles.space} />
        <Virtualizer ref={list} data={shown.rows} shift={shown.isShift} onScroll={scrolled} onResize={keeper.resized} keepMounted={reachable >= 0 ? [reachable] : []}>
          {(row, at) => (row.kind === 'olderFailed' ? <OlderFailed key={row.key} older={older} /> : (
            <ListRow key={row.key} row={row} entry={entry} isReachable={at === reachable} isTarget={row.key === target?.id} onJump={onJump} onActive={setActiveKey} onReply={onReply} onEdit={onEdit} />
          ))}
        </Virtualizer>
      </div>
      {isAway && (
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
