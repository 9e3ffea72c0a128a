import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { createApi } from '../api/client';
import { refusal, serve } from '../test/render';
import { chat, ME, message } from '../test/samples';
import { LiveStore } from './liveStore';

/** A WebSocket that the test holds the other end of. */
class FakeSocket extends EventTarget {
  static last: FakeSocket;
  constructor() {
    super();
    FakeSocket.last = this;
  }
  close(): void {}
  live(): void {
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify({ token: 't', changeType: 'updated', resource: 'me', resourceData: null }) }));
  }
  end(code: number): void {
    this.dispatchEvent(Object.assign(new Event('close'), { code }));
  }
}

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
