import { fireEvent, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';

import { refusal, renderFor, serve } from '../../test/render';
import { entry, member, self, user } from '../../test/samples';
import AddPeopleDialog from './AddPeopleDialog';

afterEach(() => vi.unstubAllGlobals());

test('people whose adding nobody answered are added with the same key, and with another once it was refused', async () => {
  const ben = user({ id: 'person-ben', displayName: 'Ben Okafor', mail: 'ben@contoso.example' });
  let tries = 0;
  const calls = serve({ 'GET /users': { value: [ben] }, 'POST /chats/chat-1/members/add': () => (++tries === 1 ? new TypeError('no network') : refusal(403, 'noPermission')) });
  renderFor(<AddPeopleDialog entry={entry({ chatType: 'group', topic: 'Catalogue', members: [self, member()] })} onClose={() => {}} />);
  await userEvent.click(screen.getByRole('combobox', { name: 'Whom' }));
  await userEvent.paste('be');
  await userEvent.click(await screen.findByRole('option', { name: /Ben Okafor/ }));
  const keys = () => calls.flatMap((call) => (call.method === 'POST' ? [call.key] : []));
  const add = async (said: RegExp) => {
    await userEvent.click(screen.getByRole('button', { name: 'Add' }));
    await screen.findByText(said);
  };
  await add(/The server cannot be reached/);
  await add(/You may not do this/);
  await userEvent.click(screen.getByRole('button', { name: 'Add' }));
  await vi.waitFor(() => expect(keys()).toHaveLength(3));
  const [one, two, three] = keys();
  expect(two).toBe(one);
  expect(three).not.toBe(one);
});

test('a day that has not come is said to be none, and today is one', async () => {
  const ben = user({ id: 'person-ben', displayName: 'Ben Okafor', mail: 'ben@contoso.example' });
  const calls = serve({ 'GET /users': { value: [ben] }, 'POST /chats/chat-1/members/add': { value: [] } });
  renderFor(<AddPeopleDialog entry={entry({ chatType: 'group', topic: 'Catalogue', members: [self, member()] })} onClose={() => {}} />);
  await userEvent.click(screen.getByRole('combobox', { name: 'Whom' }));
  await userEvent.paste('be');
  await userEvent.click(await screen.findByRole('option', { name: /Ben Okafor/ }));
  await userEvent.click(screen.getByRole('radio', { name: 'Since a day' }));
  const day = screen.getByLabelText(/^Since/, { selector: 'input[type="date"]' });
  fireEvent.change(day, { target: { value: '2099-01-01' } });
  expect(screen.getByText('This day has not come yet.')).toBeVisible();
  const add = screen.getByRole('button', { name: 'Add' });
  expect(add).toHaveAttribute('aria-disabled', 'true');
  const now = new Date();
  const today = `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, '0')}-${String(now.getDate()).padStart(2, '0')}`;
  expect(day).toHaveAttribute('max', today);
  fireEvent.change(day, { target: { value: today } });
  await userEvent.click(add);
  await vi.waitFor(() => expect(calls.some((call) => call.path === '/chats/chat-1/members/add')).toBe(true));
});
