import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { createApi } from '../api/client';
import { FakeSocket } from '../test/fakeSocket';
import { refusal, serve } from '../test/render';
import { chat, ME, message } from '../test/samples';
import { LiveStore } from './liveStore';

let store: LiveStore;
const listed = (calls: ReturnType<typeof serve>) => calls.filter((call) => call.path === '/chats').length;
const ids = () => store.get().chats.get('chat-1')?.thread?.messages.map(({ id }) => id);
/** Lets answers that are there be taken. */
const turn = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', FakeSocket);
  store = new LiveStore(ME, createApi(ME, 'http://localhost'));
});
afterEach(() => {
  store.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the first connection', () => {
  test('fetches again what may have changed before it, and keeps what came meanwhile', async () => {
    let chats = [chat()];
    let messages = [message('2'), message('1')];
    const calls = serve({
      'GET /chats': () => ({ value: chats }),
      'GET /chats/chat-1': chat(),
      'GET /chats/chat-1/messages': () => ({ value: messages }),
    });
    store.start();
    await turn(10);
    await store.open('chat-1');
    expect(ids()).toEqual(['1', '2']);
    chats = [chat(), chat({ id: 'chat-2' })];
    messages = [message('3'), message('2')];
    FakeSocket.last.live();
    store.dispatch({ type: 'message', message: message('4') });
    await turn(10);
    expect([...store.get().chats.keys()]).toEqual(['chat-1', 'chat-2']);
    expect(ids()).toEqual(['2', '3', '4']);
    expect(listed(calls)).toBe(2);
    // A connection that goes on where another stopped misses nothing.
    FakeSocket.last.end(4000);
    await turn(1_000);
    FakeSocket.last.live();
    await turn(10);
    expect(listed(calls)).toBe(2);
  });

  test('lists again after a list that is still on its way', async () => {
    let end: (value: unknown) => void = () => {};
    const first = new Promise((resolve) => (end = resolve));
    let lists = 0;
    serve({});
    const others = fetch;
    vi.stubGlobal('fetch', async (request: Request) => {
      if (!new URL(request.url).pathname.endsWith('/chats')) return others(request);
      lists += 1;
      if (lists === 1) await first;
      return Response.json({ value: lists === 1 ? [] : [chat()] });
    });
    store.start();
    await turn(10);
    FakeSocket.last.live();
    await turn(10);
    expect(lists).toBe(1);
    end(null);
    await turn(10);
    expect(lists).toBe(2);
    expect(store.get().chats.has('chat-1')).toBe(true);
  });

  test('shows no messages rather than some with gaps', async () => {
    let isUp = true;
    serve({ 'GET /chats': { value: [chat()] }, 'GET /chats/chat-1': chat(), 'GET /chats/chat-1/messages': () => (isUp ? { value: [message('1')] } : refusal(503, 'overloaded')) });
    store.start();
    await turn(10);
    await store.open('chat-1');
    isUp = false;
    FakeSocket.last.live();
    await turn(10);
    expect(store.get().chats.get('chat-1')?.thread).toBeNull();
  });
});

test('a chat that is told of and not there is asked for once', async () => {
  const calls = serve({ 'GET /chats': { value: [] } });
  store.start();
  FakeSocket.last.live();
  await turn(10);
  store.dispatch({ type: 'message', message: message('1', { chatId: 'chat-9' }) });
  await turn(100);
  expect(calls.filter((call) => call.path === '/chats/chat-9')).toHaveLength(1);
  expect(store.get().stale.size).toBe(0);
});

describe('a page of the list that fails', () => {
  test('is asked for again, not the pages before it, no sooner than the server says', async () => {
    const asked: (string | null)[] = [];
    let failures = 0;
    vi.stubGlobal('fetch', async (request: Request) => {
      const token = new URL(request.url).searchParams.get('$skiptoken');
      asked.push(token);
      if (token === null) return Response.json({ value: [chat()], '@odata.nextLink': 'http://localhost/v1.0/chats?$skiptoken=two' });
      if (++failures < 3) return new Response(null, { status: 429, headers: { 'Retry-After': '5' } });
      return Response.json({ value: [chat({ id: 'chat-2' })] });
    });
    store.start();
    await turn(10);
    expect(store.get()).toMatchObject({ isListFailed: true, isComplete: false });
    await turn(4_900);
    expect(asked).toEqual([null, 'two']);
    await turn(20_000);
    expect(asked).toEqual([null, 'two', 'two', 'two']);
    expect(store.get()).toMatchObject({ isListFailed: false, isComplete: true });
    expect(store.get().chats.size).toBe(2);
  });

  test('is asked for at once when somebody wants it, and no more after the end', async () => {
    const calls = serve({ 'GET /chats': () => refusal(503, 'overloaded') });
    store.start();
    await turn(10);
    expect(listed(calls)).toBe(1);
    store.listNow();
    await turn(10);
    expect(listed(calls)).toBe(2);
    store.stop();
    await turn(120_000);
    expect(listed(calls)).toBe(2);
  });

  test('begins anew when its token is not taken any more', async () => {
    const asked: (string | null)[] = [];
    vi.stubGlobal('fetch', async (request: Request) => {
      const token = new URL(request.url).searchParams.get('$skiptoken');
      asked.push(token);
      if (token) return refusal(400, 'invalid');
      return Response.json({ value: [chat()], ...(asked.length === 1 ? { '@odata.nextLink': 'http://localhost/v1.0/chats?$skiptoken=old' } : {}) });
    });
    store.start();
    await turn(10_000);
    expect(asked).toEqual([null, 'old', null]);
    expect(store.get().isComplete).toBe(true);
  });
});

