import { screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, describe, expect, test, vi } from 'vitest';

import { PERSONAL_REALM, Session } from '../../accounts/session';
import { chat, user } from '../../test/samples';
import { type Call, refusal, renderFor, serve } from '../../test/render';
import NewChat from './NewChat';

afterEach(() => vi.unstubAllGlobals());

const ben = user({ id: 'person-ben', displayName: 'Ben Okafor', mail: 'ben@contoso.example' });
const hana = user({ id: 'person-hana', displayName: 'Hana Sato', mail: 'hana@fabrikam.example', isExternal: true, trust: 'unfamiliar', organisationName: 'Fabrikam' });
const directory = { 'GET /users': { value: [ben] }, 'GET /chats/chat-1': chat(), 'GET /chats/chat-1/messages': { value: [] } };
const RESOLVE = 'POST /me/externalContacts/resolve';
const found = { value: [{ result: 'found', user: hana }] };
const notReachable = { value: [{ result: 'notReachable', user: null, refusal: null }] };

const asked = (calls: readonly Call[]) => calls.filter((call) => call.path === '/me/externalContacts/resolve');
const box = () => screen.getByRole('combobox', { name: 'With whom' });

/** At once, as whoever pastes: every key would be a turn of the screen. */
async function write(text: string): Promise<void> {
  await userEvent.click(box());
  await userEvent.paste(text);
}

async function searchOutside(address: string): Promise<void> {
  await write(address);
  await userEvent.click(await screen.findByRole('option', { name: new RegExp(`Search outside for`) }));
}

