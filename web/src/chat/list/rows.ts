/** The rows of the list of chats: which, and in which order. */
import type { Session } from '../../accounts/session';
import type { T } from '../../i18n';
import type { Draft } from '../../live/drafts';
import type { Entry, LiveState } from '../../live/state';
import { isOfBlocked, plainText } from '../messageText';
import { others, titleOf } from '../naming';
import { acceptRefusal, isInboundRequest, unreadCount } from '../unread';

export type Filter = 'all' | 'unread' | 'external' | 'requests' | 'hidden';

/** What the list shows of one account. */
export interface Inbox {
  readonly session: Session;
  readonly state: LiveState;
  readonly drafts: ReadonlyMap<string, Draft>;
}

export interface Row {
  readonly key: string;
  readonly session: Session;
  readonly entry: Entry;
  readonly title: string;
  readonly draft: Draft | null;
  /** How many messages wait to be read; a request that can be accepted is one. */
  readonly unread: number;
  readonly isPinned: boolean;
  readonly isMuted: boolean;
  readonly isRequest: boolean;
  /** When something last happened, in milliseconds. */
  readonly at: number;
}

/** The rows of one or several accounts, newest first, pinned ones above. */
export function rowsOf(inboxes: readonly Inbox[], filter: Filter, search: string, t: T): readonly Row[] {
  const wanted = search.trim().toLocaleLowerCase();
  const rows: Row[] = [];
  for (const inbox of inboxes) {
    for (const entry of inbox.state.chats.values()) {
      const row = rowOf(inbox, entry, t);
      if (passes(row, filter, inbox.state.me) && (wanted === '' || matches(row, wanted, inbox.state))) rows.push(row);
    }
  }
  return rows.toSorted(byTime);
}

function rowOf({ session, state, drafts }: Inbox, entry: Entry, t: T): Row {
  const id = entry.chat.id;
  return {
    key: `${session.id} ${id}`,
    session,
    entry,
    title: titleOf(entry, state.me, t),
    draft: drafts.get(id) ?? null,
    unread: unreadCount(entry, state.me),
    isPinned: entry.chat.viewpoint.isPinned,
    isMuted: entry.chat.viewpoint.isMuted,
    isRequest: isInboundRequest(entry),
    at: happenedAt(entry),
  };
}

export function happenedAt(entry: Entry): number {
  const request = isInboundRequest(entry) ? entry.chat.contactRequest?.requestedDateTime : undefined;
  return Date.parse(entry.preview?.createdDateTime ?? request ?? entry.chat.createdDateTime);
}

function passes(row: Row, filter: Filter, me: string): boolean {
  if (filter === 'hidden') return row.entry.chat.viewpoint.isHidden;
  if (row.entry.chat.viewpoint.isHidden) return false;
  switch (filter) {
    case 'all':
      return true;
    case 'unread':
      return row.unread > 0;
    case 'external':
      return others(row.entry, me).some((person) => person.isExternal);
    case 'requests':
      return row.entry.chat.contactRequest?.state === 'pending';
  }
}

function matches(row: Row, wanted: string, { me, blocked }: LiveState): boolean {
  if (row.title.toLocaleLowerCase().includes(wanted)) return true;
  const isNamed = others(row.entry, me).some((person) =>
    [person.displayName, person.email, person.organisationName].some((text) => text?.toLocaleLowerCase().includes(wanted)),
  );
  return isNamed || (row.entry.preview !== null && !isOfBlocked(row.entry.preview, blocked) && plainText(row.entry.preview.body).toLocaleLowerCase().includes(wanted));
}

function byTime(one: Row, other: Row): number {
  if (one.isPinned !== other.isPinned) return one.isPinned ? -1 : 1;
  return other.at - one.at || (one.key < other.key ? -1 : 1);
}

/** How many requests wait to be accepted or not; those that the terms no longer allow do not. */
export function waitingRequests(inboxes: readonly Inbox[]): number {
  let count = 0;
  for (const { state } of inboxes) {
    for (const entry of state.chats.values()) if (isInboundRequest(entry) && !acceptRefusal(entry)) count += 1;
  }
  return count;
}
