import { screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { Session } from '../accounts/session';
import { changePreferences, preferences } from '../app/preferences';
import { refusal, renderFor, serve } from '../test/render';
import { identity, user } from '../test/samples';
import SettingsScreen from './SettingsScreen';

const SETTINGS = 'GET /me/settings/externalChat';
const BLOCKED = 'GET /me/externalContacts/blocked';
const personal = { isDiscoverableByEmail: true, isDiscoverableByPhone: false, whoCanAddMeToGroups: 'everyone', showPresenceToExternal: true, sendReadReceiptsToExternal: false };
const managed = { showPresenceToExternal: true, sendReadReceiptsToExternal: true };
const luca = { id: 'person-luca', email: 'luca@outlook.example', blockedDateTime: '2026-11-01T09:00:00Z', identity: identity({ id: 'person-luca', displayName: 'Luca Romano', trust: 'personal' }) };

beforeEach(() => changePreferences({ theme: 'system', density: 'comfortable', language: 'system', notifies: false, sendsByEnter: true }));
afterEach(() => vi.unstubAllGlobals());

describe('privacy', () => {
  test('of a personal account: who finds it, who may add it, what is shown to people from outside', async () => {
    const calls = serve({ [SETTINGS]: personal, [BLOCKED]: { value: [] }, 'PATCH /me/settings/externalChat': { ...personal, isDiscoverableByEmail: false } });
    renderFor(<SettingsScreen section="privacy" />);
    const byEmail = await screen.findByRole('switch', { name: 'by my e-mail address' });
    expect(byEmail).toBeChecked();
    expect(screen.getByRole('switch', { name: 'by my telephone number' })).not.toBeChecked();
    expect(screen.getByRole('radio', { name: 'Everybody: I am asked first' })).toBeChecked();
    expect(screen.getByRole('switch', { name: 'What I have read, and that I am typing' })).not.toBeChecked();
    expect(screen.getByText(/Only by the exact address/)).toBeVisible();
    await userEvent.click(byEmail);
    await vi.waitFor(() => expect(calls.find((call) => call.method === 'PATCH')?.body).toEqual({ isDiscoverableByEmail: false }));
    await vi.waitFor(() => expect(byEmail).not.toBeChecked());
    await userEvent.click(screen.getByRole('radio', { name: 'Only my contacts' }));
    await vi.waitFor(() => expect(calls.findLast((call) => call.method === 'PATCH')?.body).toEqual({ whoCanAddMeToGroups: 'contacts' }));
  });

  test('of a managed account has no more than its organisation leaves to it', async () => {
    serve({ [SETTINGS]: managed, [BLOCKED]: { value: [] } });
    renderFor(<SettingsScreen section="privacy" />);
    await screen.findByRole('switch', { name: 'Whether I am there' });
    expect(screen.queryByRole('switch', { name: 'by my e-mail address' })).toBeNull();
    expect(screen.queryByRole('radio')).toBeNull();
    expect(await screen.findByText('You have blocked nobody.')).toBeVisible();
  });

  test('that cannot be changed says why and stays as it is', async () => {
    serve({ [SETTINGS]: managed, [BLOCKED]: { value: [] }, 'PATCH /me/settings/externalChat': refusal(403, 'featureOff') });
    renderFor(<SettingsScreen section="privacy" />);
    const presence = await screen.findByRole('switch', { name: 'Whether I am there' });
    await userEvent.click(presence);
    expect(await screen.findByText(/^This is switched off here\./)).toBeVisible();
    expect(presence).toBeChecked();
  });

  test('that could not be loaded can be loaded again', async () => {
    let isThere = false;
    serve({ [SETTINGS]: () => (isThere ? managed : refusal(403, 'noPermission')), [BLOCKED]: { value: [] } });
    renderFor(<SettingsScreen section="privacy" />);
    expect(await screen.findByText('You may not do this.')).toBeVisible();
    isThere = true;
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('switch', { name: 'Whether I am there' })).toBeChecked();
  });
});

