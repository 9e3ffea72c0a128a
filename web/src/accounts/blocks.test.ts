import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { refusal, serve } from '../test/render';
import { chat, inbound, member, self, user } from '../test/samples';
import type { Frame } from '../live/state';
import { Session } from './session';

const LIST = 'GET /me/externalContacts/blocked';
const contact = (id: string) => ({ id, blockedDateTime: '2026-01-01T08:00:00Z', identity: { id, displayName: id } });
let session: Session;
let push: (frame: Frame) => void;
let live: () => void;

beforeEach(() => {
  session = new Session(user());
  vi.spyOn(session.live, 'onPushed').mockImplementation((listener) => {
    push = listener;
    return () => {};
  });
  vi.spyOn(session.live, 'whenLive').mockImplementation((listener) => {
    live = listener;
    return () => {};
  });
  session.blocks.start();
});
afterEach(() => {
  session.blocks.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const blocked = () => [...session.live.get().blocked];
const updated: Frame = { changeType: 'updated', resource: "chats('chat-1')", resourceData: null };

test('whom one has blocked is asked for with each new connection, and again when nobody answered', async () => {
  vi.useFakeTimers();
  let isUp = false;
  const calls = serve({ [LIST]: () => (isUp ? { value: [contact('person-hana')] } : refusal(503, 'overloaded')) });
  live();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(blocked()).toEqual([]);
  isUp = true;
  await vi.advanceTimersByTimeAsync(15_000);
  expect(blocked()).toEqual(['person-hana']);
  expect(calls).toHaveLength(2);
});

test('a block or its end on another device is seen by the chat of the two', async () => {
  let ids = ['person-hana'];
  const calls = serve({ [LIST]: () => ({ value: ids.map(contact) }) });
  const listed = (change: object) => session.live.dispatch({ type: 'listed', chats: [chat({ members: [self, member()], ...change })], since: new Map() });
  listed({});
  push(updated);
  expect(calls).toHaveLength(0);
  listed({ sendRefusal: { code: 'personBlocked', side: 'own' } });
  push(updated);
  await vi.waitFor(() => expect(blocked()).toEqual(['person-hana']));
  push(updated);
  expect(calls).toHaveLength(1);
  ids = [];
  listed({ sendRefusal: null });
  push(updated);
  await vi.waitFor(() => expect(blocked()).toEqual([]));
  // A request that was answered by blocking says so in another way.
  ids = ['person-hana'];
  listed({ contactRequest: inbound({ state: 'blocked' }) });
  push(updated);
  await vi.waitFor(() => expect(blocked()).toEqual(['person-hana']));
});

test('that the other side blocks says nothing of one’s own blocks', () => {
  const calls = serve({ [LIST]: { value: [] } });
  session.live.dispatch({ type: 'listed', chats: [chat({ members: [self, member()], sendRefusal: { code: 'personBlocked', side: 'other' } } as never)], since: new Map() });
  push(updated);
  expect(calls).toHaveLength(0);
});

test('an answer from before one’s own act is not believed', async () => {
  const answers = [[contact('person-hana')], []];
  serve({ [LIST]: () => ({ value: answers.shift() }) });
  session.blocks.set('person-hana', true);
  const asking = session.blocks.ask();
  session.blocks.set('person-hana', false);
  await asking;
  expect(blocked()).toEqual([]);
  expect(answers).toEqual([]);
});
