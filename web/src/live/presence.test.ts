import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { createApi } from '../api/client';
import { type Call, refusal, serve } from '../test/render';
import { chat, inbound, ME, member } from '../test/samples';
import { LiveStore } from './liveStore';
import { PresenceWatch } from './presence';

const ASK = 'POST /communications/getPresencesByUserId';
let live: LiveStore;
let watch: PresenceWatch;

beforeEach(() => {
  vi.useFakeTimers();
  const api = createApi(ME, 'http://localhost');
  live = new LiveStore(ME, api);
  watch = new PresenceWatch(api, live);
});
afterEach(() => {
  watch.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const asked = (calls: readonly Call[]) => calls.filter((call) => call.path === '/communications/getPresencesByUserId').map(({ body }) => (body as { ids: string[] }).ids);
const available = ({ body }: Call) => ({ value: (body as { ids: string[] }).ids.map((id) => ({ id, availability: 'Available', activity: 'Available' })) });
const people = (count: number) => Array.from({ length: count }, (_, at) => `person-${at}`);

/** Begins with a connection, and chats of twenty with these people. */
function begin(ids: readonly string[]): void {
  watch.start();
  const chats = Array.from({ length: Math.ceil(ids.length / 19) }, (_, at) =>
    chat({ id: `chat-${at}`, members: ids.slice(at * 19, at * 19 + 19).map((userId) => member({ userId })) }));
  live.dispatch({ type: 'link', link: 'live' }, { type: 'listed', chats, since: new Map() });
}

test('who could not be asked about is asked about again, no sooner than the server says', async () => {
  let isUp = false;
  const calls = serve({ [ASK]: (call: Call) => (isUp ? available(call) : new Response(null, { status: 503, headers: { 'Retry-After': '60' } })) });
  begin(['person-hana']);
  await vi.advanceTimersByTimeAsync(50_000);
  expect(asked(calls)).toEqual([['person-hana']]);
  isUp = true;
  await vi.advanceTimersByTimeAsync(20_000);
  expect(asked(calls)).toHaveLength(2);
  expect(live.get().presences.get('person-hana')?.availability).toBe('Available');
  await vi.advanceTimersByTimeAsync(120_000);
  expect(asked(calls)).toHaveLength(2);
});

test('who was seen before consent is asked about once it is given, and again after contact was refused', async () => {
  const calls = serve({ [ASK]: available });
  watch.start();
  const hana = member({ userId: 'person-hana' });
  const show = async (change: Parameters<typeof chat>[0]) => {
    live.dispatch({ type: 'listed', chats: [chat({ id: 'chat-1', members: [hana], ...change })], since: new Map() });
    await vi.advanceTimersByTimeAsync(2_000);
  };
  live.dispatch({ type: 'link', link: 'live' });
  await show({ contactRequest: inbound({ state: 'pending' }) });
  expect(asked(calls)).toEqual([]);
  await show({ contactRequest: inbound({ state: 'accepted' }) });
  expect(asked(calls)).toEqual([['person-hana']]);
  await show({ sendRefusal: { code: 'notReachable', message: 'In English.' } });
  expect(asked(calls)).toHaveLength(1);
  await show({});
  expect(asked(calls)).toHaveLength(2);
});

test('whoever goes out of contact is not shown as being there, whatever was known or is answered late', async () => {
  let answerLate: (() => void) | null = null;
  serve({ [ASK]: available });
  begin(['person-hana']);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(live.get().presences.get('person-hana')?.availability).toBe('Available');
  const list = (change: Parameters<typeof chat>[0]) => live.dispatch({ type: 'listed', chats: [chat({ id: 'chat-0', members: [member({ userId: 'person-hana' })], ...change })], since: new Map() });
  list({ sendRefusal: { code: 'notReachable', message: 'In English.' } });
  await vi.advanceTimersByTimeAsync(2_000);
  expect(live.get().presences.has('person-hana')).toBe(false);

  vi.unstubAllGlobals();
  serve({ [ASK]: (call: Call) => new Promise((done) => { answerLate = () => done(Response.json(available(call))); }) });
  list({});
  await vi.advanceTimersByTimeAsync(2_000);
  list({ sendRefusal: { code: 'notReachable', message: 'In English.' } });
  await vi.advanceTimersByTimeAsync(2_000);
  answerLate!();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(live.get().presences.has('person-hana')).toBe(false);
});

test('whoever can still be seen in another chat is asked about again when the terms or the members of one change', async () => {
  const calls = serve({ [ASK]: available });
  watch.start();
  const hana = member({ userId: 'person-hana' });
  const list = async (change: Parameters<typeof chat>[0], group: readonly ReturnType<typeof member>[] = [hana]) => {
    const chats = [chat({ id: 'chat-1', members: [hana], ...change }), chat({ id: 'chat-2', chatType: 'group', members: [...group] })];
    live.dispatch({ type: 'listed', chats, since: new Map() });
    await vi.advanceTimersByTimeAsync(2_000);
  };
  live.dispatch({ type: 'link', link: 'live' });
  await list({});
  await list({});
  expect(asked(calls)).toEqual([['person-hana']]);
  await list({ sendRefusal: { code: 'notReachable', message: 'In English.' } });
  expect(asked(calls)).toEqual([['person-hana'], ['person-hana']]);
  await list({ sendRefusal: { code: 'notReachable', message: 'In English.' } }, [hana, member({ userId: 'person-kim' })]);
  expect(asked(calls).slice(2)).toEqual([['person-hana', 'person-kim']]);
});

test('what is refused is not asked again', async () => {
  const calls = serve({ [ASK]: refusal(403, 'forbidden') });
  begin(['person-hana']);
  await vi.advanceTimersByTimeAsync(120_000);
  expect(asked(calls)).toHaveLength(1);
});

test('more people than go into one question are all asked about', async () => {
  const calls = serve({ [ASK]: available });
  begin(people(700));
  await vi.advanceTimersByTimeAsync(2_000);
  expect(asked(calls).map((ids) => ids.length)).toEqual([650, 50]);
  expect(live.get().presences.size).toBe(700);
});

test('nothing is asked after the end', async () => {
  const calls = serve({ [ASK]: () => new TypeError('no network') });
  begin(['person-hana']);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(asked(calls)).toHaveLength(1);
  watch.stop();
  live.dispatch({ type: 'listed', chats: [chat({ id: 'chat-9', members: [member({ userId: 'person-new' })] })], since: new Map() });
  await vi.advanceTimersByTimeAsync(120_000);
  expect(asked(calls)).toHaveLength(1);
});
