import { screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { afterEach, expect, test, vi } from 'vitest';

import { Session } from '../../accounts/session';
import { t } from '../../i18n';
import { refusal, renderFor, serve } from '../../test/render';
import { chat, inbound, member, message, self, user } from '../../test/samples';
import { ChatList } from './ChatList';
import { ChatMenu } from './ChatMenu';
import { rowsOf } from './rows';

// Nothing has a height here: instead of the rows that fit, all are drawn.
vi.mock('virtua', () => ({ VList: ({ children, role }: { children: ReactNode; role: string }) => <div role={role}>{children}</div> }));

afterEach(() => vi.unstubAllGlobals());

async function markUnread(answers: Parameters<typeof serve>[0]) {
  const calls = serve(answers);
  const session = new Session(user());
  session.live.dispatch({ type: 'listed', chats: [chat()], since: new Map() });
  const [row] = rowsOf([{ session, state: session.live.get(), drafts: session.drafts.get() }], 'all', '', t);
  renderFor(<ChatMenu row={row!} isReachable onAsk={() => {}} />, session);
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

const BLOCK = '/me/externalContacts/blocked';

/** The list with one chat, and its menu open. */
async function menuOf(change: Parameters<typeof chat>[0], name: string, answers: Parameters<typeof serve>[0] = {}) {
  const calls = serve({ 'GET /chats/chat-1': chat(change), ...answers });
  const session = new Session(user());
  session.live.dispatch({ type: 'listed', chats: [chat(change)], since: new Map() });
  renderFor(<ChatList sessions={[session]} openChatId={null} />, session);
  const open = async () => {
    await userEvent.click(screen.getByRole('button', { name: `More for ${name}` }));
    return (await screen.findAllByRole('menuitem')).map((item) => item.textContent);
  };
  return { calls, session, open, items: await open() };
}

const colleague = member({ userId: 'person-ben', displayName: 'Ben Okafor', isExternal: false, trust: 'colleague', organisationName: 'Contoso' });

test.each([
  ['somebody from outside', {}, 'Hana Sato', ['Report Hana Sato', 'Block Hana Sato']],
  ['a colleague, who is not blocked', { members: [self, colleague] }, 'Ben Okafor', ['Report Ben Okafor']],
  ['a group', { chatType: 'group', topic: 'Plans' }, 'Plans', ['Report this group']],
] as const)('what the chat itself offers against %s is in the list, too', async (_, change, name, offered) => {
  const { items } = await menuOf(change as never, name);
  expect(items.slice(items.indexOf('Hide') + 1)).toEqual(offered);
});

test('somebody is blocked from the list after it was said what that means, and unblocked there', async () => {
  const { calls, session, open } = await menuOf({}, 'Hana Sato', { [`POST ${BLOCK}`]: null, [`DELETE ${BLOCK}/person-hana`]: null });
  await userEvent.click(screen.getByRole('menuitem', { name: 'Block Hana Sato' }));
  const dialog = await screen.findByRole('alertdialog', { name: 'Block Hana Sato?' });
  expect(dialog).toHaveTextContent('They can no longer write to you');
  expect(calls.filter(({ method }) => method === 'POST')).toEqual([]);
  await userEvent.click(within(dialog).getByRole('button', { name: 'Block', hidden: true }));
  expect(await screen.findByText('Hana Sato is blocked')).toBeVisible();
  expect(calls.find(({ method }) => method === 'POST')).toMatchObject({ path: BLOCK, body: { userId: 'person-hana' } });
  await vi.waitFor(() => expect(screen.queryByRole('alertdialog', { hidden: true })).toBeNull());
  expect(session.live.get().blocked.has('person-hana')).toBe(true);
  expect(await open()).not.toContain('Block Hana Sato');
  await userEvent.click(screen.getByRole('menuitem', { name: 'Unblock Hana Sato' }));
  await vi.waitFor(() => expect(calls.some(({ method, path }) => method === 'DELETE' && path === `${BLOCK}/person-hana`)).toBe(true));
});

test('somebody is reported from the list, as a person, and the dialog outlives the row', async () => {
  const { calls, session } = await menuOf({}, 'Hana Sato', { 'POST /chats/chat-1/report': null });
  await userEvent.click(screen.getByRole('menuitem', { name: 'Report Hana Sato' }));
  const dialog = await screen.findByRole('dialog', { name: 'Report Hana Sato?' });
  await userEvent.click(within(dialog).getByRole('radio', { name: 'Unwanted advertising', hidden: true }));
  // Another device hides the chat meanwhile: what was begun is not lost.
  const hidden = chat({ viewpoint: { ...chat().viewpoint, isHidden: true } });
  session.live.dispatch({ type: 'listed', chats: [hidden], since: new Map() });
  await vi.waitFor(() => expect(screen.queryByRole('button', { name: 'More for Hana Sato', hidden: true })).toBeNull());
  await userEvent.click(within(dialog).getByRole('button', { name: 'Report', hidden: true }));
  await vi.waitFor(() => expect(calls.at(-1)).toMatchObject({ path: '/chats/chat-1/report', body: { reason: 'spam', user: { id: 'person-hana' } } }));
});

test('from a request nothing is done past its own screen', async () => {
  serve({});
  const session = new Session(user());
  session.live.dispatch({ type: 'listed', chats: [chat({ members: [], contactRequest: inbound() })], since: new Map() });
  renderFor(<ChatList sessions={[session]} openChatId={null} />, session);
  expect(screen.getByText('Wants to contact you')).toBeVisible();
  expect(screen.queryByRole('button', { name: /^More for/ })).toBeNull();
});
