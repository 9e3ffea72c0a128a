/**
 * The one place where what the client knows changes: *old state + notifications = what a fresh
 * fetch shows*. Pure; the tests hold it against what a real server pushed and answered.
 */
import type { Chat, ChatMember, ChatMessage, Presence, TeamworkUserIdentity } from '../api/schema.gen';
import { compareIds, findMessage, merged, previewOf, withMessage, withoutMessage } from './messages';
import { parseResource } from './resource';
import { type Action, type Entry, type Frame, type LiveState, MESSAGES_KEPT, OLDER_UNKNOWN, THREADS_MAX, TYPING_MS, type Typist, type Versions } from './state';
import { isAfterMark, NOTHING_UNREAD, settled, tallied, withCounted, withMark } from './unread';

/** The state after all of the actions. What did not change stays the same object. */
export function reduce(state: LiveState, actions: readonly Action[]): LiveState {
  const edit = new Edit(state);
  for (const action of actions) apply(edit, action);
  return edit.done();
}

/** A state that is being changed: each map is copied once, at its first change. */
class Edit {
  private state: LiveState;
  private chats: Map<string, Entry> | null = null;
  private stale: Set<string> | null = null;

  constructor(state: LiveState) {
    this.state = state;
  }

  get now(): LiveState {
    return this.state;
  }

  set(change: Partial<Omit<LiveState, 'chats' | 'stale'>>): void {
    this.state = { ...this.state, ...change };
  }

  entry(chatId: string): Entry | undefined {
    return (this.chats ?? this.state.chats).get(chatId);
  }

  entries(): ReadonlyMap<string, Entry> {
    return this.chats ?? this.state.chats;
  }

  put(chatId: string, entry: Entry): void {
    this.chats ??= new Map(this.state.chats);
    this.chats.set(chatId, chatId === this.state.inView ? entry : shortened(entry, this.state.me));
  }

  remove(chatId: string): void {
    // Also one that was never there: it would be fetched again and again.
    this.freshen(chatId);
    if (!this.entry(chatId)) return;
    this.chats ??= new Map(this.state.chats);
    this.chats.delete(chatId);
  }

  /** Marks a chat to be fetched again. */
  outdate(chatId: string): void {
    if ((this.stale ?? this.state.stale).has(chatId)) return;
    this.stale ??= new Set(this.state.stale);
    this.stale.add(chatId);
  }

  freshen(chatId: string): void {
    if (!(this.stale ?? this.state.stale).has(chatId)) return;
    this.stale ??= new Set(this.state.stale);
    this.stale.delete(chatId);
  }

  done(): LiveState {
    if (!this.chats && !this.stale) return this.state;
    return { ...this.state, chats: this.chats ?? this.state.chats, stale: this.stale ?? this.state.stale };
  }
}

/** With no more messages than are kept of a chat that nobody looks at. */
function shortened(entry: Entry, me: string): Entry {
  const { thread } = entry;
  if (!thread || thread.messages.length <= MESSAGES_KEPT) return entry;
  return { ...entry, thread: { messages: thread.messages.slice(-MESSAGES_KEPT), older: OLDER_UNKNOWN }, tally: settled(entry, me) };
}

function apply(edit: Edit, action: Action): void {
  switch (action.type) {
    case 'link':
      if (edit.now.link !== action.link) edit.set({ link: action.link });
      return;
    case 'listFailed':
      if (!edit.now.isListFailed) edit.set({ isListFailed: true });
      return;
    case 'listed':
      if (edit.now.isListFailed) edit.set({ isListFailed: false });
      for (const chat of action.chats) take(edit, chat, action.since);
      return;
    case 'listEnded':
      return listEnded(edit, action.ids, action.since);
    case 'fetched':
      if (action.chat) return fetched(edit, action.chat, action.since);
      return edit.remove(action.chatId);
    case 'looked':
      return looked(edit, action.chatId);
    case 'left':
      return left(edit, action.chatId);
    case 'opening':
      return opening(edit, action.chatId, true);
    case 'notOpened':
      return opening(edit, action.chatId, false);
    case 'opened':
      return opened(edit, action);
    case 'closed':
      return closed(edit, action.chatId);
    case 'olderLoaded':
      return olderLoaded(edit, action);
    case 'message':
      return message(edit, action.message.chatId, action.message.id, action.message);
    case 'frame':
      return frame(edit, action.frame, action.at);
    case 'blocked':
      return edit.set({ blocked: action.ids });
    case 'presences':
      return presences(edit, action.presences);
    case 'presencesGone':
      return presencesGone(edit, action.ids);
    case 'tick':
      return tick(edit, action.at);
    case 'outdated':
      return outdated(edit);
  }
}

