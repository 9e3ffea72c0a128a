import { act, screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { afterEach, expect, test, vi } from 'vitest';

import { Session } from '../../accounts/session';
import { renderFor, serve } from '../../test/render';
import { chat, inbound, member, self, user } from '../../test/samples';
import { ChatList } from './ChatList';

// Nothing has a height here: instead of the rows that fit, all are drawn.
vi.mock('virtua', () => ({ VList: ({ children, role }: { children: ReactNode; role: string }) => <div role={role}>{children}</div> }));

afterEach(() => vi.unstubAllGlobals());

test('what is not found under one filter is looked for in all chats with one press', async () => {
  serve({});
  const session = new Session(user());
  session.live.dispatch({ type: 'listed', chats: [chat()], since: new Map() }, { type: 'listEnded', ids: new Set(['chat-1']), since: new Map() });
  renderFor(<ChatList sessions={[session]} openChatId={null} />, session);
  await userEvent.click(screen.getByRole('tab', { name: 'Requests' }));
  const field = screen.getByRole('searchbox', { name: 'Find in chats' });
  await userEvent.type(field, 'hana');
  expect(await screen.findByText('Only chats under “Requests” were searched.')).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Search in all chats' }));
  expect(await screen.findByRole('link', { name: /Hana Sato/ })).toBeVisible();
  expect(field).toHaveFocus();
  expect(field).toHaveValue('hana');
  await userEvent.type(field, 'xyz');
  expect(await screen.findByText('Names, addresses and the newest messages were searched.')).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Search in all chats' })).toBeNull();
});

test('a request that the terms no longer allow does not count as one that waits', () => {
  serve({});
  const session = new Session(user());
  const list = (sendRefusal: { code: string; message: string; side?: string }) => session.live.dispatch({ type: 'listed', chats: [chat({ contactRequest: inbound(), sendRefusal })], since: new Map() });
  list({ code: 'requestPending', message: 'In English.' });
  renderFor(<ChatList sessions={[session]} openChatId={null} />, session);
  expect(screen.getByRole('tab', { name: 'Requests 1' })).toBeVisible();
  act(() => list({ code: 'orgFederationOff', message: 'In English.', side: 'own' }));
  expect(screen.getByRole('tab', { name: 'Requests' })).toBeVisible();
});

test('an invitation into a group is called so', () => {
  serve({});
  const session = new Session(user());
  const chats = [
    chat({ id: 'one', contactRequest: inbound({ requestedBy: { ...inbound().requestedBy, displayName: 'Goran Petrovic' } }) }),
    chat({ id: 'group', chatType: 'group', contactRequest: inbound() }),
  ];
  session.live.dispatch({ type: 'listed', chats, since: new Map() });
  renderFor(<ChatList sessions={[session]} openChatId={null} />, session);
  expect(screen.getByRole('link', { name: /^Goran Petrovic.*Wants to contact you/ })).toBeVisible();
  expect(screen.getByRole('link', { name: /^Hana Sato.*Invites you into a group/ })).toBeVisible();
});

test('a group marks all homes from outside: one in sight with how many more there are, each by name to who listens', () => {
  serve({});
  const session = new Session(user());
  const members = [
    self,
    member({ trust: 'familiar' }),
    member({ userId: 'person-ines', displayName: 'Ines Costa', tenantId: 'organisation-tailspin', organisationName: 'Tailspin' }),
    member({ userId: 'person-joe', displayName: 'Joe Hill', tenantId: 'organisation-tailspin', organisationName: 'Tailspin' }),
    member({ userId: 'person-kim', displayName: 'Kim Nguyen', trust: 'personal', tenantId: 'personal', organisationName: undefined as never }),
  ];
  session.live.dispatch({ type: 'listed', chats: [chat({ topic: 'Trade fair', chatType: 'group', members }), chat({ id: 'chat-2' })], since: new Map() });
  renderFor(<ChatList sessions={[session]} openChatId={null} />, session);
  const group = screen.getByRole('link', { name: /Trade fair.*Tailspin ?, Fabrikam, personal accounts · Unfamiliar/ });
  expect(within(group).getByText('+2')).toBeVisible();
  expect(screen.getByRole('link', { name: /Hana Sato.*Fabrikam · Unfamiliar/ })).toBeVisible();
});
