import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { createApi } from '../api/client';
import { message } from '../test/samples';
import { refusal, serve } from '../test/render';
import { LiveStore } from './liveStore';
import { Outbox } from './outbox';

const SEND = 'POST /chats/chat-1/messages';
const text = (content: string) => ({ body: { contentType: 'text' as const, content } });

function outbox(): Outbox {
  const api = createApi('me', 'http://localhost');
  return new Outbox('me', api, new LiveStore('me', api));
}

beforeEach(() => {
  localStorage.clear();
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the outbox', () => {
  test('sends in order, one at a time for each chat', async () => {
    let number = 0;
    const calls = serve({ [SEND]: () => message(String(++number)) });
    const box = outbox();
    box.send('chat-1', text('one'));
    box.send('chat-1', text('two'));
    await vi.waitFor(() => expect(box.get()).toEqual([]));
    expect(calls.map((call) => (call.body as { body: { content: string } }).body.content)).toEqual(['one', 'two']);
  });

  test('tries again with the same key when nobody answered, and loses nothing', async () => {
    let tries = 0;
    const calls = serve({ [SEND]: () => (++tries < 3 ? new TypeError('no network') : message('1')) });
    const box = outbox();
    box.send('chat-1', text('one'));
    await vi.waitFor(() => expect(tries).toBe(1));
    expect(box.get()).toMatchObject([{ state: 'waiting' }]);
    await vi.advanceTimersByTimeAsync(60_000);
    await vi.waitFor(() => expect(box.get()).toEqual([]));
    expect(new Set(calls.map((call) => call.key)).size).toBe(1);
  });

  test('keeps what is refused, with the reason, until it is tried again or discarded', async () => {
    serve({ [SEND]: () => refusal(403, 'pendingCap') });
    const box = outbox();
    box.send('chat-1', text('one'));
    await vi.waitFor(() => expect(box.get()).toMatchObject([{ state: 'failed', failure: { reason: 'pendingCap' } }]));
    serve({ [SEND]: () => message('1') });
    box.retry(box.get()[0]!.key);
    await vi.waitFor(() => expect(box.get()).toEqual([]));
  });

  test('outlives the page', async () => {
    serve({ [SEND]: () => new TypeError('no network') });
    const before = outbox();
    before.send('chat-1', text('one'));
    await vi.waitFor(() => expect(before.get()).toMatchObject([{ state: 'waiting' }]));
    const key = before.get()[0]!.key;
    const calls = serve({ [SEND]: () => message('1') });
    const after = outbox();
    after.start();
    await vi.waitFor(() => expect(after.get()).toEqual([]));
    expect(calls).toMatchObject([{ key }]);
  });

  test('is not emptied by an entry that cannot be read', async () => {
    const kept = { key: 'one', chatId: 'chat-1', message: text('one'), at: 1, state: 'failed', failure: null };
    localStorage.setItem('visavis.outbox.me.0', '{"key":');
    localStorage.setItem('visavis.outbox.me.1', 'null');
    localStorage.setItem('visavis.outbox.me.one', JSON.stringify(kept));
    localStorage.setItem('visavis.outbox.me.2', '');
    expect(outbox().get()).toEqual([kept]);
  });

  test('does not repeat by itself what the server may have forgotten', async () => {
    const calls = serve({ [SEND]: () => message('1') });
    localStorage.setItem('visavis.outbox.me.old', JSON.stringify({ key: 'old', chatId: 'chat-1', message: text('one'), at: Date.now() - 25 * 3_600_000, state: 'waiting', failure: null }));
    const box = outbox();
    box.start();
    await vi.waitFor(() => expect(box.get()).toMatchObject([{ state: 'failed' }]));
    expect(calls).toEqual([]);
    box.retry('old');
    await vi.waitFor(() => expect(calls).toHaveLength(1));
    expect(calls[0]!.key).not.toBe('old');
  });

  test('sends what waits behind several that are too old', async () => {
    const calls = serve({ [SEND]: () => message('1') });
    const keep = (key: string, at: number) => localStorage.setItem(`visavis.outbox.me.${key}`, JSON.stringify({ key, chatId: 'chat-1', message: text(key), at, state: 'waiting', failure: null }));
    const now = Date.now();
    for (const [number, key] of ['old 1', 'old 2', 'old 3'].entries()) keep(key, now - 25 * 3_600_000 + number);
    keep('new', now);
    const box = outbox();
    box.start();
    await vi.waitFor(() => expect(box.get()).toMatchObject([{ key: 'old 1', state: 'failed' }, { key: 'old 2', state: 'failed' }, { key: 'old 3', state: 'failed' }]));
    expect(calls).toMatchObject([{ key: 'new' }]);
    box.stop();
  });

  test('of two tabs loses nothing, and what one leaves the other sends, once', async () => {
    serve({ [SEND]: () => new TypeError('no network') });
    const [one, two] = [outbox(), outbox()];
    one.send('chat-1', text('from the first'));
    await vi.advanceTimersByTimeAsync(1);
    two.send('chat-1', text('from the second'));
    await vi.waitFor(() => expect([one.get(), two.get()]).toMatchObject([[{ state: 'waiting' }], [{ state: 'waiting' }]]));
    // The first is closed; the second is connected again.
    let number = 0;
    const calls = serve({ [SEND]: () => message(String(++number)) });
    two.start();
    await vi.waitFor(() => expect(two.get()).toEqual([]));
    expect(calls.map((call) => (call.body as { body: { content: string } }).body.content)).toEqual(['from the first', 'from the second']);
    expect(outbox().get()).toEqual([]);
  });

  test('knows what it has no room for, and keeps it when there is some', async () => {
    serve({ [SEND]: () => new TypeError('no network') });
    const box = outbox();
    box.send('chat-1', text('one'));
    await vi.waitFor(() => expect(box.get()).toMatchObject([{ state: 'waiting' }]));
    const storage = vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    box.send('chat-1', text('two'));
    await vi.waitFor(() => expect(box.get()).toMatchObject([{ state: 'waiting' }, { state: 'waiting' }]));
    const [one, two] = box.get().map((entry) => entry.key);
    expect([box.isKept(one), box.isKept(two), box.isKept()]).toEqual([true, false, false]);
    expect(outbox().get()).toMatchObject([{ key: one }]);
    storage.mockRestore();
    box.discard(one!);
    expect(box.isKept()).toBe(true);
    expect(outbox().get()).toMatchObject([{ key: two }]);
  });

  test('that has stopped sends nothing more, and leaves what waits to the next', async () => {
    let isThere = false;
    const calls = serve({ [SEND]: () => (isThere ? message('1') : new TypeError('no network')) });
    const box = outbox();
    box.start();
    box.send('chat-1', text('one'));
    await vi.waitFor(() => expect(box.get()).toMatchObject([{ state: 'waiting' }]));
    box.stop();
    isThere = true;
    await vi.advanceTimersByTimeAsync(120_000);
    dispatchEvent(new StorageEvent('storage', { key: `visavis.outbox.me.${box.get()[0]!.key}`, newValue: null }));
    expect(box.get()).toMatchObject([{ state: 'waiting' }]);
    expect(calls).toHaveLength(1);
    const next = outbox();
    next.start();
    await vi.waitFor(() => expect(next.get()).toEqual([]));
    expect(calls).toHaveLength(2);
    next.stop();
  });

  test('shows no more what another tab has sent', async () => {
    serve({ [SEND]: () => new TypeError('no network') });
    const box = outbox();
    box.start();
    box.send('chat-1', text('one'));
    await vi.waitFor(() => expect(box.get()).toMatchObject([{ state: 'waiting' }]));
    const place = `visavis.outbox.me.${box.get()[0]!.key}`;
    localStorage.removeItem(place);
    dispatchEvent(new StorageEvent('storage', { key: place, newValue: null }));
    expect(box.get()).toEqual([]);
  });

  test('what could not be sent in another tab is shown, until it is tried again or discarded there', async () => {
    serve({ [SEND]: () => refusal(403, 'noPermission') });
    const [one, other] = [outbox(), outbox()];
    other.start();
    const told = (key: string) => dispatchEvent(new StorageEvent('storage', { key: `visavis.outbox.me.${key}`, newValue: localStorage.getItem(`visavis.outbox.me.${key}`) }));
    one.send('chat-1', text('one'));
    const key = one.get()[0]!.key;
    told(key);
    // While it is on its way it is the other tab's own.
    expect(other.get()).toEqual([]);
    await vi.waitFor(() => expect(one.get()[0]?.state).toBe('failed'));
    told(key);
    expect(other.get()).toEqual(one.get());
    one.retry(key);
    told(key);
    expect(other.get()).toEqual([]);
    await vi.waitFor(() => expect(one.get()[0]?.state).toBe('failed'));
    told(key);
    one.discard(key);
    told(key);
    expect(other.get()).toEqual([]);
    other.stop();
  });

  test('nothing is taken from an editor that outlives its account', () => {
    serve({ [SEND]: () => message('1') });
    const box = outbox();
    box.start();
    box.stop();
    box.send('chat-1', text('late'));
    expect(box.get()).toEqual([]);
    expect(localStorage).toHaveLength(0);
  });
});