describe('a new chat', () => {
  test('names the arrow of the list in the language of the page, and opens the list by it', async () => {
    serve(directory);
    renderFor(<NewChat sessions={[]} />);
    await userEvent.click(screen.getByRole('button', { name: 'Open the list: With whom' }));
    expect(box()).toHaveAttribute('aria-expanded', 'true');
  });

  test('finds colleagues while one types, and asks nobody outside', async () => {
    const calls = serve(directory);
    renderFor(<NewChat sessions={[]} />);
    await write('be: "');
    await userEvent.click(await screen.findByRole('option', { name: /Ben Okafor/ }));
    expect(calls.find((call) => call.path === '/users')?.search).toContain('$search="be"');
    expect(asked(calls)).toEqual([]);
    expect(screen.getByRole('button', { name: 'Start chat' })).toBeEnabled();
  });

  test('does not say that there is nobody when it could not ask', async () => {
    serve({ ...directory, 'GET /users': refusal(403, 'somethingNew') });
    renderFor(<NewChat sessions={[]} />);
    await write('be');
    expect(await screen.findByText('In English.')).toBeVisible();
    expect(screen.queryByText(/Nobody in your directory/)).toBeNull();
  });

  test('looks outside for a complete address only, and only when told to', async () => {
    const calls = serve({ ...directory, 'GET /users': { value: [] }, [RESOLVE]: found });
    renderFor(<NewChat sessions={[]} />);
    await write('hana@fabrikam');
    expect(await screen.findByText(/Nobody in your directory/)).toBeVisible();
    expect(screen.queryByRole('option', { name: /Search outside/ })).toBeNull();
    await write('.example');
    const option = await screen.findByRole('option', { name: /Search outside for hana@fabrikam.example/ });
    expect(asked(calls)).toEqual([]);
    await userEvent.click(option);
    await vi.waitFor(() => expect(asked(calls)).toHaveLength(1));
    expect(asked(calls)[0]?.body).toEqual({ identities: [{ '@odata.type': '#microsoft.graph.emailIdentity', email: 'hana@fabrikam.example' }] });
    expect(await screen.findByText(/Somebody from outside is among them/)).toBeVisible();
  });

  test('looks a full address of one’s own organisation up as a colleague’s, not outside', async () => {
    const organisation = { value: [{ verifiedDomains: [{ name: 'contoso.example' }, { name: 'Contoso.Test' }] }] };
    for (const address of ['ben.okafor@contoso.example', 'Ben <ben@contoso.test>']) {
      const calls = serve({ ...directory, 'GET /organization': organisation });
      const { unmount } = renderFor(<NewChat sessions={[]} />);
      await write(address);
      expect(await screen.findByRole('option', { name: /Ben Okafor/ })).toBeVisible();
      expect(screen.queryByRole('option', { name: /Search outside/ })).toBeNull();
      await vi.waitFor(() => expect(calls.some((call) => call.path === '/users' && call.search.startsWith("?$filter=proxyAddresses/any(x:x eq 'smtp:ben"))).toBe(true));
      expect(asked(calls)).toEqual([]);
      unmount();
    }
    serve({ 'GET /users': { value: [] }, 'GET /organization': organisation });
    renderFor(<NewChat sessions={[]} />);
    await write('who@contoso.example');
    expect(await screen.findByText('Nobody of your organisation has this address.')).toBeVisible();
    expect(screen.queryByRole('option')).toBeNull();
  });

  test('says so of one’s own address, found inside or outside', async () => {
    const me = user();
    serve({ 'GET /users': { value: [me] }, 'GET /organization': { value: [] } });
    const { unmount } = renderFor(<NewChat sessions={[]} />);
    await write(me.mail ?? '');
    expect(await screen.findByText('That is you.')).toBeVisible();
    unmount();
    serve({ 'GET /users': { value: [] }, [RESOLVE]: { value: [{ result: 'found', user: me }] } });
    renderFor(<NewChat sessions={[]} />);
    await searchOutside('ada@elsewhere.example');
    expect(await screen.findByText(/That is you\./)).toBeVisible();
  });

  test('takes several addresses that are pasted at once, and keeps those that nobody was found by', async () => {
    const some = { value: [{ result: 'found', user: hana }, { result: 'notReachable', user: null, refusal: null }, { result: 'found', user: ben }] };
    const calls = serve({ ...directory, [RESOLVE]: some });
    renderFor(<NewChat sessions={[]} />);
    await write('Hana Sato <hana@fabrikam.example>\nwho@ever.example; ben@contoso.example');
    await userEvent.click(await screen.findByRole('option', { name: /Search for 3 addresses/ }));
    await vi.waitFor(() => expect(asked(calls)[0]?.body).toMatchObject({ identities: [{ email: 'hana@fabrikam.example' }, { email: 'who@ever.example' }, { email: 'ben@contoso.example' }] }));
    expect(await screen.findByText(/This person cannot be reached/)).toBeVisible();
    expect(box()).toHaveValue('who@ever.example');
    expect(screen.getByRole('button', { name: 'Start group' })).toBeEnabled();
  });

  test('finds a telephone number however it is written, and asks for the country it lacks', async () => {
    const calls = serve({ ...directory, 'GET /users': { value: [] }, [RESOLVE]: found });
    renderFor(<NewChat sessions={[]} />);
    await write('020 7946 0958');
    expect(screen.getByText(/Begin a telephone number with its country/)).toBeVisible();
    await userEvent.clear(box());
    await searchOutside('0044 (0)20 7946-0958');
    await vi.waitFor(() => expect(asked(calls)[0]?.body).toEqual({ identities: [{ '@odata.type': '#visavis.phoneIdentity', phoneNumber: '+442079460958' }] }));
  });

  test('says one and the same sentence of every address that cannot be reached (P6)', async () => {
    const seen = new Set<string | null>();
    for (const answer of [notReachable, { value: [{ result: 'notReachable' }] }, { value: [] }]) {
      serve({ ...directory, 'GET /users': { value: [] }, [RESOLVE]: answer });
      const { unmount } = renderFor(<NewChat sessions={[]} />);
      await searchOutside('who@ever.example');
      seen.add((await screen.findByText(/This person cannot be reached/)).textContent);
      unmount();
    }
    expect(seen.size).toBe(1);
    expect([...seen][0]).toMatch(/^This person cannot be reached: the address may be wrong, or your organisations are not set up to talk to each other\./);
  });

  test('keeps whom one chose and what one typed while an answer was on its way', async () => {
    let arrive: ((response: Response) => void) | undefined;
    const answer = new Promise<Response>((resolve) => (arrive = resolve));
    vi.stubGlobal('fetch', async (request: Request) => {
      if (request.url.includes('externalContacts/resolve')) return answer;
      return Response.json({ value: request.url.includes('/users') ? [ben] : [] });
    });
    renderFor(<NewChat sessions={[]} />);
    await searchOutside('hana@fabrikam.example');
    await userEvent.clear(box());
    await write('be');
    await userEvent.click(await screen.findByRole('option', { name: /Ben Okafor/ }));
    await write('Chi');
    arrive?.(Response.json(found));
    // Two are chosen: it is a group by now.
    expect(await screen.findByRole('button', { name: 'Start group' })).toBeEnabled();
    const chosen = screen.getByRole('combobox', { name: 'With whom' });
    expect(chosen).toHaveValue('Chi');
    expect(screen.getByText('Ben Okafor')).toBeVisible();
    expect(screen.getByText('Hana Sato')).toBeVisible();
  });

  test('says which rule of one’s own side forbids it, and whom to ask', async () => {
    const refused = { result: 'notReachable', user: null, refusal: { code: 'domainBlocked', ruleId: 'R-7', setting: 'BlockedDomains' } };
    serve({ ...directory, 'GET /users': { value: [] }, [RESOLVE]: { value: [refused] } });
    renderFor(<NewChat sessions={[]} />);
    await searchOutside('hana@fabrikam.example');
    expect(await screen.findByText(/Your organisation blocks this domain. An administrator of your organisation can change this./)).toBeVisible();
  });

  test('starts a chat with one person, and opens it', async () => {
    const calls = serve({ ...directory, 'POST /chats': chat() });
    renderFor(<NewChat sessions={[]} />);
    await write('be');
    await userEvent.click(await screen.findByRole('option', { name: /Ben Okafor/ }));
    await userEvent.click(screen.getByRole('button', { name: 'Start chat' }));
    await vi.waitFor(() => expect(location.pathname).toBe('/u/person-me/chats/chat-1'));
    const made = calls.find((call) => call.method === 'POST' && call.path === '/chats');
    expect(made?.body).toMatchObject({ chatType: 'oneOnOne' });
    expect(made?.key).toBeTruthy();
  });

  test('with several people is a group with a name, and keeps what was chosen when it is refused', async () => {
    const calls = serve({ ...directory, [RESOLVE]: found, 'POST /chats': refusal(403, 'userFederationOff', { setting: 'EnableFederationAccess' }) });
    renderFor(<NewChat sessions={[]} />);
    await write('be');
    await userEvent.click(await screen.findByRole('option', { name: /Ben Okafor/ }));
    await searchOutside('hana@fabrikam.example');
    await userEvent.click(await screen.findByRole('textbox', { name: 'Name of the group' }));
    await userEvent.paste('Trade fair');
    await userEvent.click(screen.getByRole('button', { name: 'Start group' }));
    expect(await screen.findByText('Your external access policy does not let you talk to other organisations.')).toBeVisible();
    expect(calls.find((call) => call.path === '/chats' && call.method === 'POST')?.body).toMatchObject({ chatType: 'group', topic: 'Trade fair' });
    expect(screen.getByRole('textbox', { name: 'Name of the group' })).toHaveValue('Trade fair');
  });

  test('that nobody answered is repeated with the same key until something else is wanted', async () => {
    const calls = serve({ ...directory, [RESOLVE]: found, 'POST /chats': new TypeError('no network') });
    renderFor(<NewChat sessions={[]} />);
    await write('be');
    await userEvent.click(await screen.findByRole('option', { name: /Ben Okafor/ }));
    await searchOutside('hana@fabrikam.example');
    await screen.findByRole('textbox', { name: 'Name of the group' });
    const keys = () => calls.flatMap((call) => (call.method === 'POST' && call.path === '/chats' ? [call.key] : []));
    for (const count of [1, 2]) {
      await userEvent.click(screen.getByRole('button', { name: 'Start group' }));
      await vi.waitFor(() => expect(keys()).toHaveLength(count));
      await screen.findByText('The server cannot be reached.');
    }
    await userEvent.click(screen.getByRole('textbox', { name: 'Name of the group' }));
    await userEvent.paste('Trade fair');
    await userEvent.click(screen.getByRole('button', { name: 'Start group' }));
    await vi.waitFor(() => expect(keys()).toHaveLength(3));
    const [one, two, three] = keys();
    expect(two).toBe(one);
    expect(three).not.toBe(one);
  });

  test('speaks of no colleagues to a personal account', async () => {
    serve({ 'GET /users': { value: [] } });
    renderFor(<NewChat sessions={[]} />, new Session(user({ tenantId: PERSONAL_REALM, organisationName: undefined as never })));
    expect(screen.getByText('Anybody’s full e-mail address or telephone number')).toBeVisible();
    await write('Kim');
    expect(await screen.findByText('People are found by their full e-mail address or telephone number.')).toBeVisible();
    expect(document.body.textContent).not.toMatch(/colleague|your directory/i);
  });

  test('says as whom one writes', () => {
    serve(directory);
    renderFor(<NewChat sessions={[]} />);
    expect(screen.getByText('You write as Ada Lindqvist · Contoso')).toBeVisible();
  });

  test('lets one choose as whom, where several are signed in', async () => {
    serve(directory);
    const [ada, kim] = [new Session(user()), new Session(user({ id: 'person-kim', displayName: 'Kim Nguyen', organisationName: 'Northwind' }))];
    renderFor(<NewChat sessions={[ada, kim]} />, ada);
    const accounts = screen.getByRole('combobox', { name: 'As' });
    expect(accounts).toHaveDisplayValue('Ada Lindqvist · Contoso');
    await userEvent.selectOptions(accounts, 'Kim Nguyen · Northwind');
    expect(location.pathname).toBe('/u/person-kim/new');
  });
});
