import { act, screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, describe, expect, test, vi } from 'vitest';

import { Session } from '../accounts/session';
import { refusal, renderFor, serve } from '../test/render';
import { chat, user } from '../test/samples';
import { ChatScreen } from './ChatScreen';

afterEach(() => vi.unstubAllGlobals());

test('a list that cannot be fetched is said to be so, and where a chat waits for it, too', async () => {
  serve({});
  const session = new Session(user());
  const again = vi.spyOn(session.live, 'listNow').mockImplementation(() => {});
  renderFor(<ChatScreen sessions={[session]} path={['chat-1']} isNew={false} />, session);
  act(() => session.live.dispatch({ type: 'listFailed' }));
  expect(screen.getAllByText('The chats could not be loaded')).toHaveLength(2);
  for (const button of screen.getAllByRole('button', { name: 'Try again' })) await userEvent.click(button);
  expect(again).toHaveBeenCalledTimes(2);
});

describe('a chat that is not in the list', () => {
  /** Shows it while the list has other chats, and has more to come. */
  function shown(answers: Parameters<typeof serve>[0]) {
    const calls = serve(answers);
    const session = new Session(user());
    session.live.dispatch({ type: 'listed', chats: [chat()], since: new Map() });
    renderFor(<ChatScreen sessions={[session]} path={['chat-9']} isNew={false} />, session);
    return { session, asked: () => calls.filter(({ path }) => path === '/chats/chat-9').length };
  }
  const GONE = 'This chat is not here';
  const FAILED = 'The messages could not be loaded';

  test('is asked for at once, not after the whole list', async () => {
    shown({ 'GET /chats/chat-9': chat({ id: 'chat-9', topic: 'Far down', chatType: 'group' }) });
    expect(await screen.findByRole('heading', { name: 'Far down' })).toBeVisible();
  });

  test('is said not to be here only when the server has said so', async () => {
    shown({});
    expect(screen.queryByText(GONE)).toBeNull();
    expect(await screen.findByText(GONE)).toBeVisible();
    expect(screen.queryByText(FAILED)).toBeNull();
  });

  test('that cannot be asked for is said to be so, and asked for again', async () => {
    let isUp = false;
    const { session, asked } = shown({ 'GET /chats/chat-9': () => (isUp ? refusal(404, 'notFound') : new TypeError('no network')) });
    expect(await screen.findByText(FAILED)).toBeVisible();
    expect(screen.queryByText(GONE)).toBeNull();
    const before = asked();
    act(() => session.live.dispatch({ type: 'link', link: 'lost' }));
    await waitFor(() => expect(asked()).toBe(before + 1));
    expect(await screen.findByText(FAILED)).toBeVisible();
    isUp = true;
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText(GONE)).toBeVisible();
    isUp = false;
    act(() => session.live.dispatch({ type: 'link', link: 'live' }));
    expect(screen.getByText(GONE)).toBeVisible();
  });
});

test('when the session has ended nothing spins for what cannot come any more', async () => {
  serve({ 'GET /chats/chat-1': chat() });
  const session = new Session(user());
  const page = renderFor(<ChatScreen sessions={[session]} path={['chat-1']} isNew={false} />, session);
  expect(screen.getAllByRole('progressbar', { hidden: true }).length).toBeGreaterThan(0);
  act(() => session.live.dispatch({ type: 'link', link: 'signedOut' }));
  expect(screen.queryAllByRole('progressbar', { hidden: true })).toEqual([]);
  expect(screen.getAllByText('The session of Ada Lindqvist has ended.')).toHaveLength(2);
  expect(screen.queryByText(/No chats yet/)).toBeNull();
  // A chat that was open and whose messages had not come.
  act(() => session.live.dispatch({ type: 'listed', chats: [chat()], since: new Map() }));
  expect(screen.getAllByText('The session of Ada Lindqvist has ended.')).toHaveLength(1);
  expect(page.container.querySelector('[role="progressbar"]')).toBeNull();
});
