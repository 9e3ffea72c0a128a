import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';

import { ToastHost } from '../../app/toasts';
import { type Answers, show } from '../test/server';
import { GroupPage } from './GroupPage';
import { GroupsPage } from './GroupsPage';
import { MembersPage } from './MembersPage';
import { OrganisationPage } from './OrganisationPage';
import { PersonPage } from './PersonPage';

const ben = { id: '00000000-0000-7000-8000-0000000000e1', displayName: 'Ben Okafor', userPrincipalName: 'ben@contoso.example', mail: 'ben@contoso.example', roles: ['complianceOfficer'], accountEnabled: false };
const group = { id: '00000000-0000-7000-8000-0000000000b1', displayName: 'Board', createdDateTime: '2026-11-25T10:00:00Z' };
const answers: Answers = {
  'GET organization': { body: { value: [{ id: 'o', displayName: 'Contoso', verifiedDomains: [{ name: 'contoso.example', isDefault: true, isInitial: true, type: 'Managed' }], trustClass: 'standard', createdDateTime: '2026-01-01T00:00:00Z' }] } },
  'GET users': { body: { value: [ben] } },
  'GET groups': { body: { value: [group] } },
  'GET admin/teams/externalAccess/policies': { body: { value: [{ identity: 'Tag:Executives', assignments: [{ groupId: group.id, rank: 1 }] }] } },
  [`GET groups/${group.id}/members`]: { body: { value: [ben] } },
};

describe('members', () => {
  it('are listed with roles and whether they are off, and searched on the server', async () => {
    const user = userEvent.setup();
    const { asked } = show(<MembersPage />, answers);
    expect(await screen.findByRole('row', { name: /Ben Okafor ben@contoso\.example Compliance officer Off/ })).toBeVisible();
    await user.type(screen.getByRole('searchbox'), 'Be');
    await waitFor(() => expect(asked.at(-1)?.search).toContain('"Be"'));
  });

  it('are made in one of the organisation’s domains; what is wrong is said in the dialog', async () => {
    const user = userEvent.setup();
    const error = { code: 'Conflict', message: 'There is an account with this address.', innerError: { code: 'conflict' } };
    const { asked } = show(<MembersPage />, { ...answers, 'POST users': { status: 409, body: { error } } });
    await user.click(screen.getByRole('button', { name: 'Create an account' }));
    const dialog = await screen.findByRole('dialog');
    await user.type(within(dialog).getByRole('textbox', { name: /^Name/, hidden: true }), 'Noor Aziz');
    await user.type(within(dialog).getByRole('textbox', { name: /Address before/, hidden: true }), 'Noor');
    await user.click(within(dialog).getByRole('button', { name: 'Create an account', hidden: true }));
    expect(await within(dialog).findByText(/There is an account with this address/)).toBeVisible();
    expect(asked.find((one) => one.method === 'POST')?.body).toEqual({ displayName: 'Noor Aziz', userPrincipalName: 'noor@contoso.example', accountEnabled: true });
  });

  it('keep what was typed when somebody presses beside the dialog, and let a refusal go once it is mended', async () => {
    const user = userEvent.setup();
    const error = { code: 'Conflict', message: 'The user principal name belongs to an account already.', innerError: { code: 'conflict' } };
    show(<MembersPage />, { ...answers, 'POST users': { status: 409, body: { error } } });
    const open = async () => {
      await user.click(screen.getByRole('button', { name: 'Create an account', hidden: true }));
      return screen.findByRole('dialog');
    };
    const pressBeside = () => user.click(document.querySelector('.fui-DialogSurface__backdrop')!);
    await open();
    await pressBeside();
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    const dialog = await open();
    const name = within(dialog).getByRole('textbox', { name: /^Name/, hidden: true });
    await user.type(name, 'Noor Aziz');
    await pressBeside();
    expect(name).toBeVisible();
    expect(name).toHaveValue('Noor Aziz');
    const local = within(dialog).getByRole('textbox', { name: /Address before/, hidden: true });
    await user.type(local, 'noor');
    await user.click(within(dialog).getByRole('button', { name: 'Create an account', hidden: true }));
    expect(await within(dialog).findByText('An account has this address already.')).toBeVisible();
    await user.type(local, '2');
    expect(within(dialog).queryByText('An account has this address already.')).not.toBeInTheDocument();
  });

  it('say that nobody was found', async () => {
    show(<MembersPage />, { ...answers, 'GET users': { body: { value: [] } } });
    expect(await screen.findByText('Nobody found')).toBeVisible();
  });
});

