import { fireEvent, screen } from '@testing-library/react';
import { createRef } from 'react';
import { afterEach, describe, expect, test, vi } from 'vitest';

import { renderFor, serve } from '../../test/render';
import { chat, entry, inbound, ME, member, message, self } from '../../test/samples';
import { ComposerPlace } from './ComposerPlace';

afterEach(() => vi.unstubAllGlobals());

function shown(change: Parameters<typeof entry>[0], answers: Parameters<typeof serve>[0] = {}): void {
  serve(answers);
  renderFor(<ComposerPlace entry={entry(change)} ref={createRef()} quoted={null} edited={null} onEnd={() => {}} />);
}

const refusal = (code: string, more: Record<string, string> = {}) => ({ sendRefusal: { code, message: 'In English.', ...more } });

describe('the place to write', () => {
  test('says the rule of one’s own side, and that somebody can change it', () => {
    shown(refusal('orgFederationOff', { ruleId: 'A-01', setting: 'AllowFederatedUsers', side: 'own' }));
    expect(screen.getByText('Your organisation does not talk to other organisations.')).toBeVisible();
    expect(screen.getByText(/administrator of your organisation/)).toBeVisible();
    expect(screen.queryByRole('textbox')).toBeNull();
  });

  test('names those who can change it', async () => {
    shown(refusal('orgFederationOff', { ruleId: 'A-01', setting: 'AllowFederatedUsers', side: 'own' }), {
      'GET /me/externalAccessAdministrators': { value: [{ id: 'person-farah', displayName: 'Farah Ahmadi', mail: null }] },
    });
    expect(await screen.findByRole('button', { name: 'Farah Ahmadi' })).toBeVisible();
  });

  test('sends those who can change it themselves to where they can', async () => {
    shown(refusal('orgFederationOff', { ruleId: 'A-01', setting: 'AllowFederatedUsers', side: 'own' }), {
      'GET /me/externalAccessAdministrators': { value: [{ id: ME, displayName: 'Ada Lindqvist', mail: null }] },
    });
    expect(await screen.findByRole('link', { name: 'You can change this in the administration centre.' })).toBeVisible();
  });

  test('says of the other side that it cannot be reached, and no more', () => {
    shown(refusal('notReachable'));
    expect(screen.getByText('This person cannot be reached at present.')).toBeVisible();
    expect(screen.getByText('Perhaps your organisations are not set up to talk to each other any more.')).toBeVisible();
    expect(screen.queryByText(/administrator|address/)).toBeNull();
  });

  test('says nothing of organisations where one of the two belongs to none', () => {
    const kim = member({ userId: 'person-kim', displayName: 'Kim Nguyen', trust: 'personal', organisationName: undefined as never });
    shown({ members: [self, kim], ...refusal('notReachable') });
    expect(screen.getByText('This person cannot be reached at present.')).toBeVisible();
    expect(screen.queryByText(/organisations/)).toBeNull();
    shown({ chatType: 'group', ...refusal('notReachable') });
    expect(screen.getByText('The people of this chat cannot be reached at present.')).toBeVisible();
    expect(screen.queryByText(/organisations/)).toBeNull();
  });

  test('says why the other one is not in the chat any more where the server does', () => {
    shown({ members: [self], ...refusal('orgFederationOff', { ruleId: 'A-01', setting: 'AllowFederatedUsers', side: 'own' }) });
    expect(screen.getByText('Your organisation does not talk to other organisations.')).toBeVisible();
    expect(screen.queryByText(/not in this chat any more/)).toBeNull();
    shown({ members: [self] });
    expect(screen.getByText('The other person is not in this chat any more.')).toBeVisible();
  });

  test('asks for a chat that the other side has closed again: when told to, at focus, and after a while', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const calls = serve({});
    const { unmount } = renderFor(<ComposerPlace entry={entry(refusal('notReachable'))} ref={createRef()} quoted={null} edited={null} onEnd={() => {}} />);
    const asked = () => calls.filter((call) => call.path === '/chats/chat-1').length;
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await vi.waitFor(() => expect(asked()).toBe(1));
    fireEvent.focus(window);
    await vi.waitFor(() => expect(asked()).toBe(2));
    await vi.advanceTimersByTimeAsync(61_000);
    expect(asked()).toBe(3);
    unmount();
    await vi.advanceTimersByTimeAsync(200_000);
    expect(asked()).toBe(3);
    vi.useRealTimers();
  });

  test('does not ask again where one’s own side has closed it', () => {
    shown(refusal('orgFederationOff', { ruleId: 'A-01', setting: 'AllowFederatedUsers', side: 'own' }));
    expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull();
  });

  test('unblocks whom one has blocked, and offers to take that back', async () => {
    const calls = serve({ 'DELETE /me/externalContacts/blocked/person-hana': null, 'POST /me/externalContacts/blocked': null });
    renderFor(<ComposerPlace entry={entry({ members: [self, member()], ...refusal('personBlocked', { side: 'own' }) })} ref={createRef()} quoted={null} edited={null} onEnd={() => {}} />);
    expect(screen.getByText('You have blocked Hana Sato.')).toBeVisible();
    fireEvent.click(screen.getByRole('button', { name: 'Unblock' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Undo' }));
    await vi.waitFor(() => expect(calls.find((call) => call.method === 'POST')?.body).toEqual({ userId: 'person-hana' }));
    expect(calls.some((call) => call.method === 'DELETE')).toBe(true);
  });

  test('says a reason that it does not know in the words of the server', () => {
    shown(refusal('somethingNew'));
    expect(screen.getByText('In English.')).toBeVisible();
  });

  test('says who is blocked, what was declined, and that one has left', () => {
    shown({ contactRequest: inbound({ state: 'blocked' }), ...refusal('personBlocked') });
    expect(screen.getByText(/You have blocked Hana Sato/)).toBeVisible();
    shown({ contactRequest: inbound({ state: 'declined' }), ...refusal('requestPending') });
    expect(screen.getByText(/You have declined this request/)).toBeVisible();
    shown({ viewpoint: { ...chat().viewpoint, isMember: false }, ...refusal('notMember') });
    expect(screen.getByText(/You are not in this chat any more\. What/)).toBeVisible();
    shown({ viewpoint: { ...chat().viewpoint, isMember: false, membershipEnd: 'terms' }, ...refusal('notMember') });
    expect(screen.getByText(/because the settings of an organisation in it no longer allow it/)).toBeVisible();
  });

  test('says how many messages are left before the first answer, and when none is', async () => {
    shown({ contactRequest: inbound({ direction: 'outbound', messagesSent: 7, messagesAllowed: 10 }) });
    expect(screen.getByText(/you can send 3 more messages \(of 10\)/)).toBeVisible();
    expect(await screen.findByRole('textbox', { name: 'Message' }, { timeout: 20_000 })).toBeVisible();
    expect(screen.getByText('You write as Ada Lindqvist · Contoso')).toBeVisible();
    document.body.replaceChildren();
    shown({ contactRequest: inbound({ direction: 'outbound', messagesSent: 10, messagesAllowed: 10 }), ...refusal('pendingCap', { ruleId: 'S-20' }) });
    expect(screen.getByText(/You have sent as many messages as you can/)).toBeVisible();
    expect(screen.queryByRole('textbox')).toBeNull();
  });

  test('says to whom one replies, oneself too', () => {
    serve({});
    const reply = (quoted: ReturnType<typeof message>) => renderFor(<ComposerPlace entry={entry()} ref={createRef()} quoted={quoted} edited={null} onEnd={() => {}} />);
    const { unmount } = reply(message('1767340800000'));
    expect(screen.getByText('You reply to Hana Sato')).toBeVisible();
    unmount();
    const { from } = message('1767340800000');
    reply(message('1767340800000', { from: { ...from, user: { ...from!.user!, id: ME, displayName: 'Ada Lindqvist' } } as never }));
    expect(screen.getByText('You reply to yourself')).toBeVisible();
    expect(screen.queryByText('You reply to Ada Lindqvist')).toBeNull();
  });

  test('lets one change what was said where nothing more can be said before the first answer', async () => {
    serve({});
    const full = entry({ contactRequest: inbound({ direction: 'outbound', messagesSent: 10, messagesAllowed: 10 }) });
    renderFor(<ComposerPlace entry={full} ref={createRef()} quoted={null} edited={message('1767340800000')} onEnd={() => {}} />);
    await vi.waitFor(() => expect(screen.getByRole('textbox', { name: 'Message' })).toHaveTextContent('message 1767340800000'), { timeout: 20_000 });
  });
});
