import { screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, describe, expect, test, vi } from 'vitest';

import { entry, inbound, message } from '../../test/samples';
import { renderFor, serve } from '../../test/render';
import { RequestScreen } from './RequestScreen';

afterEach(() => vi.unstubAllGlobals());

const written = message('1767340800000', { body: { contentType: 'text', content: 'Look at https://evil.example <b>now</b>' } });
const PREVIEW = 'GET /chats/chat-1/requestPreview';
const ACCEPT = 'POST /chats/chat-1/acceptRequest';

describe('a contact request', () => {
  test('names who asks, and shows what they wrote only when asked for, as text', async () => {
    const calls = serve({ [PREVIEW]: { value: [written] } });
    renderFor(<RequestScreen entry={entry({ contactRequest: inbound(), members: null as never })} onDone={() => {}} />);
    expect(screen.getByRole('heading', { name: 'Hana Sato wants to contact you' })).toHaveFocus();
    expect(screen.getByText('hana@fabrikam.example')).toBeVisible();
    expect(screen.queryByText(/evil/)).toBeNull();
    expect(calls).toEqual([]);
    await userEvent.click(screen.getByRole('button', { name: 'Preview messages' }));
    const preview = await screen.findByRole('list', { name: 'What the request says' });
    expect(preview).toHaveTextContent('Look at https://evil.example <b>now</b>');
    expect(within(preview).queryByRole('link')).toBeNull();
  });

  test('is previewed again when more was written meanwhile', async () => {
    let all = [written];
    serve({ [PREVIEW]: () => ({ value: all }) });
    renderFor(<RequestScreen entry={entry({ contactRequest: inbound() })} onDone={() => {}} />);
    await userEvent.click(screen.getByRole('button', { name: 'Preview messages' }));
    await screen.findByRole('list', { name: 'What the request says' });
    all = [...all, message('1767340900000', { body: { contentType: 'text', content: 'A second word' } })];
    await userEvent.click(screen.getByRole('button', { name: 'Preview again' }));
    expect(await screen.findByText('A second word')).toBeVisible();
    expect(screen.getByText(/Look at/)).toBeVisible();
  });

  test('is accepted with one press', async () => {
    const calls = serve({ [ACCEPT]: null });
    renderFor(<RequestScreen entry={entry({ contactRequest: inbound() })} onDone={() => {}} />);
    await userEvent.click(screen.getByRole('button', { name: 'Accept' }));
    await vi.waitFor(() => expect(calls.find((call) => call.method === 'POST')).toMatchObject({ path: '/chats/chat-1/acceptRequest', body: { acknowledgeRisk: false } }));
  });

  test('that looks like an impersonation is looked at, and asked about, before it is accepted', async () => {
    const calls = serve({ [PREVIEW]: { value: [written] }, [ACCEPT]: null });
    renderFor(<RequestScreen entry={entry({ contactRequest: inbound({ risk: { level: 'high', reasons: ['lookalikeDomain'] } }) })} onDone={() => {}} />);
    expect(screen.queryByRole('button', { name: 'Accept' })).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'Preview messages' }));
    await userEvent.click(await screen.findByRole('button', { name: 'Accept' }));
    expect(calls.filter((call) => call.method === 'POST')).toEqual([]);
    await userEvent.click(screen.getByRole('button', { name: 'Accept all the same' }));
    await vi.waitFor(() => expect(calls.find((call) => call.method === 'POST')).toMatchObject({ body: { acknowledgeRisk: true } }));
  });

  test('that one’s own side no longer allows says so and whom to ask, and can only be deleted, blocked or reported', () => {
    serve({});
    const sendRefusal = { code: 'orgFederationOff', message: 'In English.', ruleId: 'A-01', setting: 'AllowFederatedUsers', side: 'own' };
    renderFor(<RequestScreen entry={entry({ contactRequest: inbound(), sendRefusal })} onDone={() => {}} />);
    expect(screen.getByText('Your organisation does not talk to other organisations.')).toBeVisible();
    expect(screen.getByText(/administrator of your organisation/)).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Accept' })).toBeNull();
    for (const name of ['Delete', 'Block', 'Report']) expect(screen.getByRole('button', { name })).toBeVisible();
  });

  test('can be accepted where nothing but its answer is missing', () => {
    serve({});
    renderFor(<RequestScreen entry={entry({ contactRequest: inbound(), sendRefusal: { code: 'requestPending', message: 'In English.' } })} onDone={() => {}} />);
    expect(screen.getByRole('button', { name: 'Accept' })).toBeVisible();
    expect(screen.queryByText('In English.')).toBeNull();
  });

  test('is deleted without the other side being told', async () => {
    const calls = serve({ 'POST /chats/chat-1/declineRequest': null });
    const done = vi.fn();
    renderFor(<RequestScreen entry={entry({ contactRequest: inbound() })} onDone={done} />);
    expect(screen.getByText(/not told/)).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Delete' }));
    const dialog = await screen.findByRole('alertdialog', { name: 'Delete the request of Hana Sato?' });
    expect(calls.filter((call) => call.method === 'POST')).toEqual([]);
    expect(within(dialog).queryByRole('checkbox', { hidden: true })).toBeNull();
    await userEvent.click(within(dialog).getByRole('button', { name: 'Delete', hidden: true }));
    await vi.waitFor(() => expect(done).toHaveBeenCalled());
  });

  test('into a group is deleted after a question, with the one who invites blocked if wanted', async () => {
    const calls = serve({ 'POST /chats/chat-1/declineRequest': null });
    renderFor(<RequestScreen entry={entry({ chatType: 'group', contactRequest: inbound() })} onDone={() => {}} />);
    await userEvent.click(screen.getByRole('button', { name: 'Delete chat' }));
    expect(calls.filter((call) => call.method === 'POST')).toEqual([]);
    const dialog = await screen.findByRole('alertdialog');
    await userEvent.click(within(dialog).getByRole('checkbox', { name: 'Block Hana Sato, too', hidden: true }));
    await userEvent.click(within(dialog).getByRole('button', { name: 'Delete chat', hidden: true }));
    await vi.waitFor(() => expect(calls.find((call) => call.method === 'POST')).toMatchObject({ body: { blockRequester: true } }));
  });

  test('is blocked, with a report if wanted', async () => {
    const calls = serve({ 'POST /chats/chat-1/blockRequest': null });
    renderFor(<RequestScreen entry={entry({ contactRequest: inbound() })} onDone={() => {}} />);
    await userEvent.click(screen.getByRole('button', { name: 'Block' }));
    const dialog = await screen.findByRole('alertdialog');
    await userEvent.click(within(dialog).getByRole('checkbox', { name: 'Report this person, too', hidden: true }));
    await userEvent.click(within(dialog).getByRole('radio', { name: 'Pretends to be somebody else', hidden: true }));
    await userEvent.click(within(dialog).getByRole('button', { name: 'Block', hidden: true }));
    await vi.waitFor(() => expect(calls.find((call) => call.method === 'POST')).toMatchObject({ body: { report: { reason: 'impersonation' } } }));
  });
});