describe('what the directory says', () => {
  it('of a person is changed by what differs; an empty field takes it away', async () => {
    const user = userEvent.setup();
    const { asked } = show(<PersonPage personId={ben.id} />, { ...answers, [`GET users/${ben.id}`]: { body: { ...ben, jobTitle: 'Buyer', mobilePhone: '+4930901820' } }, [`PATCH users/${ben.id}`]: { status: 204 } });
    await user.click(await screen.findByRole('button', { name: 'Change details' }));
    const dialog = await screen.findByRole('dialog', { name: 'Change the details of Ben Okafor' });
    const field = (name: RegExp) => within(dialog).getByRole('textbox', { name, hidden: true });
    await user.clear(field(/^Name/));
    await user.type(field(/^Name/), 'Ben Okafor-Lind');
    await user.clear(field(/^Job title/));
    await user.clear(field(/^Telephone number/));
    await user.type(field(/^Telephone number/), '0049 (30) 901-821');
    await user.click(within(dialog).getByRole('button', { name: 'Save', hidden: true }));
    await waitFor(() => expect(asked.find((one) => one.method === 'PATCH')?.body).toEqual({ displayName: 'Ben Okafor-Lind', jobTitle: null, mobilePhone: '+4930901821' }));
  });

  it('of a person is not offered to those who may not change it', async () => {
    show(<PersonPage personId={ben.id} />, { ...answers, [`GET users/${ben.id}`]: { body: ben } }, ['externalAccessAdministrator']);
    expect(await screen.findByRole('heading', { name: 'Ben Okafor' })).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Change details' })).not.toBeInTheDocument();
  });

  it('of a group is its name, which can be changed', async () => {
    const user = userEvent.setup();
    const { asked } = show(<GroupPage groupId={group.id} />, { ...answers, [`PATCH groups/${group.id}`]: { status: 204 } });
    await user.click(await screen.findByRole('button', { name: 'Rename' }));
    const dialog = await screen.findByRole('dialog', { name: 'Rename the group Board' });
    const name = within(dialog).getByRole('textbox', { name: /^Name/, hidden: true });
    await user.clear(name);
    await user.type(name, ' Directors ');
    await user.click(within(dialog).getByRole('button', { name: 'Rename', hidden: true }));
    await waitFor(() => expect(asked.find((one) => one.method === 'PATCH')?.body).toEqual({ displayName: 'Directors' }));
  });
});

describe('a group of many', () => {
  const people = Array.from({ length: 250 }, (_, index) => ({ id: `00000000-0000-7000-8000-000000001${String(index).padStart(3, '0')}`, displayName: `Person ${index}`, userPrincipalName: `p${index}@contoso.example`, mail: null }));
  const path = `groups/${group.id}/members`;
  const inPages: Answers = {
    ...answers,
    [`GET ${path}`]: ({ search }) => {
      const top = Number(/\$top=(\d+)/.exec(search)?.[1]);
      const from = Number(/\$skiptoken=(\d+)/.exec(search)?.[1] ?? 0);
      const next = from + top < people.length ? { '@odata.nextLink': `http://x/v1.0/y?$skiptoken=${from + top}` } : {};
      return { body: { value: people.slice(from, from + top), ...next } };
    },
  };

  it('is drawn page by page, and searched whole', async () => {
    const user = userEvent.setup();
    const { asked } = show(<GroupPage groupId={group.id} />, inPages);
    const list = await screen.findByRole('list', { name: 'Members' });
    expect(within(list).getAllByRole('listitem')).toHaveLength(100);
    expect(asked.filter((one) => one.path === path)).toHaveLength(1);
    await user.click(screen.getByRole('button', { name: 'More members' }));
    await waitFor(() => expect(within(list).getAllByRole('listitem')).toHaveLength(200));
    await user.click(screen.getByRole('searchbox', { name: 'Search among the members' }));
    await user.paste('Person 249');
    expect(await screen.findByRole('link', { name: 'Person 249' })).toBeVisible();
    expect(screen.getAllByRole('listitem').filter((one) => one.textContent.includes('@contoso'))).toHaveLength(1);
    await user.paste(' nobody');
    expect(await screen.findByText('Nobody in the group has “person 249 nobody” in their name or address.')).toBeVisible();
  });
});

