import { screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { Children, type ReactNode, type Ref, useImperativeHandle } from 'react';
import { afterEach, describe, expect, test, vi } from 'vitest';

import { PERSONAL_REALM, Session } from '../../accounts/session';
import { entry, member, self, user } from '../../test/samples';
import { refusal, renderFor, serve } from '../../test/render';
import PeoplePanel from './PeoplePanel';

// Nothing has a height here: ten rows fit, and those that are kept stay.
vi.mock('virtua', () => ({
  VList({ ref, role, keepMounted, children }: { ref: Ref<unknown>; role: string; keepMounted: readonly number[]; children: ReactNode }) {
    useImperativeHandle(ref, () => ({ scrollToIndex: () => {} }));
    return <div role={role}>{Children.toArray(children).filter((_, at) => at < 10 || keepMounted.includes(at))}</div>;
  },
}));

afterEach(() => vi.unstubAllGlobals());

const hana = member({ id: 'membership-hana' });
const kim = member({ id: 'membership-kim', userId: 'person-kim', displayName: 'Kim Nguyen', email: 'kim@outlook.example', trust: 'personal', organisationName: undefined as never, isPending: true });
const group = entry({ chatType: 'group', topic: 'Catalogue', members: [hana, kim, self] });

/** The dialog with this title: one that follows another is hidden in a test, and has no name there. */
async function titled(title: string): Promise<HTMLElement> {
  return (await screen.findByText(title, { selector: 'h2' })).closest<HTMLElement>('[role]')!;
}

// What a closed dialog leaves hidden in a test is chosen from, too.
async function choose(name: string, act: string): Promise<void> {
  await userEvent.click(screen.getByRole('button', { name: `More for ${name}`, hidden: true }));
  await userEvent.click(await screen.findByRole('menuitem', { name: act, hidden: true }));
}

describe('the people of a chat', () => {
  test('stand by their homes, one’s own first, each with where they are from', () => {
    serve({});
    renderFor(<PeoplePanel entry={group} />);
    const panel = screen.getByRole('complementary', { name: 'People' });
    expect(within(panel).getAllByText(/\(\d\)$/).map((home) => home.textContent)).toEqual(['Your side (1)', 'Fabrikam (1)', 'Personal accounts (1)']);
    expect(within(panel).getByText('(you)')).toBeVisible();
    expect(within(panel).getByText('Unfamiliar')).toBeVisible();
    expect(within(panel).getByText('Personal account')).toBeVisible();
    // Who has not answered gives no address away.
    expect(within(panel).getByText('Has not answered the request yet')).toBeVisible();
    expect(within(panel).queryByText('kim@outlook.example')).toBeNull();
  });

  test('of homes of one name each stands by itself, and none passes for one’s own or for personal accounts', () => {
    serve({});
    const from = (tenantId: string, organisationName: string, displayName: string) => member({ id: displayName, userId: displayName, displayName, tenantId, organisationName });
    const members = [from('c', 'Personal accounts', 'Carl'), kim, from('b', 'Fabrikam', 'Bo'), from('d', 'Your side', 'Dora'), hana, self];
    renderFor(<PeoplePanel entry={entry({ chatType: 'group', members })} />);
    const rows = screen.getAllByRole('listitem').map((row) => {
      const [home] = within(row).queryAllByRole('heading');
      return `${home ? `${home.textContent}: ` : ''}${within(row).getByRole('button').getAttribute('aria-label')?.replace('More for ', '')}`;
    });
    expect(rows).toEqual(['Your side (1): Ada Lindqvist', 'Fabrikam (1): Bo', 'Fabrikam (1): Hana Sato', 'Personal accounts (1): Carl', 'Your side (1): Dora', 'Personal accounts (1): Kim Nguyen']);
  });

  test('Tab reaches one of them, arrows the others', async () => {
    serve({});
    renderFor(<PeoplePanel entry={group} />);
    const [ada, hanaToo, kimToo] = ['Ada Lindqvist', 'Hana Sato', 'Kim Nguyen'].map((name) => screen.getByRole('button', { name: `More for ${name}` }));
    expect([ada, hanaToo, kimToo].map((button) => button!.tabIndex)).toEqual([0, -1, -1]);
    ada!.focus();
    await userEvent.keyboard('{ArrowDown}');
    expect(hanaToo).toHaveFocus();
    expect(screen.queryByRole('menu')).toBeNull();
    expect([ada, hanaToo, kimToo].map((button) => button!.tabIndex)).toEqual([-1, 0, -1]);
    await userEvent.keyboard('{End}');
    expect(kimToo).toHaveFocus();
    await userEvent.keyboard('{ArrowDown}{Home}');
    expect(ada).toHaveFocus();
    await userEvent.keyboard('{Enter}');
    expect(await screen.findByRole('menuitem', { name: 'Profile' })).toBeVisible();
  });

  test('of 250 a few are drawn, each says its place, and the keyboard reaches the last', async () => {
    serve({});
    const many = Array.from({ length: 250 }, (_, at) => member({ id: `membership-${at}`, userId: `person-${at}`, displayName: `Person ${String(at).padStart(3, '0')}`, ...(at < 100 ? { isExternal: false } : {}) }));
    renderFor(<PeoplePanel entry={entry({ chatType: 'group', members: many })} />);
    expect(screen.getByText('Your side (100)')).toBeVisible();
    expect(screen.getAllByRole('listitem').length).toBeLessThan(40);
    const button = (name: string) => screen.getByRole('button', { name: `More for ${name}` });
    button('Person 000').focus();
    await userEvent.keyboard('{End}');
    await vi.waitFor(() => expect(button('Person 249')).toHaveFocus());
    expect(button('Person 249').closest('[role="listitem"]')).toHaveAttribute('aria-posinset', '250');
    expect(button('Person 249').closest('[role="listitem"]')).toHaveAttribute('aria-setsize', '250');
    expect(screen.getAllByRole('button', { name: /^More for/ }).filter(({ tabIndex }) => tabIndex === 0)).toEqual([button('Person 249')]);
    await userEvent.keyboard('{ArrowUp}');
    await vi.waitFor(() => expect(button('Person 248')).toHaveFocus());
    await userEvent.keyboard('{Home}');
    await vi.waitFor(() => expect(button('Person 000')).toHaveFocus());
  });

  test('as many as fit a screen or two are all drawn', () => {
    serve({});
    const some = Array.from({ length: 40 }, (_, at) => member({ id: `membership-${at}`, userId: `person-${at}`, displayName: `Person ${at}` }));
    renderFor(<PeoplePanel entry={entry({ chatType: 'group', members: some })} />);
    expect(screen.getAllByRole('listitem')).toHaveLength(40);
  });

  test('somebody is removed after it was said what that means', async () => {
    const calls = serve({ 'DELETE /chats/chat-1/members/membership-hana': null, 'GET /chats/chat-1': { ...group.chat, members: [self] } });
    renderFor(<PeoplePanel entry={group} />);
    await choose('Hana Sato', 'Remove');
    const dialog = await screen.findByRole('alertdialog');
    expect(dialog).toHaveTextContent('They keep what was said until now and see nothing new.');
    expect(calls.filter((call) => call.method === 'DELETE')).toEqual([]);
    await userEvent.click(within(dialog).getByRole('button', { name: 'Remove', hidden: true }));
    await vi.waitFor(() => expect(calls.some((call) => call.method === 'DELETE' && call.path === '/chats/chat-1/members/membership-hana')).toBe(true));
  });

  test('nobody is offered to be removed by a personal account where an organisation began the group (U-48)', async () => {
    serve({});
    const session = new Session(user({ tenantId: PERSONAL_REALM, organisationName: undefined as never }));
    for (const [tenantId, offered] of [['organisation-contoso', false], [PERSONAL_REALM, true]] as const) {
      const { unmount } = renderFor(<PeoplePanel entry={entry({ chatType: 'group', members: [hana, self], tenantId })} />, session);
      await userEvent.click(screen.getByRole('button', { name: 'More for Hana Sato' }));
      await screen.findByRole('menuitem', { name: 'Profile' });
      expect(screen.queryByRole('menuitem', { name: 'Remove' }) !== null).toBe(offered);
      unmount();
    }
  });

  test('a second press while somebody is being removed asks for nothing more', async () => {
    let respond: ((response: Response) => void) | undefined;
    const calls = serve({ 'GET /chats/chat-1': { ...group.chat, members: [self] } });
    const others = fetch;
    let asked = 0;
    vi.stubGlobal('fetch', (request: Request) => {
      if (request.method !== 'DELETE') return others(request);
      asked += 1;
      return new Promise<Response>((resolve) => (respond = resolve));
    });
    renderFor(<PeoplePanel entry={group} />);
    await choose('Hana Sato', 'Remove');
    const press = within(await screen.findByRole('alertdialog')).getByRole('button', { name: 'Remove', hidden: true });
    await userEvent.dblClick(press);
    expect(asked).toBe(1);
    expect(press).toHaveAttribute('aria-disabled', 'true');
    respond?.(new Response(null, { status: 204 }));
    await vi.waitFor(() => expect(screen.queryByRole('alertdialog', { hidden: true })).toBeNull());
    expect(calls.filter((call) => call.method === 'DELETE')).toEqual([]);
  });

  test('why somebody cannot be removed is said', async () => {
    serve({ 'DELETE /chats/chat-1/members/membership-hana': refusal(403, 'noPermission') });
    renderFor(<PeoplePanel entry={group} />);
    await choose('Hana Sato', 'Remove');
    await userEvent.click(within(await screen.findByRole('alertdialog')).getByRole('button', { name: 'Remove', hidden: true }));
    expect(await screen.findByText('You may not do this.')).toBeVisible();
  });

  test('a card shows who somebody is', async () => {
    serve({ 'GET /users/person-hana': { id: 'person-hana', displayName: 'Hana Sato', mail: 'hana@fabrikam.example', jobTitle: 'Designer', businessPhones: [], isExternal: true, trust: 'unfamiliar', organisationName: 'Fabrikam' } });
    renderFor(<PeoplePanel entry={group} />);
    await choose('Hana Sato', 'Profile');
    const card = await screen.findByRole('dialog');
    expect(within(card).getByText('hana@fabrikam.example')).toBeVisible();
    expect(within(card).getAllByText(/Fabrikam/)[0]).toBeVisible();
  });

  test('a card reports somebody and blocks whoever is from outside, in its place', async () => {
    const calls = serve({ 'POST /chats/chat-1/report': null, 'POST /me/externalContacts/blocked': null, 'DELETE /me/externalContacts/blocked/person-hana': null });
    renderFor(<PeoplePanel entry={group} />);
    await choose('Hana Sato', 'Profile');
    await userEvent.click(within(await titled('Profile')).getByRole('button', { name: 'Report Hana Sato', hidden: true }));
    const report = await titled('Report Hana Sato?');
    expect(screen.queryByText('Profile', { selector: 'h2' })).toBeNull();
    await userEvent.click(within(report).getByRole('radio', { name: 'Something else', hidden: true }));
    await userEvent.click(within(report).getByRole('button', { name: 'Report', hidden: true }));
    await vi.waitFor(() => expect(calls.at(-1)).toMatchObject({ path: '/chats/chat-1/report', body: { reason: 'other', user: { id: 'person-hana' } } }));
    await vi.waitFor(() => expect(screen.queryByRole('dialog', { hidden: true })).toBeNull());

    await choose('Hana Sato', 'Profile');
    await userEvent.click(within(await titled('Profile')).getByRole('button', { name: 'Block Hana Sato', hidden: true }));
    await userEvent.click(within(await titled('Block Hana Sato?')).getByRole('button', { name: 'Block', hidden: true }));
    await vi.waitFor(() => expect(screen.queryByRole('alertdialog', { hidden: true })).toBeNull());

    await choose('Hana Sato', 'Profile');
    const card = await titled('Profile');
    expect(within(card).queryByRole('button', { name: 'Block Hana Sato', hidden: true })).toBeNull();
    await userEvent.click(within(card).getByRole('button', { name: 'Unblock Hana Sato', hidden: true }));
    await vi.waitFor(() => expect(calls.some(({ method }) => method === 'DELETE')).toBe(true));
    expect(await within(card).findByRole('button', { name: 'Block Hana Sato', hidden: true })).toBeVisible();
  });

  test('a card offers nothing against oneself, and no block of a colleague', async () => {
    serve({});
    const ben = member({ id: 'membership-ben', userId: 'person-ben', displayName: 'Ben Okafor', isExternal: false, trust: 'colleague' });
    renderFor(<PeoplePanel entry={entry({ chatType: 'group', members: [self, ben] })} />);
    for (const [name, offered] of [['Ada Lindqvist', ['Close']], ['Ben Okafor', ['Report Ben Okafor', 'Close', 'Write a message']]] as const) {
      await choose(name, 'Profile');
      const card = await titled('Profile');
      expect(within(card).getAllByRole('button', { hidden: true }).map((button) => button.textContent)).toEqual(offered);
      await userEvent.click(within(card).getByRole('button', { name: 'Close', hidden: true }));
      await vi.waitFor(() => expect(screen.queryByRole('dialog', { hidden: true })).toBeNull());
    }
  });

  test('oneself can be neither removed nor blocked, a colleague not blocked', async () => {
    serve({});
    renderFor(<PeoplePanel entry={group} />);
    await userEvent.click(screen.getByRole('button', { name: 'More for Ada Lindqvist' }));
    expect((await screen.findAllByRole('menuitem')).map((item) => item.textContent)).toEqual(['Profile']);
  });

  test('whoever has left sees who is there, and can change nothing', () => {
    serve({});
    renderFor(<PeoplePanel entry={entry({ chatType: 'group', members: [hana], viewpoint: { isHidden: false, isMember: false, lastMessageReadDateTime: '0001-01-01T00:00:00Z' } as never })} />);
    expect(screen.getByText('Hana Sato')).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Add people' })).toBeNull();
  });
});