/** Whether nothing was pushed about the chat since a fetch of it began. */
function isCurrent(entry: Entry | undefined, since: Versions): boolean {
  return entry === undefined || entry.touched === (since.get(entry.chat.id) ?? 0);
}

/** A chat as the list shows it. */
function take(edit: Edit, wire: Chat, since: Versions): void {
  const known = edit.entry(wire.id);
  if (!isCurrent(known, since)) return edit.outdate(wire.id);
  edit.put(wire.id, withFetched(known, wire, newer(known?.preview ?? null, wire.lastMessagePreview ?? null, known?.thread != null)));
}

const UNOPENED = { members: null, thread: null, early: null, tally: NOTHING_UNREAD, touched: 0, told: 0 } as const;

function withFetched(known: Entry | undefined, { members, lastMessagePreview, ...chat }: Chat, preview: Entry['preview']): Entry {
  const before = known ?? UNOPENED;
  return { ...before, chat, members: members ?? before.members, preview, tally: tallied(known?.tally, chat, lastMessagePreview) };
}

/** A message that was pushed while the list was on its way is newer than the list. */
function newer(known: Entry['preview'], listed: Entry['preview'], isFollowed: boolean): Entry['preview'] {
  if (!known) return listed;
  if (!listed) return isFollowed ? known : listed;
  return compareIds(known.id, listed.id) > 0 ? known : listed;
}

function listEnded(edit: Edit, ids: ReadonlySet<string>, since: Versions): void {
  for (const [id, entry] of edit.entries()) {
    if (!ids.has(id) && isCurrent(entry, since)) edit.remove(id);
  }
  edit.set({ isComplete: true });
}

function fetched(edit: Edit, wire: Chat, since: Versions): void {
  const known = edit.entry(wire.id);
  if (!isCurrent(known, since)) return edit.outdate(wire.id);
  edit.freshen(wire.id);
  const before = known?.preview ?? null;
  edit.put(wire.id, withFetched(known, wire, wire.lastMessagePreview === undefined ? before : newer(before, wire.lastMessagePreview, false)));
}

/** The messages of chats that were not looked at for long are let go. */
function looked(edit: Edit, chatId: string): void {
  const recent = [...edit.now.recent.filter((id) => id !== chatId), chatId].slice(-THREADS_MAX);
  edit.set({ inView: chatId, recent });
  for (const [id, entry] of edit.entries()) {
    if (entry.thread && !recent.includes(id)) edit.put(id, { ...entry, thread: null, tally: settled(entry, edit.now.me) });
  }
}

function left(edit: Edit, chatId: string): void {
  if (edit.now.inView === chatId) edit.set({ inView: null });
  const known = edit.entry(chatId);
  if (known) edit.put(chatId, known);
}

function opening(edit: Edit, chatId: string, isComing: boolean): void {
  const known = edit.entry(chatId);
  if (known && isComing !== (known.early !== null)) edit.put(chatId, { ...known, early: isComing ? [] : null });
}

function opened(edit: Edit, action: Extract<Action, { type: 'opened' }>): void {
  const known = edit.entry(action.chatId);
  if (!known) return;
  const page = action.messages.toReversed();
  const thread = known.thread;
  const first = page[0];
  const newest = thread?.messages.at(-1);
  // What is known joins on to the page, unless so much was missed that there is a gap between.
  const joins = thread !== null && !action.isAfresh && thread.older !== OLDER_UNKNOWN
    && (action.older === null || (first !== undefined && newest !== undefined && compareIds(newest.id, first.id) >= 0));
  const next = joins
    ? { messages: merged(thread.messages, page), older: thread.older }
    : { messages: afresh(thread?.messages ?? known.early ?? [], page), older: action.older };
  const last = next.messages.at(-1);
  edit.put(action.chatId, { ...known, thread: next, early: null, preview: last ? previewOf(last) : known.preview });
  if (!isCurrent(known, action.since)) edit.outdate(action.chatId);
}