describe('what is gone', () => {
  it('says so with a way back: a group', async () => {
    show(<GroupPage groupId="gone" />, answers);
    expect(await screen.findByRole('heading', { name: 'There is no such group any more' })).toBeVisible();
    expect(screen.getByRole('link', { name: 'All groups' })).toHaveAttribute('href', expect.stringMatching(/admin\/groups$/));
  });

  it('says so with a way back: a person', async () => {
    show(<PersonPage personId="gone" />, answers);
    expect(await screen.findByRole('heading', { name: 'There is no such person here' })).toBeVisible();
    expect(screen.getByRole('link', { name: 'All members' })).toHaveAttribute('href', expect.stringMatching(/admin\/members$/));
  });
});

describe('groups', () => {
  it('say that a search found none', async () => {
    const user = userEvent.setup();
    show(<GroupsPage />, answers);
    await user.click(await screen.findByRole('searchbox'));
    await user.paste('zzz');
    expect(await screen.findByText('No group has “zzz” in its name.')).toBeVisible();
    expect(screen.queryByRole('table')).not.toBeInTheDocument();
  });

  it('are made once, however often the button is pressed', async () => {
    const user = userEvent.setup();
    const { asked } = show(<GroupsPage />, { ...answers, 'POST groups': { status: 201, body: { ...group, id: 'new' } } });
    await user.click(await screen.findByRole('button', { name: 'Create a group' }));
    const dialog = await screen.findByRole('dialog');
    await user.type(within(dialog).getByRole('textbox', { hidden: true }), 'Board');
    await user.dblClick(within(dialog).getByRole('button', { name: 'Create a group', hidden: true }));
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect(asked.filter((one) => one.method === 'POST')).toHaveLength(1);
    history.replaceState(null, '', '/');
  });
});

describe('a password', () => {
  it.each([
    { whose: 'somebody else’s', person: ben, words: /The person is signed out everywhere/ },
    { whose: 'one’s own', person: { ...ben, id: '00000000-0000-7000-8000-000000000001' }, words: /You are signed out everywhere yourself, here too/ },
  ])('says who is signed out when it is $whose', async ({ person, words }) => {
    const user = userEvent.setup();
    show(<PersonPage personId={person.id} />, { ...answers, [`GET users/${person.id}`]: { body: person } });
    await user.click(await screen.findByRole('button', { name: 'Set a password' }));
    expect(within(await screen.findByRole('dialog')).getByText(words)).toBeVisible();
  });
});

