import { screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';

import { Session } from '../../accounts/session';
import { renderFor, serve } from '../../test/render';
import { chat, inbound, member, self, user } from '../../test/samples';
import { personOfMember } from '../naming';
import { BlockDialog } from './BlockDialog';

afterEach(() => vi.unstubAllGlobals());

const BLOCK = 'POST /me/externalContacts/blocked';
const hana = member();

async function blockIn(change: Parameters<typeof chat>[0]) {
  const calls = serve({ [BLOCK]: null, 'GET /chats/chat-1': chat({ members: [self, hana], ...change }), 'DELETE /me/externalContacts/blocked/person-hana': null });
  const session = new Session(user());
  session.live.dispatch({ type: 'listed', chats: [chat({ members: [self, hana], ...change })], since: new Map() });
  renderFor(<BlockDialog entry={null} person={personOfMember(hana)} onClose={() => {}} />, session);
  await userEvent.click(screen.getByRole('button', { name: 'Block', hidden: true }));
  await screen.findByText('Hana Sato is blocked');
  return calls;
}

test('a block is taken back with one press', async () => {
  const calls = await blockIn({});
  await userEvent.click(screen.getByRole('button', { name: 'Undo', hidden: true }));
  await vi.waitFor(() => expect(calls.some((call) => call.method === 'DELETE')).toBe(true));
  // What it changes is shown anew, there and back.
  await vi.waitFor(() => expect(calls.filter((call) => call.path === '/chats/chat-1')).toHaveLength(2));
});

test('a block of whoever had asked is not taken back in passing, since that would accept them', async () => {
  await blockIn({ contactRequest: inbound({ state: 'pending' }) });
  expect(screen.queryByRole('button', { name: 'Undo', hidden: true })).toBeNull();
});
