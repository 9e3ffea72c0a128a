import { screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { type ReactNode, type Ref, useImperativeHandle } from 'react';
import { afterEach, expect, test, vi } from 'vitest';

import { useLive } from '../../accounts/AccountContext';
import { Session } from '../../accounts/session';
import { refusal, renderFor, serve } from '../../test/render';
import { chat, message, user } from '../../test/samples';
import { MessageList } from './MessageList';

// Nothing has a height here: instead of the rows that fit, all are drawn.
vi.mock('virtua', () => ({
  Virtualizer({ ref, data, children }: { ref: Ref<unknown>; data: readonly unknown[]; children: (row: unknown, at: number) => ReactNode }) {
    useImperativeHandle(ref, () => ({ scrollSize: 0, viewportSize: 0, scrollToIndex: () => {} }));
    return data.map(children);
  },
}));

afterEach(() => vi.unstubAllGlobals());

const done = () => Promise.resolve(true);
const nothing = () => {};

function List() {
  const entry = useLive((state) => state.chats.get('chat-1')!);
  return <MessageList entry={entry} thread={entry.thread!} outgoing={[]} target={null} isSeeking={false} onJump={nothing} onReply={nothing} onEdit={nothing} onRead={done} onLeave={nothing} />;
}

test('older messages that could not be loaded say so where they would be, until they are there', async () => {
  let isUp = false;
  const calls = serve({ 'GET /chats/chat-1/messages': () => (isUp ? { value: [message('1')] } : refusal(503, 'overloaded')) });
  const session = new Session(user());
  session.live.dispatch(
    { type: 'listed', chats: [chat()], since: new Map() },
    { type: 'looked', chatId: 'chat-1' },
    { type: 'opened', chatId: 'chat-1', messages: [message('2')], older: 'more', since: new Map() },
  );
  renderFor(<List />, session);
  expect(await screen.findByText('Older messages could not be loaded.')).toHaveAttribute('role', 'alert');
  // It is not asked for again and again by itself.
  expect(calls).toHaveLength(1);
  isUp = true;
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  await waitFor(() => expect(screen.queryByText('Older messages could not be loaded.')).toBeNull());
  expect(session.live.get().chats.get('chat-1')!.thread!.messages.map(({ id }) => id)).toEqual(['1', '2']);
  expect(screen.getByRole('list', { name: 'Messages' })).toHaveFocus();
  expect(calls).toHaveLength(2);
});