describe('a group', () => {
  const noPolicies: Answers = { 'GET admin/teams/externalAccess/policies': { body: { value: [] } } };
  /** Finds Ben and presses the button that adds him, once it may be pressed. */
  async function choose(user: ReturnType<typeof userEvent.setup>): Promise<void> {
    await user.type(await screen.findByRole('combobox', { name: 'Add somebody' }), 'Ben');
    await user.click(await screen.findByRole('option', { name: /Ben Okafor/ }));
    await press(user, screen.getByRole('button', { name: 'Add' }));
  }
  async function press(user: ReturnType<typeof userEvent.setup>, button: HTMLElement): Promise<void> {
    await waitFor(() => expect(button).not.toHaveAttribute('aria-disabled', 'true'));
    await user.click(button);
  }

  it('lets somebody go only after saying which policy they lose', async () => {
    const user = userEvent.setup();
    const { asked } = show(<GroupPage groupId={group.id} />, { ...answers, [`DELETE groups/${group.id}/members/${ben.id}/$ref`]: { status: 204 } });
    await press(user, await screen.findByRole('button', { name: 'Remove Ben Okafor' }));
    const dialog = await screen.findByRole('alertdialog', { name: 'Remove Ben Okafor from Board?' });
    expect(within(dialog).getByText(/lose the policy Executives/)).toBeVisible();
    expect(asked.some((one) => one.method === 'DELETE')).toBe(false);
    await user.click(within(dialog).getByRole('button', { name: 'Remove', hidden: true }));
    await waitFor(() => expect(asked.some((one) => one.method === 'DELETE')).toBe(true));
  });

  it('takes somebody in only after saying which policy they come under', async () => {
    const user = userEvent.setup();
    const { asked } = show(<GroupPage groupId={group.id} />, { ...answers, [`POST groups/${group.id}/members/$ref`]: { status: 204 } });
    await choose(user);
    const dialog = await screen.findByRole('alertdialog', { name: 'Add Ben Okafor to Board?' });
    expect(within(dialog).getByText(/come under the policy Executives/)).toBeVisible();
    expect(asked.some((one) => one.method === 'POST')).toBe(false);
    await user.click(within(dialog).getByRole('button', { name: 'Add', hidden: true }));
    await waitFor(() => expect(asked.some((one) => one.method === 'POST')).toBe(true));
  });

  it('takes somebody in at once where no policy hangs on it', async () => {
    const user = userEvent.setup();
    const { asked } = show(<GroupPage groupId={group.id} />, { ...answers, ...noPolicies, [`POST groups/${group.id}/members/$ref`]: { status: 204 } });
    await choose(user);
    await waitFor(() => expect(asked.some((one) => one.method === 'POST')).toBe(true));
    expect(screen.queryByRole('alertdialog')).not.toBeInTheDocument();
  });

  it('does not say that it carries no policy when that could not be read', async () => {
    const user = userEvent.setup();
    let reads = 0;
    const key = 'GET admin/teams/externalAccess/policies';
    show(<GroupPage groupId={group.id} />, { ...answers, [key]: () => (reads++ === 0 ? { status: 500, body: {} } : (answers[key] as object)) });
    const again = await screen.findByRole('button', { name: 'Try again' });
    expect(screen.queryByText(/carries no policy/)).not.toBeInTheDocument();
    await user.click(again);
    expect(await screen.findByRole('link', { name: 'Executives (rank 1)' })).toBeVisible();
  });

  it('says when a removal could not be undone', async () => {
    const user = userEvent.setup();
    const error = { code: 'Forbidden', message: 'No.', innerError: { code: 'noPermission' } };
    show(<><GroupPage groupId={group.id} /><ToastHost /></>, { ...answers, ...noPolicies, [`DELETE groups/${group.id}/members/${ben.id}/$ref`]: { status: 204 }, [`POST groups/${group.id}/members/$ref`]: { status: 403, body: { error } } });
    await press(user, await screen.findByRole('button', { name: 'Remove Ben Okafor' }));
    await user.click(await screen.findByRole('button', { name: 'Undo' }));
    expect(await screen.findByText('You may not do this.')).toBeVisible();
  });

  it('shows its policy and its members, and is deleted after saying who loses what', async () => {
    const user = userEvent.setup();
    const nothing = { oneOnOneChats: 0, groupChats: 0, requests: 0, people: 0, outsiders: 0 };
    const { asked } = show(<GroupPage groupId={group.id} />, { ...answers, 'POST admin/teams/externalAccess/simulate': { body: { isComplete: false, people: 1, loses: nothing, gains: nothing, removals: { oneOnOneChats: 0, groupChats: 0, people: 0, outsiders: 0 } } }, [`DELETE groups/${group.id}`]: { status: 204 } });
    expect(await screen.findByRole('link', { name: 'Executives (rank 1)' })).toBeVisible();
    expect(await screen.findByRole('button', { name: 'Remove Ben Okafor' })).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Delete' }));
    const dialog = await screen.findByRole('alertdialog');
    expect(within(dialog).getByText(/Its members lose the policy Executives/)).toBeVisible();
    expect(await within(dialog).findByText(/at least 1 person/)).toBeVisible();
    await user.click(within(dialog).getByRole('button', { name: 'Delete', hidden: true }));
    await waitFor(() => expect(asked.some((one) => one.method === 'DELETE')).toBe(true));
  });
});

describe('the organisation', () => {
  it('shows domains, standing and who has which role', async () => {
    show(<OrganisationPage />, answers);
    expect(await screen.findByText('contoso.example')).toBeVisible();
    expect(await screen.findByRole('row', { name: /Compliance officer.* Ben Okafor/ })).toBeVisible();
    expect(screen.getByRole('row', { name: /Security administrator.* Nobody/ })).toBeVisible();
  });
});
