import { FluentProvider } from '@fluentui/react-components';
import { render, screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { accounts, drop } from '../accounts/accounts';
import { themes } from '../app/theme';
import { refusal, serve } from '../test/render';
import { user } from '../test/samples';
import { SignInScreen } from './SignInScreen';

const SIGN_IN = 'POST /auth/signIn';
const founded = { 'GET /setup': { isFounded: true, isDemonstration: false } };
const person = { displayName: 'Kim Nguyen', address: 'kim@outlook.example', phoneNumber: null, password: 'none', roles: [] };
const demonstration = {
  'GET /setup': { isFounded: true, isDemonstration: true },
  'GET /demonstration': {
    homes: [
      { organisationName: 'Contoso', domain: 'contoso.example', people: [{ ...person, displayName: 'Ada Lindqvist', address: 'ada@contoso.example', password: 'open', roles: ['OrganisationAdministrator'] }] },
      { organisationName: null, domain: null, people: [person] },
    ],
  },
};

function show(isFurther = false): void {
  render(<FluentProvider theme={themes.light}><SignInScreen isFurther={isFurther} /></FluentProvider>);
}

async function typeAddress(address: string): Promise<void> {
  await userEvent.type(await screen.findByRole('textbox', { name: 'E-mail address' }), `${address}{Enter}`);
}

const tryWith = async (password: string) => userEvent.type(screen.getByLabelText(/Password/), `${password}{Enter}`);

// A session opens a connection; here nobody answers it.
beforeEach(() => vi.stubGlobal('WebSocket', class { close() {} addEventListener() {} }));
afterEach(() => {
  for (const session of accounts().sessions) drop(session);
  vi.unstubAllGlobals();
});

describe('signing in', () => {
  test('asks for the address first, and for nothing of the server', async () => {
    const calls = serve(founded);
    show();
    await typeAddress('ada@contoso.example');
    expect(screen.getByText('ada@contoso.example')).toBeVisible();
    expect(screen.getByLabelText(/Password/)).toHaveFocus();
    expect(calls.map((call) => call.path)).toEqual(['/setup']);
  });

  test('says what an address lacks, and takes numbers as people write them', async () => {
    serve(founded);
    show();
    await typeAddress('ada');
    expect(screen.getByText(/This is not a whole address/)).toBeVisible();
    await userEvent.clear(screen.getByRole('textbox', { name: 'E-mail address' }));
    await typeAddress('0049 (0)30 901820');
    expect(screen.getByText('+4930901820')).toBeVisible();
  });

  test('opens the chats of whoever proves to be it', async () => {
    const calls = serve({ ...founded, [SIGN_IN]: { account: user() }, 'GET /me': user() });
    show();
    await typeAddress('ada@contoso.example');
    await tryWith('right');
    await vi.waitFor(() => expect(location.pathname).toBe('/u/person-me/chats'));
    expect(calls.find((call) => call.path === '/auth/signIn')?.body).toEqual({ address: 'ada@contoso.example', password: 'right' });
  });

  test('with a wrong password says what to check, and asks for it again', async () => {
    serve({ ...founded, [SIGN_IN]: refusal(401, 'invalidCredentials') });
    show();
    await typeAddress('ada@contoso.example');
    await tryWith('wrong');
    expect(await screen.findByText(/The address or the password is wrong/)).toBeVisible();
    expect(screen.getByText(/new one set by an administrator/)).toBeVisible();
    expect(screen.getByLabelText(/Password/)).toHaveValue('');
    expect(screen.getByLabelText(/Password/)).toHaveFocus();
    // Those who listen hear it, too.
    expect(screen.getByRole('alert')).toHaveTextContent('The address or the password is wrong.');
  });

  test('after too many tries says when to come back, and waits until then', async () => {
    const refused = refusal(429, 'tooMany');
    refused.headers.set('Retry-After', '2');
    const calls = serve({ ...founded, [SIGN_IN]: () => refused.clone() });
    show();
    await typeAddress('ada@contoso.example');
    await tryWith('perhaps');
    expect(await screen.findByText('Too many tries in a short time')).toBeVisible();
    expect(screen.getByText(/You can try again at \d/)).toBeVisible();
    const waiting = screen.getByRole('button', { name: /Wait \d seconds?/ });
    await userEvent.click(waiting);
    expect(calls.filter((call) => call.path === '/auth/signIn')).toHaveLength(1);
    // What was typed stands there still, for when the time has come.
    expect(screen.getByLabelText(/Password/)).toHaveValue('perhaps');
    expect(await screen.findByRole('button', { name: 'Sign in' }, { timeout: 5_000 })).toBeEnabled();
  });

  test('without an answer keeps what was typed', async () => {
    serve({ ...founded, [SIGN_IN]: new TypeError('no network') });
    show();
    await typeAddress('ada@contoso.example');
    await tryWith('right');
    expect(await screen.findByText('The server cannot be reached.')).toBeVisible();
    expect(screen.getByLabelText(/Password/)).toHaveValue('right');
  });

  test('offers nobody with one press where it is no demonstration', async () => {
    const calls = serve(founded);
    show();
    await screen.findByRole('textbox', { name: 'E-mail address' });
    await vi.waitFor(() => expect(calls).toHaveLength(1));
    expect(screen.queryByRole('heading', { name: /Demonstration/ })).toBeNull();
  });
});

describe('the demonstration', () => {
  test('lists everybody by home and signs them in with one press', async () => {
    const calls = serve({ ...demonstration, [SIGN_IN]: { account: user() }, 'GET /me': user() });
    show();
    const region = await screen.findByRole('region', { name: /Demonstration/ });
    expect(within(region).getAllByRole('heading', { level: 3 }).map((heading) => heading.textContent)).toEqual(['Contoso contoso.example', 'Personal accounts']);
    await userEvent.click(within(region).getByRole('button', { name: 'Ada Lindqvist Administrator' }));
    await vi.waitFor(() => expect(calls.find((call) => call.path === '/auth/signIn')?.body).toEqual({ address: 'ada@contoso.example', password: 'open' }));
    await vi.waitFor(() => expect(accounts().sessions).toHaveLength(1));
  });

  test('says why a press did not work', async () => {
    serve({ ...demonstration, [SIGN_IN]: new TypeError('no network') });
    show();
    await userEvent.click(await screen.findByRole('button', { name: /Kim Nguyen/ }));
    expect(await screen.findByText(/The server cannot be reached/)).toBeVisible();
  });
});
