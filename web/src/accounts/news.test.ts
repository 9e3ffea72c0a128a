import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { chat, inbound, message, user } from '../test/samples';
import { FakeSocket } from '../test/fakeSocket';
import { serve } from '../test/render';
import type { Frame } from '../live/state';
import { followNews, type News } from './news';
import { Session } from './session';

let session: Session;
let heard: News[];
let end: () => void;

const say = (...frames: Frame[]) => FakeSocket.last.say(...frames);
const chatFrame = (change = {}): Frame => ({ changeType: 'created', resource: "chats('chat-1')", resourceData: chat(change) });
const messageFrame: Frame = { changeType: 'created', resource: "chats('chat-1')/messages('1')", resourceData: message('1') };

beforeEach(async () => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', FakeSocket);
  serve({ 'GET /chats': { value: [] }, 'GET /chats/chat-1': chat() });
  session = new Session(user());
  heard = [];
  end = followNews(session, (news) => heard.push(news));
  session.live.start();
  await vi.advanceTimersByTimeAsync(10);
  FakeSocket.last.live();
  await vi.advanceTimersByTimeAsync(10);
});
afterEach(() => {
  end();
  session.live.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('the first message of a new chat is news', async () => {
  say(chatFrame(), messageFrame);
  await vi.advanceTimersByTimeAsync(100);
  expect(heard).toMatchObject([{ kind: 'message', chatId: 'chat-1', from: 'Hana Sato' }]);
});

test('a message of a chat that must be fetched first is news when it is there', async () => {
  say(messageFrame);
  await vi.advanceTimersByTimeAsync(100);
  expect(heard).toMatchObject([{ kind: 'message', chatId: 'chat-1' }]);
});

test('of a new request there is no more news than that there is one', async () => {
  serve({ 'GET /chats/chat-1': chat({ contactRequest: inbound() }) });
  say(chatFrame({ contactRequest: inbound() }), messageFrame);
  await vi.advanceTimersByTimeAsync(100);
  expect(heard).toEqual([{ kind: 'request', chatId: 'chat-1' }]);
});
