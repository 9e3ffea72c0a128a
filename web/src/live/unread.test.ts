import { describe, expect, test } from 'vitest';

import type { Chat, ChatMessage } from '../api/schema.gen';
import { chat as chatOf, identity, ME, message as messageOf } from '../test/samples';
import { reduce } from './reducer';
import { type Action, emptyState, type LiveState } from './state';
import { UNREAD_MAX, unreadOf } from './unread';

const ID = 'chat-1';
const mine = { from: { application: null, device: null, user: identity({ id: ME, isExternal: false }) } };
const at = (ms: number) => new Date(ms).toISOString();

function chat(read: number, unreadCount?: number, change: Partial<Chat> = {}): Chat {
  const viewpoint = { isHidden: false, isMember: true, lastMessageReadDateTime: at(read), ...(unreadCount === undefined ? {} : { unreadCount }) };
  return chatOf({ viewpoint: viewpoint as Chat['viewpoint'], ...change });
}

function info(message: ChatMessage): NonNullable<Chat['lastMessagePreview']> {
  return { ...message, isDeleted: message.deletedDateTime != null, eventDetail: null, from: message.from ?? null };
}

/** A list that was fetched: so much is unread, and this is the newest message. */
function listed(read: number, unreadCount: number, newest: number): LiveState {
  return reduce(emptyState(ME), [
    { type: 'link', link: 'live' },
    { type: 'listed', chats: [chat(read, unreadCount, { lastMessagePreview: info(messageOf(String(newest))) })], since: new Map() },
  ]);
}

function told(state: LiveState, ...frames: Action[]): LiveState {
  return reduce(state, frames);
}

function said(id: number, change: Partial<ChatMessage> = {}): Action {
  return { type: 'frame', frame: { changeType: 'created', resource: `chats('${ID}')/messages('${id}')`, resourceData: messageOf(String(id), change) }, at: 0 };
}

function marked(read: number): Action {
  const resourceData: Partial<Chat> = chat(read);
  delete resourceData.lastMessagePreview;
  delete resourceData.members;
  return { type: 'frame', frame: { changeType: 'updated', resource: `chats('${ID}')`, resourceData }, at: 0 };
}

const unread = (state: LiveState) => unreadOf(state.chats.get(ID)!, ME);

describe('what is unread', () => {
  test('is what the list says, and what was pushed since, once', () => {
    const state = listed(1_000, 2, 3_000);
    expect(unread(state)).toBe(2);
    expect(unread(told(state, said(4_000), said(5_000), said(4_000)))).toBe(4);
  });

  test('is not what one wrote oneself, nor a line of the system, nor what was deleted', () => {
    const state = told(
      listed(1_000, 0, 1_000),
      said(2_000, mine),
      said(3_000, { messageType: 'systemEventMessage' }),
      said(4_000),
      said(4_000, { etag: '5000', deletedDateTime: at(5_000) }),
    );
    expect(unread(state)).toBe(0);
  });

  test('is nothing after it was read, here or on another device', () => {
    const state = told(listed(1_000, 2, 3_000), said(4_000), marked(4_000));
    expect(unread(state)).toBe(0);
    expect(unread(told(state, said(5_000)))).toBe(1);
  });

  test('is what came after the moment up to which it was read', () => {
    expect(unread(told(listed(1_000, 2, 3_000), said(4_000), said(5_000), marked(4_000)))).toBe(1);
  });

  test('is the newest message when it is marked as unread', () => {
    expect(unread(told(listed(3_000, 0, 3_000), marked(2_999)))).toBe(1);
    expect(unread(told(listed(1_000, 0, 1_000), said(4_000), marked(4_000), marked(3_999)))).toBe(1);
  });

  test('is asked again where only the server knows', () => {
    const state = told(listed(9_000, 0, 9_000), marked(5_000));
    expect([...state.stale]).toEqual([ID]);
    const told_ = reduce(state, [{ type: 'fetched', chatId: ID, chat: chat(5_000, 7), since: new Map([[ID, 1]]) }]);
    expect(unread(told_)).toBe(7);
  });

  test('is not counted twice by a list that was fetched meanwhile', () => {
    const before = told(listed(1_000, 2, 3_000), said(4_000), said(5_000));
    const list: Action = { type: 'listed', chats: [chat(1_000, 3, { lastMessagePreview: info(messageOf('4000')) })], since: new Map([[ID, 0]]) };
    expect(unread(told(before, list))).toBe(4);
  });

  test('loses the newest message when that is deleted, and has it again when it is restored', () => {
    const deleted = told(listed(1_000, 2, 3_000), said(3_000, { etag: '4000', deletedDateTime: at(4_000) }));
    expect(unread(deleted)).toBe(1);
    expect(unread(told(deleted, said(3_000, { etag: '5000' })))).toBe(2);
    expect(deleted.stale.size).toBe(0);
  });

  test('is counted in the messages themselves where they are loaded', () => {
    const messages = [messageOf('4000', mine), messageOf('3000'), messageOf('2000'), messageOf('1000')];
    const state = reduce(listed(1_500, 50, 4_000), [{ type: 'opened', chatId: ID, messages, older: 'token', since: new Map([[ID, 0]]) }]);
    expect(unread(state)).toBe(2);
    expect(unread(told(state, said(2_000, { etag: '5000', deletedDateTime: at(5_000) })))).toBe(1);
    // Further back than what is loaded: as the server said.
    expect(unread(reduce(listed(500, 50, 4_000), [{ type: 'opened', chatId: ID, messages, older: 'token', since: new Map([[ID, 0]]) }]))).toBe(50);
  });

  test('has a limit', () => {
    expect(unread(told(listed(1_000, UNREAD_MAX, 3_000), said(4_000), said(5_000)))).toBe(UNREAD_MAX);
  });
});
