import { describe, expect, test } from 'vitest';

import type { Chat, ChatMessage } from '../api/schema.gen';
import { reduce } from './reducer';
import { type Action, emptyState, type Frame, type LiveState, MESSAGES_KEPT, OLDER_UNKNOWN, THREADS_MAX } from './state';
import { unreadOf } from './unread';

const ME = 'me';
const CHAT = '19:abc@thread.v2';

function chatOf(change: Partial<Chat> = {}): Chat {
  return {
    id: CHAT,
    topic: 'Plans',
    chatType: 'group',
    createdDateTime: '2026-01-01T00:00:00Z',
    lastUpdatedDateTime: '2026-01-01T00:00:00Z',
    isHiddenForAllMembers: false,
    tenantId: 'tenant',
    viewpoint: { isHidden: false, isMember: true, lastMessageReadDateTime: '0001-01-01T00:00:00Z' } as Chat['viewpoint'],
    members: [],
    lastMessagePreview: null,
    ...change,
  } as Chat;
}

function messageOf(id: string, change: Partial<ChatMessage> = {}): ChatMessage {
  return {
    id,
    etag: id,
    chatId: CHAT,
    messageType: 'message',
    createdDateTime: new Date(Number(id)).toISOString(),
    lastModifiedDateTime: new Date(Number(id)).toISOString(),
    importance: 'normal',
    locale: 'en-us',
    from: null,
    body: { contentType: 'text', content: `message ${id}` },
    attachments: [],
    mentions: [],
    reactions: [],
    ...change,
  } as ChatMessage;
}

function pushed(resource: string, resourceData: unknown, changeType: Frame['changeType'] = 'updated'): Action {
  return { type: 'frame', frame: { token: 't', changeType, resource, resourceData }, at: 0 };
}

const started = reduce(emptyState(ME), [{ type: 'listed', chats: [chatOf()], since: new Map() }, { type: 'link', link: 'live' }]);
const since = new Map([[CHAT, 0]]);

function opened(...ids: string[]): LiveState {
  return reduce(started, [{ type: 'opened', chatId: CHAT, messages: ids.toReversed().map((id) => messageOf(id)), older: null, since }]);
}

function ids(state: LiveState): string[] | undefined {
  return state.chats.get(CHAT)?.thread?.messages.map((message) => message.id);
}

describe('messages', () => {
  test('a pushed message stands at its place, and twice changes nothing', () => {
    const frame = pushed(`chats('${CHAT}')/messages('2')`, messageOf('2'), 'created');
    const once = reduce(opened('1', '3'), [frame]);
    expect(ids(once)).toEqual(['1', '2', '3']);
    expect(ids(reduce(once, [frame, frame]))).toEqual(['1', '2', '3']);
  });

  test('an older version does not replace a newer one', () => {
    const edited = messageOf('1', { etag: '9', body: { contentType: 'text', content: 'edited' } });
    const state = reduce(opened('1'), [
      pushed(`chats('${CHAT}')/messages('1')`, edited),
      { type: 'opened', chatId: CHAT, messages: [messageOf('1')], older: null, since },
    ]);
    expect(state.chats.get(CHAT)?.thread?.messages[0]?.body.content).toBe('edited');
  });

  test('a message before the loaded ones waits for its page', () => {
    const later = reduce(started, [{ type: 'opened', chatId: CHAT, messages: [messageOf('5')], older: 'token', since }]);
    const state = reduce(later, [pushed(`chats('${CHAT}')/messages('2')`, messageOf('2'))]);
    expect(ids(state)).toEqual(['5']);
    const complete = reduce(state, [{ type: 'olderLoaded', chatId: CHAT, messages: [messageOf('2')], older: null, from: 'token' }]);
    expect(ids(complete)).toEqual(['2', '5']);
  });

  test('a page that joins on keeps what was loaded; one behind a gap begins anew', () => {
    const joined = reduce(opened('1', '2', '3'), [{ type: 'opened', chatId: CHAT, messages: [messageOf('4'), messageOf('3')], older: 'token', since }]);
    expect(ids(joined)).toEqual(['1', '2', '3', '4']);
    const gap = reduce(opened('1', '2', '3'), [{ type: 'opened', chatId: CHAT, messages: [messageOf('9'), messageOf('8')], older: 'token', since }]);
    expect(ids(gap)).toEqual(['8', '9']);
  });

  test('ids are compared as numbers', () => {
    expect(ids(reduce(opened('9'), [pushed(`chats('${CHAT}')/messages('10')`, messageOf('10'))]))).toEqual(['9', '10']);
  });

  test('what a former member may no longer see goes away, and the list asks what is newest now', () => {
    const shown = reduce(opened('1', '2'), [pushed(`chats('${CHAT}')/messages('2')`, null, 'deleted')]);
    expect(ids(shown)).toEqual(['1']);
    expect(shown.stale.has(CHAT)).toBe(true);
  });
});

