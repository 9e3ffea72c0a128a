import { screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, describe, expect, test, vi } from 'vitest';

import { Session } from '../../accounts/session';
import { refusal, renderFor, serve } from '../../test/render';
import { user } from '../../test/samples';
import ReportDialog, { type Reported } from './ReportDialog';

afterEach(() => vi.unstubAllGlobals());

function shown(reported: Reported, answers: Parameters<typeof serve>[0], session?: Session) {
  const calls = serve(answers);
  const closed = vi.fn();
  renderFor(<ReportDialog chatId="chat-1" reported={reported} onClose={closed} />, session);
  return { calls, closed, dialog: screen.getByRole('dialog') };
}

describe('a report', () => {
  test.each([
    [{ kind: 'message', messageId: '77', name: 'Hana Sato' }, '/chats/chat-1/messages/77/report', {}],
    [{ kind: 'person', userId: 'person-hana', name: 'Hana Sato' }, '/chats/chat-1/report', { user: { id: 'person-hana' } }],
    [{ kind: 'request', name: 'Hana Sato' }, '/chats/chat-1/report', {}],
    [{ kind: 'chat', name: 'Plans' }, '/chats/chat-1/report', {}],
  ] as const)('of a %o says why, and that it was sent', async (reported, path, more) => {
    const { calls, closed, dialog } = shown(reported, { [`POST ${path}`]: null });
    await userEvent.click(within(dialog).getByRole('radio', { name: 'Pretends to be somebody else', hidden: true }));
    await userEvent.type(within(dialog).getByRole('textbox', { name: 'What else should be known?', hidden: true }), ' Not the Hana I know. ');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Report', hidden: true }));
    await vi.waitFor(() => expect(closed).toHaveBeenCalled());
    expect(calls).toMatchObject([{ method: 'POST', path, body: { reason: 'impersonation', comment: 'Not the Hana I know.', ...more } }]);
    expect(calls[0]?.body).toEqual({ reason: 'impersonation', comment: 'Not the Hana I know.', ...more });
    expect(screen.getAllByText('Reported')[0]).toBeVisible();
  });

  test('needs no words', async () => {
    const { calls, dialog } = shown({ kind: 'chat', name: 'Plans' }, { 'POST /chats/chat-1/report': null });
    await userEvent.click(within(dialog).getByRole('radio', { name: 'Unwanted advertising', hidden: true }));
    await userEvent.click(within(dialog).getByRole('button', { name: 'Report', hidden: true }));
    await vi.waitFor(() => expect(calls[0]?.body).toEqual({ reason: 'spam' }));
  });

  test('has no reason until one is chosen, and asks for one', async () => {
    const { calls, dialog } = shown({ kind: 'request', name: 'Hana Sato' }, { 'POST /chats/chat-1/report': null });
    for (const radio of within(dialog).getAllByRole('radio', { hidden: true })) expect(radio).not.toBeChecked();
    await userEvent.click(within(dialog).getByRole('button', { name: 'Report', hidden: true }));
    expect(await within(dialog).findByText('Choose a reason.')).toBeVisible();
    expect(calls).toEqual([]);
    await userEvent.click(within(dialog).getByRole('radio', { name: 'Pretends to be somebody else', hidden: true }));
    expect(within(dialog).queryByText('Choose a reason.')).toBeNull();
  });

  test('says who gets it: administrators, or whoever runs the service', () => {
    const { dialog } = shown({ kind: 'chat', name: 'Plans' }, {});
    expect(dialog).toHaveTextContent('It goes to the administrators of your organisation. Nobody else is told');
    document.body.replaceChildren();
    const personal = shown({ kind: 'chat', name: 'Plans' }, {}, new Session(user({ tenantId: '9188040d-6c67-4c5b-b112-36a304b66dad' })));
    expect(personal.dialog).toHaveTextContent('It goes to those who run this service.');
  });

  test('that the server refuses stays, with the reason', async () => {
    const { closed, dialog } = shown({ kind: 'chat', name: 'Plans' }, { 'POST /chats/chat-1/report': refusal(429, 'tooMany') });
    await userEvent.click(within(dialog).getByRole('radio', { name: 'Something else', hidden: true }));
    await userEvent.click(within(dialog).getByRole('button', { name: 'Report', hidden: true }));
    expect(await within(dialog).findByText(/too often/)).toBeVisible();
    expect(closed).not.toHaveBeenCalled();
  });
});
