import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { FakeSocket } from '../test/fakeSocket';
import { Socket, type SocketEvents } from './socket';

let events: { [name in keyof SocketEvents]: ReturnType<typeof vi.fn> };
let isSignedIn = true;
let socket: Socket;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', FakeSocket);
  FakeSocket.all = [];
  isSignedIn = true;
  events = { onLive: vi.fn(), onFrame: vi.fn(), onLost: vi.fn(), onOutdated: vi.fn(), onSignedOut: vi.fn() };
  socket = new Socket((since) => `ws://x/?since=${since ?? ''}`, events as unknown as SocketEvents, async () => isSignedIn);
  socket.start();
});
afterEach(() => {
  socket.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Waits for the next connection, half a minute at most. */
async function another(): Promise<void> {
  const before = FakeSocket.all.length;
  for (let second = 0; second < 30 && FakeSocket.all.length === before; second += 1) await vi.advanceTimersByTimeAsync(1_000);
}

describe('the connection', () => {
  test('resumes from the newest token', async () => {
    FakeSocket.last.live('one');
    FakeSocket.last.say({ token: 'two', changeType: 'created', resource: "chats('x')", resourceData: {} });
    FakeSocket.last.say({ changeType: 'updated', resource: "chats('x')/typing", resourceData: {} });
    expect(events.onFrame).toHaveBeenCalledTimes(2);
    FakeSocket.last.end(4000);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(FakeSocket.last.url).toBe('ws://x/?since=two');
  });

  test('fetches afresh when the token is too old', async () => {
    FakeSocket.last.live('one');
    FakeSocket.last.end(4001);
    expect(events.onOutdated).toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(FakeSocket.last.url).toBe('ws://x/?since=');
  });

  test('ends for good when the session has ended', async () => {
    FakeSocket.last.end(4003);
    expect(events.onSignedOut).toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(FakeSocket.all).toHaveLength(1);
  });

  test('waits longer after each failure, never longer than half a minute', async () => {
    for (let failures = 0; failures < 12; failures += 1) {
      FakeSocket.last.end(1006);
      await another();
      expect(FakeSocket.all).toHaveLength(failures + 2);
    }
    expect(events.onLost).toHaveBeenCalledTimes(12);
  });

  test('asks whether the session exists when it cannot be opened, which a page cannot tell otherwise', async () => {
    isSignedIn = false;
    FakeSocket.last.end(1006);
    await vi.advanceTimersByTimeAsync(5_000);
    FakeSocket.last.end(1006);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(events.onSignedOut).toHaveBeenCalled();
  });

  test('that does not come about is given up after a while, and tried again', async () => {
    await vi.advanceTimersByTimeAsync(14_000);
    expect(events.onLost).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(events.onLost).toHaveBeenCalledTimes(1);
    expect(FakeSocket.all).toHaveLength(2);
    // One that is whole has all the time.
    FakeSocket.last.live('one');
    await vi.advanceTimersByTimeAsync(600_000);
    expect(FakeSocket.all).toHaveLength(2);
    expect(events.onLost).toHaveBeenCalledTimes(1);
  });

  test('is made anew when the server leaves a request without an answer, once at a time', async () => {
    FakeSocket.last.live('one');
    socket.suspect();
    expect(events.onLost).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(FakeSocket.all).toHaveLength(2);
    expect(FakeSocket.last.url).toBe('ws://x/?since=one');
    socket.suspect();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(FakeSocket.all).toHaveLength(2);
    FakeSocket.last.live('two');
    expect(events.onLive).toHaveBeenLastCalledWith(true);
  });

  test('does not wait when the network is back', async () => {
    for (let failures = 0; failures < 6; failures += 1) {
      FakeSocket.last.end(1006);
      await vi.advanceTimersByTimeAsync(30_000);
    }
    FakeSocket.last.end(1006);
    const before = FakeSocket.all.length;
    dispatchEvent(new Event('online'));
    expect(FakeSocket.all).toHaveLength(before + 1);
  });
});