describe('chats', () => {
  test('a chat that nobody has heard of is fetched', () => {
    const state = reduce(started, [pushed("chats('19:new@thread.v2')/messages('1')", messageOf('1'), 'created')]);
    expect([...state.stale]).toEqual(['19:new@thread.v2']);
  });

  test('a fetch that began before a notification does not undo it', () => {
    const renamed = chatOf({ topic: 'New name' });
    const state = reduce(started, [
      pushed(`chats('${CHAT}')`, renamed),
      { type: 'fetched', chatId: CHAT, chat: chatOf({ topic: 'Plans' }), since },
    ]);
    expect(state.chats.get(CHAT)?.chat.topic).toBe('New name');
    expect(state.stale.has(CHAT)).toBe(true);
  });

  test('acceptance makes the chat be fetched, and its messages anew', () => {
    const request = { state: 'pending', direction: 'inbound' } as Chat['contactRequest'];
    const waiting = reduce(started, [pushed(`chats('${CHAT}')`, chatOf({ contactRequest: request! }))]);
    const accepted = reduce(waiting, [pushed(`chats('${CHAT}')`, chatOf({ contactRequest: { ...request!, state: 'accepted' } }))]);
    expect(accepted.stale.has(CHAT)).toBe(true);
    expect(accepted.chats.get(CHAT)?.thread).toBeNull();
  });

  test('a chat that is gone is gone from the list and from what is to be fetched', () => {
    const state = reduce(started, [pushed("chats('x')", null, 'deleted'), pushed(`chats('${CHAT}')`, null, 'deleted')]);
    expect(state.chats.size).toBe(0);
    expect(state.stale.size).toBe(0);
  });

  test('what is told of a chat without a change of its own, such as a pin, is told; reading is not', () => {
    const pinned = reduce(started, [pushed(`chats('${CHAT}')`, chatOf())]);
    expect(pinned.chats.get(CHAT)?.told).toBe(1);
    const viewpoint = { ...chatOf().viewpoint, lastMessageReadDateTime: '2026-01-01T00:00:00Z' };
    expect(reduce(pinned, [pushed(`chats('${CHAT}')`, chatOf({ viewpoint }))]).chats.get(CHAT)?.told).toBe(1);
  });

  test('what is not in a complete list any more is gone', () => {
    expect(reduce(started, [{ type: 'listEnded', ids: new Set(), since: new Map() }]).chats.size).toBe(0);
  });

  test('nothing new is the same state', () => {
    expect(reduce(started, [{ type: 'tick', at: 5 }, { type: 'link', link: 'live' }])).toBe(started);
  });
});

describe('typing', () => {
  const typing = pushed(`chats('${CHAT}')/typing`, { id: 'ben', displayName: 'Ben' });

  test('ends by itself', () => {
    const state = reduce(started, [typing]);
    expect(state.typing.get(CHAT)?.[0]?.user.displayName).toBe('Ben');
    expect(reduce(state, [{ type: 'tick', at: 60_000 }]).typing.has(CHAT)).toBe(false);
  });

  test('ends with the message', () => {
    const from = { user: { id: 'ben', displayName: 'Ben' } } as ChatMessage['from'];
    const state = reduce(started, [typing, pushed(`chats('${CHAT}')/messages('1')`, messageOf('1', { from: from ?? null }), 'created')]);
    expect(state.typing.get(CHAT)).toEqual([]);
  });

  test('one’s own, from another tab, is not shown', () => {
    expect(reduce(started, [pushed(`chats('${CHAT}')/typing`, { id: ME, displayName: 'Me' })]).typing.size).toBe(0);
  });
});

