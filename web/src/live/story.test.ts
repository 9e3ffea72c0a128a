/**
 * Old state + notifications = what a fresh fetch shows. The stories are what a real server pushed
 * and answered; `tests/tests/push/client_fixtures.rs` makes them and notices when they are outdated.
 */
import { describe, expect, test } from 'vitest';

import type { Chat, ChatMessage } from '../api/schema.gen';
import a from './fixtures/a.json';
import b from './fixtures/b.json';
import p from './fixtures/p.json';
import { reduce } from './reducer';
import { type Action, emptyState, type Frame, type LiveState } from './state';
import { unreadOf } from './unread';

interface Snapshot {
  readonly chats: readonly Chat[];
  readonly messages: Readonly<Record<string, readonly ChatMessage[]>>;
}

interface Story {
  readonly me: string;
  readonly before: Snapshot;
  readonly steps: readonly { readonly act: string; readonly frames: readonly Frame[]; readonly after: Snapshot }[];
}

const stories = { a, b, p } as unknown as Record<string, Story>;

/** The state of a client that fetches everything now. */
function fetched(me: string, snapshot: Snapshot): LiveState {
  return reduce(emptyState(me), [
    { type: 'link', link: 'live' },
    { type: 'listed', chats: snapshot.chats, since: new Map() },
    { type: 'listEnded', ids: new Set(snapshot.chats.map((chat) => chat.id)), since: new Map() },
    ...snapshot.chats.map((chat) => opened(chat.id, snapshot)),
  ]);
}

function opened(chatId: string, snapshot: Snapshot): Action {
  return { type: 'opened', chatId, messages: snapshot.messages[chatId] ?? [], older: null, since: new Map() };
}

/** What a client does after a notification that only a fetch can complete. */
function refetched(state: LiveState, snapshot: Snapshot): LiveState {
  const since = new Map([...state.chats].map(([id, entry]) => [id, entry.touched]));
  let next = state;
  for (const id of state.stale) {
    const chat = snapshot.chats.find((one) => one.id === id) ?? null;
    next = reduce(next, [{ type: 'fetched', chatId: id, chat, since: new Map(since).set(id, next.chats.get(id)?.touched ?? 0) }]);
  }
  for (const [id, entry] of next.chats) {
    if (!entry.thread) next = reduce(next, [{ ...opened(id, snapshot), since: new Map([[id, entry.touched]]) } as Action]);
  }
  return next;
}

/** What the screen is made from; how often something was told does not show. */
function shown(state: LiveState): unknown {
  return [...state.chats.values()]
    .map(({ chat, members, preview, thread }) => ({
      // How many were unread when it was fetched; what has come since is in the tally.
      chat: { ...chat, viewpoint: { ...chat.viewpoint, unreadCount: undefined } },
      // How far one has read oneself is in the viewpoint, which is where the screen looks.
      members: members
        ?.map((member) => (member.userId === state.me ? { ...member, lastMessageReadDateTime: undefined } : member))
        .toSorted((one, other) => one.id.localeCompare(other.id)),
      preview,
      thread,
    }))
    .toSorted((one, other) => one.chat.id.localeCompare(other.chat.id));
}

/** A client that follows the list and never opens a chat: it can only count. */
function counted(state: LiveState): Record<string, number> {
  return Object.fromEntries([...state.chats].map(([id, entry]) => [id, unreadOf({ ...entry, thread: null }, state.me)]));
}

function countedBy(snapshot: Snapshot): Record<string, number> {
  return Object.fromEntries(snapshot.chats.map((chat) => [chat.id, chat.viewpoint.unreadCount ?? 0]));
}

/** Acts after which somebody has to fetch, since what they may see has changed. */
const opens = new Set(['start', 'accept', 'make a group', 'add a contact', 'add a stranger', 'accept the group', 'remove', 'leave']);

describe.each(Object.entries(stories))('as %s is told', (_name, story) => {
  let state = fetched(story.me, story.before);

  test.each(story.steps.map((step) => [step.act, step] as const))('%s', (act, { frames, after }) => {
    const actions: Action[] = frames.map((frame) => ({ type: 'frame', frame, at: 0 }));
    const told = reduce(state, actions);
    if (!opens.has(act)) expect([...told.stale]).toEqual([]);
    state = refetched(told, after);
    expect(shown(state)).toEqual(shown(fetched(story.me, after)));
    // Twice changes nothing that shows, however much of it is repeated after a resume.
    const twice = refetched(reduce(state, actions.slice(-1)), after);
    expect(shown(twice)).toEqual(shown(state));
  });
});

describe.each(Object.entries(stories))('as %s counts', (_name, story) => {
  let state = listed(story.before, emptyState(story.me));

  test.each(story.steps.map((step) => [step.act, step] as const))('%s', (_act, { frames, after }) => {
    const actions: Action[] = frames.map((frame) => ({ type: 'frame', frame, at: 0 }));
    state = refetchedList(reduce(state, actions), after);
    expect(counted(state)).toEqual(countedBy(after));
    expect(counted(refetchedList(reduce(state, actions.slice(-1)), after))).toEqual(countedBy(after));
    // A list that comes after the frames does not count them again.
    expect(counted(listed(after, state))).toEqual(countedBy(after));
  });
});

function listed(snapshot: Snapshot, state: LiveState): LiveState {
  const since = new Map([...state.chats].map(([id, entry]) => [id, entry.touched]));
  return reduce(state, [{ type: 'link', link: 'live' }, { type: 'listed', chats: snapshot.chats, since }]);
}

function refetchedList(state: LiveState, snapshot: Snapshot): LiveState {
  return reduce(state, [...state.stale].map((chatId) => ({
    type: 'fetched',
    chatId,
    chat: snapshot.chats.find((one) => one.id === chatId) ?? null,
    since: new Map([[chatId, state.chats.get(chatId)?.touched ?? 0]]),
  })));
}