/** The page, with what was pushed since it was asked for. */
function afresh(known: readonly ChatMessage[], page: readonly ChatMessage[]): readonly ChatMessage[] {
  const last = page.at(-1);
  return merged(known.filter(({ id }) => !last || compareIds(id, last.id) > 0 || findMessage(page, id)), page);
}

function closed(edit: Edit, chatId: string): void {
  const known = edit.entry(chatId);
  if (known?.thread) edit.put(chatId, { ...known, thread: null });
}

function olderLoaded(edit: Edit, action: Extract<Action, { type: 'olderLoaded' }>): void {
  const known = edit.entry(action.chatId);
  // Another answer was quicker, or the thread began anew.
  if (!known?.thread || known.thread.older !== action.from) return;
  const messages = merged(action.messages.toReversed(), known.thread.messages);
  edit.put(action.chatId, { ...known, thread: { messages, older: action.older } });
}

function frame(edit: Edit, { resource, resourceData }: Frame, at: number): void {
  const named = parseResource(resource);
  const isGone = resourceData == null;
  switch (named.kind) {
    case 'chat':
      return isGone ? edit.remove(named.chatId) : chat(edit, resourceData as Chat);
    case 'message':
      if (isGone) return messageGone(edit, named.chatId, named.id);
      noLongerTyping(edit, named.chatId, resourceData as ChatMessage);
      return message(edit, named.chatId, named.id, resourceData as ChatMessage);
    case 'member':
      return member(edit, named.chatId, named.id, isGone ? null : (resourceData as ChatMember));
    case 'typing':
      return isGone ? undefined : typing(edit, named.chatId, resourceData as TeamworkUserIdentity, at);
    case 'presence':
      return isGone ? undefined : presences(edit, [resourceData as Presence]);
    case 'me':
    case 'unknown':
      return;
  }
}

function chat(edit: Edit, wire: Chat): void {
  const known = edit.entry(wire.id);
  const { members, lastMessagePreview, ...chat } = wire;
  if (!known) {
    edit.put(wire.id, { ...UNOPENED, chat, members: members ?? null, preview: lastMessagePreview ?? null, touched: 1 });
    return edit.outdate(wire.id);
  }
  // What somebody may see has changed: only a fetch tells what that is now.
  const isOpened = mayRead(chat) && !mayRead(known.chat);
  const isClosed = !mayRead(chat) && mayRead(known.chat);
  const tally = withMark(known, chat, edit.now.me);
  edit.put(wire.id, {
    ...known,
    chat,
    members: members ?? known.members,
    preview: isClosed ? null : lastMessagePreview === undefined ? known.preview : lastMessagePreview,
    thread: isOpened || isClosed ? null : known.thread,
    early: isClosed ? null : known.early,
    tally: isClosed ? NOTHING_UNREAD : (tally ?? known.tally),
    touched: known.touched + 1,
    // Reading is told of often, and by itself.
    told: readMark(chat) === readMark(known.chat) ? known.told + 1 : known.told,
  });
  const isOtherwise = requestState(chat) !== requestState(known.chat) || chat.viewpoint.isMember !== known.chat.viewpoint.isMember;
  if (isOpened || isClosed || isOtherwise || tally === null) edit.outdate(wire.id);
}

function readMark(chat: Entry['chat']): string {
  return chat.viewpoint.lastMessageReadDateTime;
}

function requestState(chat: Entry['chat']): string | undefined {
  return chat.contactRequest?.state;
}

/** Whether what was written may be read: not while a request waits for this account's answer. */
function mayRead(chat: Entry['chat']): boolean {
  return !(chat.contactRequest?.direction === 'inbound' && chat.contactRequest.state !== 'accepted');
}