describe('what comes while the newest page is on its way', () => {
  const page = (...of: string[]): Action => ({ type: 'opened', chatId: CHAT, messages: of.toReversed().map((id) => messageOf(id)), older: 'more', since });
  const came = (id: string, change: Partial<ChatMessage> = {}) => pushed(`chats('${CHAT}')/messages('${id}')`, messageOf(id, change));
  const opening: Action = { type: 'opening', chatId: CHAT };

  test('is in the thread, in its newest version', () => {
    const state = reduce(started, [opening, came('12'), came('11', { etag: '99', body: { contentType: 'text', content: 'edited' } }), page('10', '11')]);
    expect(ids(state)).toEqual(['10', '11', '12']);
    const entry = state.chats.get(CHAT)!;
    expect(entry.thread!.messages[1]!.body.content).toBe('edited');
    expect(entry.preview!.id).toBe('12');
    expect(entry.early).toBeNull();
  });

  test('is not in it when it went meanwhile, or belongs to an older page', () => {
    const state = reduce(started, [opening, came('12'), came('5', { etag: '99' }), pushed(`chats('${CHAT}')/messages('12')`, null, 'deleted'), page('10', '11')]);
    expect(ids(state)).toEqual(['10', '11']);
  });

  test('is not gathered any more when the page does not come', () => {
    const state = reduce(started, [opening, came('12'), { type: 'notOpened', chatId: CHAT }, came('13')]);
    expect(state.chats.get(CHAT)).toMatchObject({ early: null, thread: null, preview: { id: '13' } });
  });
});

describe('of chats that nobody looks at', () => {
  const many = Array.from({ length: MESSAGES_KEPT + 20 }, (_, at) => String(100 + at));
  const others = (id: string) => messageOf(id, { from: { user: { id: 'hana' } } as ChatMessage['from'] });
  const seen = reduce(started, [
    { type: 'looked', chatId: CHAT },
    { type: 'opened', chatId: CHAT, messages: many.toReversed().map(others), older: null, since },
  ]);
  const left = reduce(seen, [{ type: 'left', chatId: CHAT }]);
  const thread = (state: LiveState) => state.chats.get(CHAT)!.thread;

  test('the newest messages are kept, and those that come', () => {
    expect(ids(seen)).toEqual(many);
    expect(ids(left)).toEqual(many.slice(-MESSAGES_KEPT));
    const later = reduce(left, [pushed(`chats('${CHAT}')/messages('900')`, others('900'))]);
    expect(ids(later)).toEqual([...many.slice(1 - MESSAGES_KEPT), '900']);
    expect(thread(later)!.older).toBe(OLDER_UNKNOWN);
  });

  test('as many stay unread as were', () => {
    expect(unreadOf(seen.chats.get(CHAT)!, ME)).toBe(many.length);
    expect(unreadOf(left.chats.get(CHAT)!, ME)).toBe(many.length);
    const later = reduce(left, [pushed(`chats('${CHAT}')/messages('900')`, others('900'))]);
    expect(unreadOf(later.chats.get(CHAT)!, ME)).toBe(many.length + 1);
  });

  test('the page that tells where older ones are joins on', () => {
    const again = reduce(left, [{ type: 'looked', chatId: CHAT }, { type: 'opened', chatId: CHAT, messages: many.slice(-60).toReversed().map(others), older: 'more', since }]);
    expect(ids(again)).toEqual(many.slice(-60));
    expect(thread(again)!.older).toBe('more');
  });

  test('a page of older ones that comes too late is left out', () => {
    const waiting = reduce(seen, [{ type: 'opened', chatId: CHAT, messages: many.toReversed().map(others), older: 'more', since, isAfresh: true }, { type: 'left', chatId: CHAT }]);
    const late = reduce(waiting, [{ type: 'olderLoaded', chatId: CHAT, messages: [messageOf('50')], older: null, from: 'more' }]);
    expect(ids(late)).toEqual(many.slice(-MESSAGES_KEPT));
  });

  test('only the last few are kept at all', () => {
    const looked = Array.from({ length: THREADS_MAX }, (_, at): Action => ({ type: 'looked', chatId: `other-${at}` }));
    expect(thread(reduce(left, looked.slice(1)))).not.toBeNull();
    const gone = reduce(left, looked);
    expect(thread(gone)).toBeNull();
    expect(unreadOf(gone.chats.get(CHAT)!, ME)).toBe(many.length);
  });
});
