/** Where there is no room beside a conversation, the people of the chat lie over it. */
import { act, screen, waitFor } from '@testing-library/react';
import { useEffect, useState } from 'react';
import { afterEach, expect, test, vi } from 'vitest';

import { useLive } from '../../accounts/AccountContext';
import { Session } from '../../accounts/session';
import { renderFor, serve } from '../../test/render';
import { chat, message, user } from '../../test/samples';
import { Conversation } from './Conversation';

const width = vi.hoisted(() => {
  const WIDTH = '(max-width: 1099px)';
  const listeners = new Set<() => void>();
  const now = { isNarrow: true };
  globalThis.matchMedia = ((query: string) => ({
    get matches() { return now.isNarrow && query === WIDTH; },
    addEventListener: (_: string, listener: () => void) => { if (query === WIDTH) listeners.add(listener); },
    removeEventListener: (_: string, listener: () => void) => listeners.delete(listener),
  })) as unknown as typeof matchMedia;
  return { set: (isNarrow: boolean) => { now.isNarrow = isNarrow; for (const listener of listeners) listener(); } };
});

afterEach(() => vi.unstubAllGlobals());

let show: (showsPeople: boolean) => void;

function Open() {
  const [showsPeople, setShowsPeople] = useState(false);
  useEffect(() => { show = setShowsPeople; }, []);
  return <Conversation entry={useLive((state) => state.chats.get('chat-1')!)} showsPeople={showsPeople} />;
}

test('what lies under the people is out of reach, and the focus goes into the panel and back', async () => {
  serve({ 'GET /chats/chat-1': chat(), 'GET /chats/chat-1/messages': { value: [message('1767340800000')] } });
  const session = new Session(user());
  session.live.dispatch({ type: 'listed', chats: [chat()], since: new Map() });
  renderFor(<Open />, session);
  const said = await screen.findByText('message 1767340800000');
  const isCovered = () => said.closest('[inert]') !== null;
  expect(isCovered()).toBe(false);
  screen.getByRole('button', { name: 'People' }).focus();

  act(() => show(true));
  expect(await screen.findByRole('complementary', { name: 'People' }, { timeout: 20_000 })).toBeVisible();
  expect(isCovered()).toBe(true);
  await waitFor(() => expect(screen.getByRole('heading', { name: 'People' })).toHaveFocus());

  act(() => width.set(false));
  expect(isCovered()).toBe(false);
  act(() => width.set(true));
  expect(isCovered()).toBe(true);

  act(() => show(false));
  expect(isCovered()).toBe(false);
  await waitFor(() => expect(screen.getByRole('button', { name: 'People' })).toHaveFocus());
});
