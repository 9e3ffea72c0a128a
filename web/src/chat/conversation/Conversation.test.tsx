import { screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { useLive } from '../../accounts/AccountContext';
import { Session } from '../../accounts/session';
import { editPlace } from '../../live/drafts';
import { renderFor, serve } from '../../test/render';
import { chat, message, user } from '../../test/samples';
import { Conversation } from './Conversation';

beforeEach(() => localStorage.clear());
afterEach(() => vi.unstubAllGlobals());

const text = { detail: 0, format: 0, mode: 'normal', style: '', text: 'said better', type: 'text', version: 1 };
const block = { direction: null, format: '', indent: 0, version: 1 };
const document = JSON.stringify({ root: { ...block, type: 'root', children: [{ ...block, type: 'paragraph', children: [text] }] } });

function Open() {
  return <Conversation entry={useLive((state) => state.chats.get('chat-1')!)} showsPeople={false} />;
}

test('an edit that was left goes on when the chat is opened, until it is ended', async () => {
  const [first, second] = [message('1767340800000'), message('1767340900000')];
  serve({ 'GET /chats/chat-1': chat(), 'GET /chats/chat-1/messages': { value: [second, first] } });
  const session = new Session(user());
  session.drafts.set(editPlace('chat-1', first.id), { document, text: 'said better' });
  session.live.dispatch({ type: 'listed', chats: [chat()], since: new Map() });
  renderFor(<Open />, session);
  expect(await screen.findByText('You are editing your message')).toBeVisible();
  const box = await screen.findByRole('textbox', { name: 'Message' }, { timeout: 20_000 });
  await waitFor(() => expect(box).toHaveTextContent('said better'));
  await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  await waitFor(() => expect(box).toHaveTextContent(/^$/));
  expect(session.drafts.get().size).toBe(0);
});

test('an edit of a message further back goes on, and one of a message that is not there any more is let go', async () => {
  const [far, gone] = [message('1767240800000', { body: { contentType: 'text', content: 'far back' } }), '1767250000000'];
  serve({ 'GET /chats/chat-1': chat(), 'GET /chats/chat-1/messages': { value: [message('1767340900000')] }, [`GET /chats/chat-1/messages/${far.id}`]: far });
  const session = new Session(user());
  session.drafts.set(editPlace('chat-1', far.id), { document, text: 'said better' });
  session.drafts.set(editPlace('chat-1', gone), { document, text: 'of no use' });
  session.live.dispatch({ type: 'listed', chats: [chat()], since: new Map() });
  renderFor(<Open />, session);
  expect(await screen.findByText('You are editing your message')).toBeVisible();
  expect(screen.getByText('far back')).toBeVisible();
  expect([...session.drafts.get().keys()]).toEqual([editPlace('chat-1', far.id)]);
});

test('an edit of a message that was deleted says so', async () => {
  const first = message('1767340800000', { deletedDateTime: '2026-01-02T09:00:00Z' });
  serve({ 'GET /chats/chat-1': chat(), 'GET /chats/chat-1/messages': { value: [first] } });
  const session = new Session(user());
  session.drafts.set(editPlace('chat-1', first.id), { document, text: 'said better' });
  session.live.dispatch({ type: 'listed', chats: [chat()], since: new Map() });
  renderFor(<Open />, session);
  expect(await screen.findByText(/^This message was deleted\./)).toBeVisible();
  await waitFor(() => expect(screen.getByRole('textbox', { name: 'Message' })).toHaveTextContent('said better'), { timeout: 20_000 });
});

test('a reply that was left goes on when the chat is opened again, until it is ended', async () => {
  const [first, second] = [message('1767340800000'), message('1767340900000')];
  serve({ 'GET /chats/chat-1': chat(), 'GET /chats/chat-1/messages': { value: [second, first] } });
  const session = new Session(user());
  session.drafts.setQuoted('chat-1', first.id);
  session.live.dispatch({ type: 'listed', chats: [chat()], since: new Map() });
  const { unmount } = renderFor(<Open />, session);
  expect(await screen.findByText('You reply to Hana Sato')).toBeVisible();
  unmount();
  renderFor(<Open />, session);
  expect(await screen.findByText('You reply to Hana Sato')).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  expect(screen.queryByText('You reply to Hana Sato')).toBeNull();
  expect(session.drafts.quotedIn('chat-1')).toBeNull();
});

test('a reply to what is not there any more is let go', async () => {
  serve({ 'GET /chats/chat-1': chat(), 'GET /chats/chat-1/messages': { value: [message('1767340900000')] } });
  const session = new Session(user());
  session.drafts.setQuoted('chat-1', '1767250000000');
  session.live.dispatch({ type: 'listed', chats: [chat()], since: new Map() });
  renderFor(<Open />, session);
  await waitFor(() => expect(session.drafts.quotedIn('chat-1')).toBeNull());
  expect(screen.queryByText(/^You reply to/)).toBeNull();
});
