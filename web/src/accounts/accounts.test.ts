import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { FakeSocket } from '../test/fakeSocket';
import { serve } from '../test/render';
import { user } from '../test/samples';

/** A channel of this browser: what one tab posts the others hear. */
class Channel extends EventTarget {
  static all: Channel[] = [];
  constructor() {
    super();
    Channel.all.push(this);
  }
  postMessage(data: unknown): void {
    for (const other of Channel.all) if (other !== this) other.dispatchEvent(new MessageEvent('message', { data }));
  }
}

/** The accounts as another tab has them: modules of its own, the same storage and server. */
async function tab() {
  vi.resetModules();
  const accounts = await import('./accounts');
  ends.push(accounts.followAccounts());
  await accounts.restore();
  return accounts;
}

const ada = user({ id: 'ada', displayName: 'Ada Lindqvist' });
const ben = user({ id: 'ben', displayName: 'Ben Okafor' });
let signedIn = [ada];
let ends: (() => void)[] = [];

beforeEach(() => {
  localStorage.clear();
  signedIn = [ada];
  Channel.all = [];
  vi.stubGlobal('BroadcastChannel', Channel);
  vi.stubGlobal('WebSocket', FakeSocket);
  serve({
    'GET /auth/sessions': () => ({ value: signedIn.map((account) => ({ account })) }),
    'POST /auth/signIn': () => {
      signedIn = [ada, ben];
      return { account: ben };
    },
    'POST /auth/signOut': null,
    'GET /chats': { value: [] },
  });
});
afterEach(() => {
  for (const end of ends) end();
  ends = [];
  vi.unstubAllGlobals();
});

const names = (accounts: Awaited<ReturnType<typeof tab>>) => accounts.accounts().sessions.map((session) => session.user.displayName);

test('whoever signs out in one tab has left all of them, with what was written', async () => {
  const [one, other] = [await tab(), await tab()];
  expect(names(other)).toEqual(['Ada Lindqvist']);
  const [session] = other.accounts().sessions;
  session!.drafts.set('chat-1', { document: '"half"', text: 'half' });
  expect(Object.keys(localStorage)).toHaveLength(1);
  expect(await one.signOut(one.accounts().sessions[0]!)).toBeNull();
  expect(names(one)).toEqual([]);
  expect(names(other)).toEqual([]);
  // Neither what an editor still has nor what it sends is kept again.
  session!.drafts.set('chat-1', { document: '"more"', text: 'more' });
  session!.outbox.send('chat-1', { body: { contentType: 'text', content: 'more' } });
  expect(Object.keys(localStorage)).toEqual([]);
  expect(session!.outbox.get()).toEqual([]);
});

test('nothing that was said of an account stays after it has left, in this tab or another', async () => {
  for (const leaves of ['here', 'elsewhere']) {
    const one = await tab();
    const [{ announce, Announcer }, { createElement }] = [await import('../app/Announcer'), await import('react')];
    const { render, screen, waitFor, act, cleanup } = await import('@testing-library/react');
    render(createElement(Announcer));
    announce('Hana Sato: a secret');
    await waitFor(() => expect(screen.getByRole('status')).toHaveTextContent('Hana Sato: a secret'));
    const there = leaves === 'here' ? one : await tab();
    await act(() => there.signOut(there.accounts().sessions[0]!));
    expect(screen.getByRole('status')).toHaveTextContent(/^$/);
    cleanup();
  }
});

test('an account that is added in one tab is there in all of them', async () => {
  const [one, other] = [await tab(), await tab()];
  const [before] = other.accounts().sessions;
  await one.signIn('ben@contoso.example', 'secret');
  await vi.waitFor(() => expect(names(other)).toEqual(['Ada Lindqvist', 'Ben Okafor']));
  expect(names(one)).toEqual(['Ada Lindqvist', 'Ben Okafor']);
  // Those that were there go on as they were.
  expect(other.accounts().sessions[0]).toBe(before);
});

test('a session that had ended here goes on when the account signs in in another tab', async () => {
  const [one, other] = [await tab(), await tab()];
  const [before] = other.accounts().sessions;
  before!.live.dispatch({ type: 'link', link: 'signedOut' });
  serve({ 'GET /auth/sessions': { value: [{ account: ada }] }, 'POST /auth/signIn': { account: ada }, 'GET /chats': { value: [] } });
  await one.signIn('ada@contoso.example', 'secret');
  await vi.waitFor(() => expect(other.accounts().sessions[0]).not.toBe(before));
  expect(names(other)).toEqual(['Ada Lindqvist']);
});