describe('blocked people', () => {
  test('are unblocked, and blocked again with one press', async () => {
    let blocked = [luca];
    const calls = serve({
      [SETTINGS]: managed,
      [BLOCKED]: () => ({ value: blocked }),
      'DELETE /me/externalContacts/blocked/person-luca': () => { blocked = []; return null; },
      'POST /me/externalContacts/blocked': () => { blocked = [luca]; return luca; },
    });
    renderFor(<SettingsScreen section="privacy" />);
    const list = await screen.findByRole('list');
    expect(await within(list).findByText(/Luca Romano/)).toBeVisible();
    expect(within(list).getByText(/since 1 Nov(ember)? 2026|since Nov 1, 2026/)).toBeVisible();
    await userEvent.click(within(list).getByRole('button', { name: /Unblock/ }));
    expect(await screen.findByText('You have blocked nobody.')).toBeVisible();
    await userEvent.click(await screen.findByRole('button', { name: 'Undo' }));
    await vi.waitFor(() => expect(calls.find((call) => call.method === 'POST')?.body).toEqual({ userId: 'person-luca' }));
    expect(await screen.findByText(/Luca Romano/)).toBeVisible();
  });
});

describe('notifications', () => {
  test('are asked for when they are switched on, and stay off when the browser refuses', async () => {
    serve({});
    const request = vi.fn(async () => 'denied');
    vi.stubGlobal('Notification', { permission: 'default', requestPermission: request });
    renderFor(<SettingsScreen section="notifications" />);
    const notify = screen.getByRole('switch', { name: /Notify me in this browser/ });
    await userEvent.click(notify);
    expect(request).toHaveBeenCalledOnce();
    expect(await screen.findByText(/The browser does not allow it/)).toBeVisible();
    expect(notify).not.toBeChecked();
    expect(preferences().notifies).toBe(false);
  });

  test('go on and off', async () => {
    serve({});
    vi.stubGlobal('Notification', { permission: 'granted', requestPermission: vi.fn() });
    renderFor(<SettingsScreen section="notifications" />);
    const notify = screen.getByRole('switch', { name: /Notify me in this browser/ });
    await userEvent.click(notify);
    await vi.waitFor(() => expect(preferences().notifies).toBe(true));
    await userEvent.click(notify);
    await vi.waitFor(() => expect(preferences().notifies).toBe(false));
  });
});

describe('appearance', () => {
  test('theme, density and the meaning of Enter are kept on this device', async () => {
    serve({});
    renderFor(<SettingsScreen section="appearance" />);
    await userEvent.click(screen.getByRole('radio', { name: /High contrast/ }));
    await userEvent.click(screen.getByRole('radio', { name: /Compact/ }));
    await userEvent.click(screen.getByRole('switch', { name: /Enter sends/ }));
    expect(preferences()).toMatchObject({ theme: 'highContrast', density: 'compact', sendsByEnter: false });
    expect(JSON.parse(localStorage.getItem('visavis.preferences')!)).toMatchObject({ theme: 'highContrast', density: 'compact' });
  });
});

describe('the account', () => {
  test('says whose it is, and signing out removes what it kept on this device', async () => {
    const calls = serve({ 'POST /auth/signOut': null });
    const session = new Session(user());
    session.drafts.set('chat-1', { document: '{}', text: 'half a thought' });
    renderFor(<SettingsScreen section="account" />, session);
    expect(screen.getByText('Managed by Contoso')).toBeVisible();
    expect(screen.getByText('ada@contoso.example')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Sign out' }));
    await vi.waitFor(() => expect(calls.map((call) => call.path)).toContain('/auth/signOut'));
    await vi.waitFor(() => expect(session.drafts.get().size).toBe(0));
  });
});

describe('signing out', () => {
  test('that the server did not hear of is not done, and says so', async () => {
    serve({ 'POST /auth/signOut': new TypeError('no network') });
    const session = new Session(user());
    const close = vi.spyOn(session, 'close');
    renderFor(<SettingsScreen section="account" />, session);
    await userEvent.click(await screen.findByRole('button', { name: 'Sign out' }));
    expect(await screen.findByText('You are still signed in')).toBeVisible();
    expect(close).not.toHaveBeenCalled();
    serve({ 'POST /auth/signOut': refusal(401, 'notSignedIn') });
    await userEvent.click(screen.getByRole('button', { name: 'Sign out' }));
    await vi.waitFor(() => expect(close).toHaveBeenCalled());
  });
});