function message(edit: Edit, chatId: string, id: string, wire: ChatMessage): void {
  const known = edit.entry(chatId);
  if (!known) return edit.outdate(chatId);
  const thread = known.thread;
  const oldest = thread?.messages[0];
  // A message before the loaded ones will come with its page.
  const isWithin = thread !== null && (thread.older === null || (oldest !== undefined && compareIds(id, oldest.id) >= 0));
  const isLatest = !known.preview || compareIds(id, known.preview.id) >= 0;
  const before = thread ? findMessage(thread.messages, id) : undefined;
  const tally = withCounted(known, wire, before ?? (known.preview?.id === id ? known.preview : undefined), edit.now.me);
  edit.put(chatId, {
    ...known,
    preview: isLatest ? previewOf(wire) : known.preview,
    thread: isWithin ? { ...thread, messages: withMessage(thread.messages, wire) } : thread,
    early: known.early && withMessage(known.early, wire),
    tally: tally ?? known.tally,
  });
  if (tally === null) edit.outdate(chatId);
}

function messageGone(edit: Edit, chatId: string, id: string): void {
  const known = edit.entry(chatId);
  if (!known) return;
  const thread = known.thread && { ...known.thread, messages: withoutMessage(known.thread.messages, id) };
  const early = known.early && withoutMessage(known.early, id);
  const later = new Set(known.tally.later);
  const wasCounted = !later.delete(id) && known.tally.counted > 0 && isAfterMark(id, known.chat);
  const isLatest = known.preview?.id === id;
  const last = thread?.messages.at(-1);
  const preview = isLatest ? (last ? previewOf(last) : null) : known.preview;
  edit.put(chatId, { ...known, thread, early, preview, tally: { ...known.tally, later }, touched: known.touched + 1 });
  if (isLatest || wasCounted) edit.outdate(chatId);
}

function member(edit: Edit, chatId: string, id: string, wire: ChatMember | null): void {
  const known = edit.entry(chatId);
  if (!known) return edit.outdate(chatId);
  if (!known.members) {
    edit.put(chatId, { ...known, touched: known.touched + 1 });
    return edit.outdate(chatId);
  }
  const at = known.members.findIndex((other) => other.id === id);
  const members = known.members.slice();
  if (wire && at >= 0) members[at] = wire;
  else if (wire) members.push(wire);
  else if (at >= 0) members.splice(at, 1);
  edit.put(chatId, { ...known, members, touched: known.touched + 1 });
}

function presences(edit: Edit, all: readonly Presence[]): void {
  const next = new Map(edit.now.presences);
  for (const presence of all) next.set(presence.id, presence);
  edit.set({ presences: next });
}

function presencesGone(edit: Edit, ids: readonly string[]): void {
  const next = new Map(edit.now.presences);
  for (const id of ids) next.delete(id);
  edit.set({ presences: next });
}

function typing(edit: Edit, chatId: string, user: TeamworkUserIdentity, at: number): void {
  if (user.id === edit.now.me) return;
  const others = (edit.now.typing.get(chatId) ?? []).filter((typist) => typist.user.id !== user.id);
  const next = new Map(edit.now.typing);
  edit.set({ typing: next.set(chatId, [...others, { user, until: at + TYPING_MS }]) });
}

/** Whoever has sent does not type any more. */
function noLongerTyping(edit: Edit, chatId: string, wire: ChatMessage): void {
  const typists = edit.now.typing.get(chatId);
  const rest = typists?.filter((typist) => typist.user.id !== wire.from?.user?.id);
  if (!typists || !rest || rest.length === typists.length) return;
  edit.set({ typing: new Map(edit.now.typing).set(chatId, rest) });
}

function tick(edit: Edit, at: number): void {
  if (![...edit.now.typing.values()].some((typists) => typists.some((typist) => typist.until <= at))) return;
  const next = new Map<string, readonly Typist[]>();
  for (const [chatId, typists] of edit.now.typing) {
    const rest = typists.filter((typist) => typist.until > at);
    if (rest.length > 0) next.set(chatId, rest);
  }
  edit.set({ typing: next });
}

/** What was missed may lie anywhere, so no list of messages is known to be without gaps. */
function outdated(edit: Edit): void {
  for (const [id, entry] of edit.entries()) {
    edit.put(id, { ...entry, thread: null, told: entry.told + 1 });
  }
  edit.set({ isComplete: false, typing: new Map() });
}
