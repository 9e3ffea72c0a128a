import { screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';

import { Session } from '../../accounts/session';
import { refusal, renderFor, serve } from '../../test/render';
import { chat, message, user } from '../../test/samples';
import { Outgoing, TakeBack } from './Outgoing';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  localStorage.clear();
});

test.each([[false, 'says so'], [true, 'says nothing of it']])('a message on its way that is kept (%s) %s', async (hasRoom) => {
  serve({ 'POST /chats/chat-1/messages': () => new TypeError('no network') });
  const session = new Session(user());
  if (!hasRoom) {
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
  }
  session.outbox.send('chat-1', { body: { contentType: 'text', content: 'one' } });
  renderFor(<Outgoing entry={session.outbox.get()[0]!} isFirst isReachable onActive={() => {}} onJump={() => {}} />, session);
  expect(screen.getByText('one')).toBeVisible();
  expect(screen.getByRole('listitem')).toHaveAccessibleName('Your message on its way one');
  expect(screen.queryAllByText('This device has no room to keep this message: it is lost if the page is closed before it is sent.')).toHaveLength(hasRoom ? 0 : 1);
  session.outbox.clear();
});

async function refused(status: number, code: string) {
  const calls = serve({ 'POST /chats/chat-1/messages': () => refusal(status, code) });
  const session = new Session(user());
  session.outbox.send('chat-1', { body: { contentType: 'text', content: 'one' } });
  await waitFor(() => expect(session.outbox.get()[0]?.state).toBe('failed'));
  const takeBack = vi.fn();
  renderFor(<TakeBack value={takeBack}><Outgoing entry={session.outbox.get()[0]!} isFirst isReachable onActive={() => {}} onJump={() => {}} /></TakeBack>, session);
  return { session, takeBack, calls };
}

test('a message that is refused for what it is can be changed, copied and discarded, and is not tried again in vain', async () => {
  const { session, takeBack } = await refused(413, 'messageTooLarge');
  expect(screen.getByText(/The message is too long/)).toBeVisible();
  expect(screen.getByRole('listitem')).toHaveAccessibleName(/^Your message that was not sent one Not sent\. The message is too long/);
  expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull();
  expect(screen.getByRole('button', { name: 'Copy text' })).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Edit' }));
  expect(takeBack).toHaveBeenCalledExactlyOnceWith(session.outbox.get()[0]);
  session.outbox.clear();
});

test('a message that is refused for what may change can be tried again', async () => {
  const { session } = await refused(403, 'orgFederationOff');
  expect(screen.getByRole('button', { name: 'Try again' })).toBeVisible();
  expect(screen.getByRole('button', { name: 'Edit' })).toBeVisible();
  session.outbox.clear();
});

test('a discarded message can be had back, as it was', async () => {
  const { session, calls } = await refused(413, 'messageTooLarge');
  const [before] = session.outbox.get();
  await userEvent.click(screen.getByRole('button', { name: 'Discard' }));
  expect(session.outbox.get()).toEqual([]);
  await userEvent.click(await screen.findByRole('button', { name: 'Undo' }));
  expect(session.outbox.get()).toEqual([before]);
  expect(localStorage.getItem(`visavis.outbox.person-me.${before!.key}`)).not.toBeNull();
  expect(calls.filter(({ method }) => method === 'POST')).toHaveLength(1);
  session.outbox.clear();
});

test('a reply on its way shows what it answers', () => {
  serve({ 'POST /chats/chat-1/messages': () => new TypeError('no network') });
  const session = new Session(user());
  const answered = message('1000', { body: { contentType: 'text', content: 'When?' } });
  session.live.dispatch(
    { type: 'listed', chats: [chat()], since: new Map() },
    { type: 'looked', chatId: 'chat-1' },
    { type: 'opened', chatId: 'chat-1', messages: [answered], older: null, since: new Map() },
  );
  session.outbox.send('chat-1', { body: { contentType: 'text', content: 'On Monday' }, attachments: [{ id: '1000', contentType: 'messageReference' }] });
  renderFor(<Outgoing entry={session.outbox.get()[0]!} isFirst isReachable onActive={() => {}} onJump={() => {}} />, session);
  expect(screen.getByRole('listitem')).toHaveAccessibleName('Your message on its way Hana Sato When? On Monday');
  session.outbox.clear();
});
