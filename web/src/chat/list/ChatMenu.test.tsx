import { screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';

import { Session } from '../../accounts/session';
import { t } from '../../i18n';
import { refusal, renderFor, serve } from '../../test/render';
import { chat, message, user } from '../../test/samples';
import { ChatMenu } from './ChatMenu';
import { rowsOf } from './rows';

afterEach(() => vi.unstubAllGlobals());

async function markUnread(answers: Parameters<typeof serve>[0]) {
  const calls = serve(answers);
  const session = new Session(user());
  session.live.dispatch({ type: 'listed', chats: [chat()], since: new Map() });
  const [row] = rowsOf([{ session, state: session.live.get(), drafts: session.drafts.get() }], 'all', '', t);
  renderFor(<ChatMenu row={row!} isReachable />, session);
  await userEvent.click(screen.getByRole('button', { name: 'More for Hana Sato' }));
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Mark as unread' }));
  return calls;
}

const NOTHING = 'Nobody else has written here yet';
const MESSAGES = 'GET /chats/chat-1/messages';

test('a chat of which nobody could say what is in it is not said to be empty', async () => {
  await markUnread({ [MESSAGES]: refusal(403, 'somethingNew') });
  expect(await screen.findByText('In English.')).toBeVisible();
  expect(screen.queryByText(NOTHING)).toBeNull();
});

test('a chat with nothing of others says so, and one with something is unread from there on', async () => {
  await markUnread({ [MESSAGES]: { value: [] } });
  expect(await screen.findByText(NOTHING)).toBeVisible();
  document.body.replaceChildren();
  const calls = await markUnread({ [MESSAGES]: { value: [message('1767340800000')] }, 'POST /chats/chat-1/markChatUnreadForUser': null });
  await vi.waitFor(() => expect(calls.at(-1)).toMatchObject({ path: '/chats/chat-1/markChatUnreadForUser', body: { lastMessageReadDateTime: new Date(1767340799999).toISOString() } }));
});
