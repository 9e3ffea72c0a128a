import { act, renderHook, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, expect, test, vi } from 'vitest';

import { AccountProvider } from '../../accounts/AccountContext';
import { Session } from '../../accounts/session';
import { serve } from '../../test/render';
import { chat, message, user } from '../../test/samples';
import { useJump } from './useJump';

afterEach(() => vi.unstubAllGlobals());

/** A chat with one loaded message and older ones. */
function shown(answers: Parameters<typeof serve>[0]) {
  serve(answers);
  const session = new Session(user());
  session.live.dispatch(
    { type: 'listed', chats: [chat()], since: new Map() },
    { type: 'opened', chatId: 'chat-1', messages: [message('1767340900000')], older: 'more', since: new Map() },
  );
  const wrapper = ({ children }: { children: ReactNode }) => <AccountProvider session={session}>{children}</AccountProvider>;
  return { session, ...renderHook(() => useJump('chat-1'), { wrapper }) };
}

test('a message on its way is said to be, until it is there', async () => {
  const { session, result } = shown({});
  let arrive: (isThere: boolean) => void = () => {};
  vi.spyOn(session.live, 'loadOlder').mockImplementation(() => new Promise((resolve) => (arrive = resolve)));
  expect(result.current.isSeeking).toBe(false);
  act(() => result.current.jump('1767340800000'));
  expect(result.current).toMatchObject({ isSeeking: true, target: null });
  session.live.dispatch({ type: 'olderLoaded', chatId: 'chat-1', messages: [message('1767340800000')], older: null, from: 'more' });
  await act(async () => arrive(true));
  expect(result.current).toMatchObject({ isSeeking: false, target: { id: '1767340800000' } });
});

test('a message that cannot be had is not waited for', async () => {
  const { result } = shown({ 'GET /chats/chat-1/messages': () => new TypeError('no network') });
  act(() => result.current.jump('1767340800000'));
  expect(result.current.isSeeking).toBe(true);
  await waitFor(() => expect(result.current.isSeeking).toBe(false));
  expect(result.current.target).toBeNull();
});