test('a message that is pushed while the first page is on its way is in the thread', async () => {
  let arrive: (value: unknown) => void = () => {};
  const onItsWay = new Promise((resolve) => (arrive = resolve));
  vi.stubGlobal('fetch', async (request: Request) => {
    const { pathname } = new URL(request.url);
    if (pathname.endsWith('/messages')) await onItsWay;
    return Response.json({ value: pathname.endsWith('/messages') ? [message('2'), message('1')] : [chat()] });
  });
  store.start();
  FakeSocket.last.live();
  await turn(10);
  void store.open('chat-1');
  FakeSocket.last.say({ changeType: 'created', resource: "chats('chat-1')/messages('3')", resourceData: message('3') });
  await turn(100);
  expect(ids()).toBeUndefined();
  arrive(null);
  await turn(10);
  expect(ids()).toEqual(['1', '2', '3']);
  expect(store.get().chats.get('chat-1')).toMatchObject({ preview: { id: '3' }, early: null });
});

test('older messages that were let go are asked for from the newest page on', async () => {
  const all = Array.from({ length: 120 }, (_, at) => message(String(100 + at)));
  const asked: (string | null)[] = [];
  let isUp = true;
  vi.stubGlobal('fetch', async (request: Request) => {
    const { pathname, searchParams } = new URL(request.url);
    if (!pathname.endsWith('/messages')) return Response.json({ value: [chat()] });
    const token = searchParams.get('$skiptoken');
    asked.push(token);
    if (!isUp) return refusal(503, 'overloaded');
    const from = Number(token ?? 0);
    return Response.json({ value: all.toReversed().slice(from, from + 50), ...(from + 50 < all.length ? { '@odata.nextLink': `http://localhost/?$skiptoken=${from + 50}` } : {}) });
  });
  store.start();
  await turn(10);
  const leave = store.look('chat-1');
  await store.open('chat-1');
  await store.loadOlder('chat-1');
  expect(ids()).toHaveLength(100);
  leave();
  expect(ids()).toHaveLength(50);
  store.look('chat-1');
  isUp = false;
  expect(await store.loadOlder('chat-1')).toBe(false);
  expect(ids()).toHaveLength(50);
  isUp = true;
  expect(await store.loadOlder('chat-1')).toBe(true);
  expect(ids()).toEqual(all.slice(20).map(({ id }) => id));
  await store.loadOlder('chat-1');
  expect(ids()).toEqual(all.map(({ id }) => id));
  expect(asked).toEqual([null, '50', null, null, '50', '100']);
});

describe('a chat that cannot be fetched', () => {
  const fetched = (calls: ReturnType<typeof serve>, id: string) => calls.filter((call) => call.path === `/chats/${id}`).length;
  const tellOf = (...ids: string[]) => store.dispatch(...ids.map((id) => ({ type: 'message', message: message('1', { chatId: id }) }) as const));

  test('is left alone longer each time, and keeps no other waiting', async () => {
    const bad = ['bad-1', 'bad-2', 'bad-3', 'bad-4'];
    const calls = serve({
      'GET /chats': { value: [] },
      ...Object.fromEntries(bad.map((id) => [`GET /chats/${id}`, () => refusal(503, 'overloaded')])),
      'GET /chats/good': chat({ id: 'good' }),
    });
    store.start();
    FakeSocket.last.live();
    await turn(10);
    tellOf(...bad, 'good');
    await turn(100);
    expect(store.get().chats.has('good')).toBe(true);
    await turn(120_000);
    // Every three seconds it would be forty times.
    expect(fetched(calls, 'bad-1')).toBeGreaterThan(3);
    expect(fetched(calls, 'bad-1')).toBeLessThan(15);
    // A new connection is a reason to try at once.
    const before = fetched(calls, 'bad-1');
    FakeSocket.last.end(4000);
    await turn(1_000);
    FakeSocket.last.live();
    await turn(100);
    expect(fetched(calls, 'bad-1')).toBeGreaterThan(before);
  });

  test('is not asked for sooner than the server says, and not after the end', async () => {
    const calls = serve({ 'GET /chats': { value: [] }, 'GET /chats/chat-9': () => new Response(null, { status: 429, headers: { 'Retry-After': '60' } }) });
    store.start();
    FakeSocket.last.live();
    await turn(10);
    tellOf('chat-9');
    await turn(59_000);
    expect(fetched(calls, 'chat-9')).toBe(1);
    await turn(2_000);
    expect(fetched(calls, 'chat-9')).toBe(2);
    store.stop();
    await turn(600_000);
    expect(fetched(calls, 'chat-9')).toBe(2);
  });
});
