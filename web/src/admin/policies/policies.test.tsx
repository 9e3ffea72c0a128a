import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';

import { PersonPage } from '../directory/PersonPage';
import { type Answers, type Asked, type Given, noRemovals, nothing, show } from '../test/server';
import { policyDraftOf, policyNameOf, policyPatch } from './model';
import { PoliciesPage } from './PoliciesPage';
import { NewPolicyPage, PolicyPage } from './PolicyPage';

const POLICIES = 'admin/teams/externalAccess/policies';
const policy = (identity: string, more: object = {}) => ({ identity, enableFederationAccess: true, communicationWithExternalOrgs: 'OrganizationDefault', allowedExternalDomains: [], blockedExternalDomains: [], enableTeamsConsumerAccess: true, enableTeamsConsumerInbound: true, federatedBilateralChats: false, ...more });
const [board, sales] = ['00000000-0000-7000-8000-0000000000b1', '00000000-0000-7000-8000-0000000000b2'];
const executives = policy('Tag:Executives', { enableTeamsConsumerInbound: false, assignments: [{ groupId: board, rank: 1 }] });
const partners = policy('Tag:Partners', { communicationWithExternalOrgs: 'AllowSpecificExternalDomains', allowedExternalDomains: ['b.example'], assignments: [{ groupId: sales, rank: 2 }] });

const answers: Answers = {
  [`GET ${POLICIES}`]: { body: { value: [policy('Global', { assignments: [] }), executives, partners] } },
  'GET groups': { body: { value: [{ id: board, displayName: 'Board', createdDateTime: '2026-11-25T10:00:00Z' }, { id: sales, displayName: 'Sales', createdDateTime: '2026-11-25T10:00:00Z' }] } },
  'POST admin/teams/externalAccess/simulate': { body: { isComplete: true, people: 2, loses: nothing, gains: { ...nothing, oneOnOneChats: 1, people: 1, outsiders: 1 }, removals: noRemovals } },
};

/** A policy with a version that others change, and an act on it that wants the present one. */
function versioned(one: object) {
  const kept = { version: 1, policy: () => ({ ...one, '@odata.etag': `"${kept.version}"` }) };
  const act = ({ headers }: Asked): Given => {
    if (headers.get('if-match') === `"${kept.version}"`) return { status: 204 };
    return { status: 412, body: { error: { code: 'PreconditionFailed', message: 'It changed.' } } };
  };
  return [kept, act] as const;
}

const versionsOf = (asked: readonly Asked[], path: string) => asked.filter((one) => one.path.endsWith(path)).map((one) => one.headers.get('if-match'));

describe('policies', () => {
  it('are listed with what they say and who has them', async () => {
    show(<PoliciesPage />, answers);
    expect(await screen.findByRole('row', { name: /Executives Other organisations as the organisation allows; personal accounts only at one’s own initiative Board \(rank 1\)/ })).toBeVisible();
    expect(screen.getByRole('row', { name: /Partners Only organisations on its list; personal accounts in both directions Sales \(rank 2\)/ })).toBeVisible();
    expect(screen.getByRole('row', { name: /Global .* Everybody to whom nothing else is assigned/ })).toBeVisible();
  });

  it('name the people who have them while they are few', async () => {
    const named = (...names: string[]) => ({ body: { value: names.map((displayName) => ({ id: displayName, displayName })) } });
    show(<PoliciesPage />, { ...answers, [`GET ${POLICIES}`]: { body: { value: [policy('Tag:Few'), policy('Tag:Many'), policy('Tag:None')] } }, [`GET ${POLICIES}/Tag%3AFew/users`]: named('Ben', 'Chiara'), [`GET ${POLICIES}/Tag%3AMany/users`]: named('A', 'B', 'C', 'D'), [`GET ${POLICIES}/Tag%3ANone/users`]: named() });
    expect(await screen.findByRole('row', { name: /^Few .* Ben and Chiara/ })).toBeVisible();
    expect(await screen.findByRole('row', { name: /^Many .* A, B, C and more people/ })).toBeVisible();
    expect(await screen.findByRole('row', { name: /^None .* Nobody yet/ })).toBeVisible();
  });

  it.each([
    { by: 'a button', button: 'Move Sales up', keys: '{Enter}', title: 'Move Sales to rank 1?', policyId: 'Tag:Partners', groupId: sales, rank: 1 },
    { by: 'Alt with an arrow key', button: 'Move Board down', keys: '{Alt>}{ArrowDown}{/Alt}', title: 'Move Board to rank 2?', policyId: 'Tag:Executives', groupId: board, rank: 2 },
  ])('are reordered by $by, after saying what that does', async ({ button, keys, title, policyId, groupId, rank }) => {
    const user = userEvent.setup();
    const assign = `POST ${POLICIES}/${policyId}/assign`;
    const { asked } = show(<PoliciesPage />, { ...answers, [assign]: { status: 204 }, [assign.replace(':', '%3A')]: { status: 204 } });
    const moves = () => asked.filter((one) => one.path.endsWith('/assign')).map((one) => one.body);
    (await screen.findByRole('button', { name: button })).focus();
    await user.keyboard(keys);
    const dialog = await screen.findByRole('alertdialog', { name: title });
    expect(await within(dialog).findByText(/Other settings would apply to 2 people/)).toBeVisible();
    expect(asked.find((one) => one.path.endsWith('/simulate'))?.body).toEqual({ assignment: { groupId, policyId, rank } });
    expect(moves()).toEqual([]);
    await user.click(await within(dialog).findByRole('button', { name: 'Move' }));
    await waitFor(() => expect(screen.queryByRole('alertdialog')).toBeNull());
    expect(moves()).toEqual([{ groupId, rank }]);
  });

  it('are deleted after saying who falls back and what that does', async () => {
    const user = userEvent.setup();
    const { asked } = show(<PoliciesPage />, { ...answers, [`DELETE ${POLICIES}/Tag%3AExecutives`]: { status: 204 }, [`DELETE ${POLICIES}/Tag:Executives`]: { status: 204 } });
    await user.click(await screen.findByRole('button', { name: 'Actions for Executives' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Delete' }));
    const dialog = await screen.findByRole('alertdialog');
    expect(within(dialog).getByText('The group Board loses it.')).toBeVisible();
    expect(await within(dialog).findByText(/Other settings would apply to 2 people/)).toBeVisible();
    expect(within(dialog).getByText(/possible again in 1 chat of two/)).toBeVisible();
    expect(asked.find((one) => one.path.endsWith('/simulate'))?.body).toEqual({ removedPolicy: 'Tag:Executives' });
    await user.click(within(dialog).getByRole('button', { name: 'Delete', hidden: true }));
    await waitFor(() => expect(asked.some((one) => one.method === 'DELETE')).toBe(true));
    await waitFor(() => expect(screen.queryByRole('alertdialog')).not.toBeInTheDocument());
  });

  it('are deleted as they were read, or looked at again', async () => {
    const user = userEvent.setup();
    let version = 1;
    const remove = ({ headers }: Asked): Given => {
      if (headers.get('if-match') === `"${version}"`) return { status: 204 };
      return { status: 412, body: { error: { code: 'PreconditionFailed', message: 'It changed.' } } };
    };
    const policies = () => ({ body: { value: [{ ...executives, '@odata.etag': `"${version}"` }] } });
    const { asked } = show(<PoliciesPage />, { ...answers, [`GET ${POLICIES}`]: policies, [`DELETE ${POLICIES}/Tag%3AExecutives`]: remove });
    await user.click(await screen.findByRole('button', { name: 'Actions for Executives' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Delete' }));
    const dialog = await screen.findByRole('alertdialog');
    version = 2;
    await user.click(within(dialog).getByRole('button', { name: 'Delete', hidden: true }));
    expect(await within(dialog).findByText(/changed by somebody else in the meantime/)).toBeVisible();
    await user.click(within(dialog).getByRole('button', { name: 'Delete', hidden: true }));
    await waitFor(() => expect(screen.queryByRole('alertdialog')).not.toBeInTheDocument());
    const sent = asked.filter((one) => one.method === 'DELETE').map((one) => one.headers.get('if-match'));
    expect(sent).toEqual(['"1"', '"2"']);
  });

  it('change their ranks as they were read, or looked at again', async () => {
    const user = userEvent.setup();
    const [kept, give] = versioned(partners);
    const { asked } = show(<PoliciesPage />, { ...answers, [`GET ${POLICIES}`]: () => ({ body: { value: [executives, kept.policy()] } }), [`POST ${POLICIES}/Tag%3APartners/assign`]: give });
    await user.click(await screen.findByRole('button', { name: 'Move Sales up' }));
    const dialog = await screen.findByRole('alertdialog');
    kept.version = 2;
    await user.click(within(dialog).getByRole('button', { name: 'Move', hidden: true }));
    expect(await within(dialog).findByText(/changed by somebody else in the meantime/)).toBeVisible();
    await user.click(within(dialog).getByRole('button', { name: 'Move', hidden: true }));
    await waitFor(() => expect(screen.queryByRole('alertdialog')).not.toBeInTheDocument());
    expect(versionsOf(asked, '/assign')).toEqual(['"1"', '"2"']);
  });

  it('are duplicated under a new name', async () => {
    const user = userEvent.setup();
    const { asked } = show(<NewPolicyPage original="Executives" />, { ...answers, [`POST ${POLICIES}`]: { status: 201, body: executives } });
    const name = await screen.findByRole('textbox', { name: /Name/ });
    expect(name).toHaveValue('Copy of Executives');
    expect(screen.getByRole('checkbox', { name: 'Personal accounts may find and contact them first' })).not.toBeChecked();
    await user.clear(name);
    await user.type(name, 'No:good');
    expect(screen.getByText(/1 to 64 letters, digits, spaces/)).toBeVisible();
    await user.clear(name);
    await user.type(name, 'Board');
    await user.click(screen.getByRole('button', { name: 'Create a policy' }));
    await waitFor(() => expect(asked.find((one) => one.method === 'POST')?.body).toEqual({ identity: 'Tag:Board', enableTeamsConsumerInbound: false }));
  });

  it('offer nothing to change to those who may only look', async () => {
    show(<PoliciesPage />, answers, ['complianceOfficer']);
    await screen.findByRole('row', { name: /Executives/ });
    expect(screen.queryByRole('button', { name: 'Create a policy' })).not.toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Move Sales up' })).not.toBeInTheDocument();
  });
});

describe('a policy', () => {
  const [ben, chiara] = [{ id: '00000000-0000-7000-8000-0000000000d2', displayName: 'Ben Okafor', userPrincipalName: 'ben@contoso.example', mail: 'ben@contoso.example' }, { id: '00000000-0000-7000-8000-0000000000d3', displayName: 'Chiara Moretti', userPrincipalName: 'chiara@contoso.example', mail: null }];
  const people: Answers = {
    ...answers,
    [`GET ${POLICIES}/Executives`]: { body: executives },
    [`GET ${POLICIES}/Tag%3AExecutives/users`]: ({ search }) => (search.includes('$skiptoken') ? { body: { value: [chiara] } } : { body: { value: [ben], '@odata.nextLink': 'http://x/v1.0/y?$skiptoken=2' } }),
    'POST admin/teams/policy/userAssignments/assign': { status: 204 },
    [`GET users/${ben.id}/externalAccessPolicy`]: { body: { effective: executives, source: null, sources: [{ type: 'direct', policyId: 'Tag:Executives' }, { type: 'group', policyId: 'Tag:Partners', groupId: sales, rank: 2 }] } },
  };

  it('is given to a group at a rank that there is, and says which', async () => {
    const user = userEvent.setup();
    const { asked } = show(<PolicyPage name="Executives" />, { ...people, 'GET groups': { body: { value: [{ id: board, displayName: 'Board' }, { id: sales, displayName: 'Sales' }, { id: 'new', displayName: 'New' }] } }, [`POST ${POLICIES}/Tag%3AExecutives/assign`]: { status: 204 } });
    await user.click(await screen.findByRole('combobox', { name: 'Assign to a group' }));
    await user.click(await screen.findByRole('option', { name: 'New' }));
    const rank = screen.getByRole('spinbutton', { name: 'At rank' });
    await user.clear(rank);
    await user.type(rank, '99{Enter}');
    await user.click(screen.getAllByRole('button', { name: 'Assign' })[1]!);
    const dialog = await screen.findByRole('alertdialog');
    expect(within(dialog).getByText(/It takes rank 3\./)).toBeVisible();
    await user.click(within(dialog).getByRole('button', { name: 'Assign', hidden: true }));
    await waitFor(() => expect(asked.find((one) => one.path.endsWith('/assign'))?.body).toEqual({ groupId: 'new', rank: 3 }));
  });

  it.each([
    { what: 'given to a group', act: 'assign', ask: 'Assign', title: /^Assign/ },
    { what: 'taken from a group', act: 'unassign', ask: 'Take away', title: /^Take/ },
  ])('is $what as it was read, or looked at again', async ({ act: path, ask, title }) => {
    const user = userEvent.setup();
    const [kept, give] = versioned(executives);
    const { asked } = show(<PolicyPage name="Executives" />, { ...people, [`GET ${POLICIES}/Executives`]: () => ({ body: kept.policy() }), [`POST ${POLICIES}/Tag%3AExecutives/${path}`]: give });
    if (path === 'assign') {
      await user.click(await screen.findByRole('combobox', { name: 'Assign to a group' }));
      await user.click(await screen.findByRole('option', { name: 'Sales' }));
      await user.click(screen.getAllByRole('button', { name: 'Assign' })[1]!);
    } else {
      await user.click(await screen.findByRole('button', { name: /Board/ }));
    }
    const dialog = await screen.findByRole('alertdialog', { name: title });
    kept.version = 2;
    await user.click(within(dialog).getByRole('button', { name: ask, hidden: true }));
    expect(await within(dialog).findByText(/changed by somebody else in the meantime/)).toBeVisible();
    await user.click(within(dialog).getByRole('button', { name: ask, hidden: true }));
    await waitFor(() => expect(screen.queryByRole('alertdialog')).not.toBeInTheDocument());
    expect(versionsOf(asked, `/${path}`)).toEqual(['"1"', '"2"']);
  });

  it('names who has it directly, page by page, and is taken back after saying what applies then', async () => {
    const user = userEvent.setup();
    const { asked } = show(<PolicyPage name="Executives" />, people);
    const list = await screen.findByRole('list', { name: 'People with this policy of their own' });
    expect(within(list).getByRole('link', { name: 'Ben Okafor' })).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'More people' }));
    expect(await within(list).findByText('chiara@contoso.example')).toBeVisible();
    await user.click(within(list).getByRole('button', { name: 'Take it from Ben Okafor' }));
    const dialog = await screen.findByRole('alertdialog');
    expect(await within(dialog).findByText('Partners applies to this person then, by the group Sales.')).toBeVisible();
    expect(await within(dialog).findByText(/possible again in 1 chat of two/)).toBeVisible();
    await user.click(within(dialog).getByRole('button', { name: 'Take away', hidden: true }));
    await waitFor(() => expect(asked.find((one) => one.path.endsWith('userAssignments/assign'))?.body).toEqual({ value: [{ userId: ben.id, policyType: 'ExternalAccessPolicy', policyId: '' }] }));
    expect(asked.find((one) => one.path.endsWith('/simulate'))?.body).toEqual({ assignment: { userId: ben.id } });
  });

  it('shows who has it to those who may only look', async () => {
    show(<PolicyPage name="Executives" />, people, ['securityAdministrator']);
    expect(await screen.findByRole('link', { name: 'Ben Okafor' })).toBeVisible();
    expect(screen.getByRole('link', { name: 'Board (rank 1)' })).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Take it from Ben Okafor' })).not.toBeInTheDocument();
  });
});

describe('a policy that two people edit', () => {
  // After a dialog closes jsdom leaves what was behind it marked as hidden, since nothing there ends animations.
  const hidden = true;
  const meanwhile = 'Somebody else changed this meanwhile';

  /** A server that keeps the policy Partners, with versions or, as older ones, without. */
  function server(hasVersions: boolean) {
    const kept = { policy: { ...partners }, version: 1 };
    const given = () => ({ body: kept.policy, ...(hasVersions ? { headers: { etag: `"${kept.version}"` } } : {}) });
    const change = (part: object) => {
      Object.assign(kept, { policy: { ...kept.policy, ...part }, version: kept.version + 1 });
    };
    const patch = ({ headers, body }: Asked): Given => {
      const over = headers.get('if-match');
      if (over !== null && over !== `"${kept.version}"`) return { status: 412, body: { error: { code: 'PreconditionFailed', message: 'It changed.' } } };
      change(body as object);
      return given();
    };
    const users = { body: { value: [] } };
    return {
      kept,
      change,
      answers: {
        ...answers,
        [`GET ${POLICIES}/Partners`]: given,
        [`GET ${POLICIES}/Tag%3APartners`]: given,
        [`GET ${POLICIES}/Tag%3APartners/users`]: users,
        [`PATCH ${POLICIES}/Tag%3APartners`]: patch,
      } as Answers,
    };
  }

  const bilateral = () => screen.getByRole('checkbox', { name: /two organisations at most/, hidden });

  async function save(user: ReturnType<typeof userEvent.setup>) {
    // The dialog of the time before goes, and the button waits until what it did is done.
    await waitFor(() => expect(screen.queryByRole('alertdialog', { hidden })).not.toBeInTheDocument());
    const review = await screen.findByRole('button', { name: 'Review and save', hidden });
    await waitFor(() => expect(review).not.toHaveAttribute('aria-disabled', 'true'));
    await user.click(review);
    // What jsdom keeps hidden has no name.
    const dialog = await screen.findByRole('alertdialog', { hidden });
    expect(within(dialog).getByText('Save the policy Partners?')).toBeInTheDocument();
    const rows = within(dialog).getAllByRole('row', { hidden }).slice(1).map((row) => row.textContent);
    await user.click(within(dialog).getByRole('button', { name: 'Save', hidden }));
    return rows;
  }

  it('is shown as it is now while nothing was edited', async () => {
    const { kept, change, answers: there } = server(true);
    const { session } = show(<PolicyPage name="Partners" />, there);
    await screen.findByRole('option', { name: 'b.example' });
    change({ federatedBilateralChats: true, allowedExternalDomains: ['b.example', 'c.example'] });
    // As after an assignment on the same page.
    await act(() => session.queries.invalidateQueries({ queryKey: ['admin'] }));
    expect(await screen.findByRole('option', { name: 'c.example' })).toBeVisible();
    expect(bilateral()).toBeChecked();
    expect(screen.queryByRole('button', { name: 'Review and save' })).not.toBeInTheDocument();
    expect(screen.queryByText(meanwhile)).not.toBeInTheDocument();
    expect(kept.policy.federatedBilateralChats).toBe(true);
  });

  it('keeps what was edited when it is fetched anew, and tells what changed', async () => {
    const user = userEvent.setup();
    const { change, answers: there } = server(true);
    const { session } = show(<PolicyPage name="Partners" />, there);
    await user.type(await screen.findByRole('textbox', { name: 'Domain to add' }), 'mine.example{Enter}');
    change({ allowedExternalDomains: ['b.example', 'theirs.example'], enableTeamsConsumerInbound: false });
    await act(() => session.queries.invalidateQueries({ queryKey: ['admin'] }));
    const alert = await screen.findByRole('alert');
    expect(within(alert).getByRole('row', { name: /Personal accounts may find and contact them first On Off/ })).toBeVisible();
    expect(screen.getAllByRole('option').map((one) => one.textContent)).toEqual(['b.example', 'theirs.example', 'mine.example']);
    expect(screen.getByText('1 setting is changed and not saved')).toBeVisible();
  });

  it('is looked at anew when it changes while the question stands', async () => {
    const user = userEvent.setup();
    const { kept, change, answers: there } = server(true);
    const { session } = show(<PolicyPage name="Partners" />, there);
    await user.type(await screen.findByRole('textbox', { name: 'Domain to add', hidden }), 'mine.example{Enter}');
    await user.click(screen.getByRole('button', { name: 'Review and save', hidden }));
    await screen.findByRole('alertdialog', { hidden });
    change({ allowedExternalDomains: [] });
    await act(() => session.queries.invalidateQueries({ queryKey: ['admin'] }));
    await waitFor(() => expect(screen.queryByRole('alertdialog', { hidden })).not.toBeInTheDocument());
    expect(screen.getByText(meanwhile)).toBeInTheDocument();
    expect(await save(user)).toEqual(['Allowed domains of this policy0 entries1 entry: mine.example']);
    await waitFor(() => expect(kept.policy.allowedExternalDomains).toEqual(['mine.example']));
  });

  it.each([{ words: 'by its version', hasVersions: true }, { words: 'by what it says', hasVersions: false }])('is saved only over what was read, known $words', async ({ hasVersions }) => {
    const user = userEvent.setup();
    const { kept, change, answers: there } = server(hasVersions);
    const { asked } = show(<PolicyPage name="Partners" />, there);
    await user.type(await screen.findByRole('textbox', { name: 'Domain to add' }), 'mine.example{Enter}');
    await user.click(bilateral());
    change({ allowedExternalDomains: ['b.example', 'theirs.example'] });
    expect(await save(user)).toEqual(['Allowed domains of this policy1 entry2 entries: mine.example', expect.stringContaining('OffOn')]);
    expect(await screen.findByText(meanwhile)).toBeInTheDocument();
    expect(kept.policy.allowedExternalDomains).toEqual(['b.example', 'theirs.example']);
    expect(await save(user)).toEqual(['Allowed domains of this policy2 entries3 entries: mine.example', expect.stringContaining('OffOn')]);
    await waitFor(() => expect(screen.queryByText(/not saved/)).not.toBeInTheDocument());
    expect(kept.policy).toMatchObject({ allowedExternalDomains: ['b.example', 'theirs.example', 'mine.example'], federatedBilateralChats: true });
    const over = asked.filter((one) => one.method === 'PATCH').map((one) => one.headers.get('if-match'));
    expect(over).toEqual(hasVersions ? ['"1"', '"2"'] : [null]);
  });

  it('says so when it is gone', async () => {
    show(<PolicyPage name="Nothing" />, answers);
    expect(await screen.findByRole('heading', { name: 'There is no policy Nothing' })).toBeVisible();
  });
});

describe('giving the settings of a policy to everybody', () => {
  const button = () => screen.findByRole('button', { name: 'Give its settings to everybody' });

  it('says why it cannot be done for one with its own domains', async () => {
    const user = userEvent.setup();
    show(<PolicyPage name="Partners" />, { ...answers, [`GET ${POLICIES}/Partners`]: { body: partners }, [`GET ${POLICIES}/Tag%3APartners/users`]: { body: { value: [] } } });
    expect(await button()).toHaveAttribute('aria-disabled', 'true');
    expect(await button()).toHaveAccessibleDescription(/says itself which organisations \(Allow only specific external domains\)/);
    await user.click(await button());
    expect(screen.queryByRole('alertdialog')).not.toBeInTheDocument();
  });

  it('asks first for one that goes by the organisation', async () => {
    const user = userEvent.setup();
    const { asked } = show(<PolicyPage name="Executives" />, { ...answers, [`GET ${POLICIES}/Executives`]: { body: { ...executives, '@odata.etag': '"7"' } }, [`GET ${POLICIES}/Tag%3AExecutives/users`]: { body: { value: [] } }, [`POST ${POLICIES}/Tag%3AExecutives/assign`]: { status: 204 } });
    await user.click(await button());
    const dialog = await screen.findByRole('alertdialog', { name: 'Give the settings of Executives to everybody?' });
    await user.click(within(dialog).getByRole('button', { name: 'Give its settings to everybody', hidden: true }));
    await waitFor(() => expect(asked.find((one) => one.path.endsWith('/assign'))?.body).toEqual({ global: true }));
    expect(asked.find((one) => one.path.endsWith('/assign'))?.headers.get('if-match')).toBe('"7"');
  });
});

describe('a person', () => {
  const id = '00000000-0000-7000-8000-0000000000d1';
  const daniel = { id, displayName: 'Daniel Weiss', userPrincipalName: 'daniel@contoso.example', mail: 'daniel@contoso.example', roles: [], accountEnabled: true };
  const person: Answers = {
    ...answers,
    [`GET users/${id}`]: { body: daniel },
    [`GET users/${id}/externalAccessPolicy`]: {
      body: { effective: executives, source: { type: 'group', policyId: 'Tag:Executives', groupId: board, rank: 1 }, sources: [{ type: 'group', policyId: 'Tag:Executives', groupId: board, rank: 1 }, { type: 'group', policyId: 'Tag:Partners', groupId: sales, rank: 2 }, { type: 'global', policyId: 'Global' }] },
    },
  };

  it('shows the policy that applies and every source in its order (A-109)', async () => {
    show(<PersonPage personId={id} />, person);
    const list = await screen.findByRole('list', { name: 'Sources, the strongest first' });
    await waitFor(() => expect(within(list).getAllByRole('listitem').map((one) => one.textContent)).toEqual(['Executivesby the group Board, rank 1Applies', 'Partnersby the group Sales, rank 2', 'Globalfor everybody']));
  });

  it('is switched off only after saying what that does', async () => {
    const user = userEvent.setup();
    const { asked } = show(<PersonPage personId={id} />, { ...person, [`PATCH users/${id}`]: { status: 204 } });
    await user.click(await screen.findByRole('button', { name: 'Switch off' }));
    const dialog = await screen.findByRole('alertdialog');
    expect(within(dialog).getByText(/signed out everywhere/)).toBeVisible();
    await user.click(within(dialog).getByRole('button', { name: 'Switch off', hidden: true }));
    await waitFor(() => expect(asked.find((one) => one.method === 'PATCH')?.body).toEqual({ accountEnabled: false }));
  });

  it('gets roles, and keeps those that are not given here', async () => {
    const user = userEvent.setup();
    const { asked } = show(<PersonPage personId={id} />, { ...person, [`GET users/${id}`]: { body: { ...daniel, roles: ['deploymentOperator'] } }, [`PATCH users/${id}`]: { status: 204 } });
    await user.click(await screen.findByRole('checkbox', { name: 'Compliance officer' }));
    await user.click(screen.getByRole('button', { name: 'Save roles' }));
    const dialog = await screen.findByRole('alertdialog');
    expect(within(dialog).getByText('They will be: Compliance officer.')).toBeVisible();
    await user.click(within(dialog).getByRole('button', { name: 'Save roles', hidden: true }));
    await waitFor(() => expect(asked.find((one) => one.method === 'PATCH')?.body).toEqual({ roles: ['complianceOfficer', 'deploymentOperator'] }));
  });

  it('keeps the roles that somebody else gave meanwhile', async () => {
    const user = userEvent.setup();
    const hidden = true;
    let held: readonly string[] = ['securityAdministrator'];
    const { asked } = show(<PersonPage personId={id} />, {
      ...person,
      [`GET users/${id}`]: () => ({ body: { ...daniel, roles: held } }),
      [`PATCH users/${id}`]: ({ body }) => {
        held = (body as { roles: string[] }).roles;
        return { status: 204 };
      },
    });
    const patches = () => asked.filter((one) => one.method === 'PATCH').map((one) => one.body);
    await user.click(await screen.findByRole('checkbox', { name: 'Compliance officer' }));
    held = ['securityAdministrator', 'externalAccessAdministrator'];
    const save = async () => {
      await user.click(await screen.findByRole('button', { name: 'Save roles', hidden }));
      await user.click(within(await screen.findByRole('alertdialog')).getByRole('button', { name: 'Save roles', hidden }));
    };
    await save();
    const alert = await screen.findByRole('alert', { hidden });
    expect(within(alert).getByRole('row', { name: /Roles Security administrator External access administrator(,| and) Security administrator/, hidden })).toBeInTheDocument();
    expect(patches()).toEqual([]);
    expect(screen.getByRole('checkbox', { name: 'External access administrator', hidden })).toBeChecked();
    await save();
    await waitFor(() => expect(patches()).toEqual([{ roles: ['externalAccessAdministrator', 'securityAdministrator', 'complianceOfficer'] }]));
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Save roles', hidden })).not.toBeInTheDocument());
  });
});

describe('the model', () => {
  it('sends only what changed, and judges names as the server does', () => {
    const before = policyDraftOf(executives as unknown as Parameters<typeof policyDraftOf>[0]);
    expect(policyPatch(before, before)).toEqual({});
    expect(policyPatch(before, { ...before, federatedBilateralChats: true })).toEqual({ federatedBilateralChats: true });
    expect(['Sales', ' Two words ', 'Ä', 'A\u0308', 'v1.0_a-b', '分公司', '𝒳'.repeat(64)].map(policyNameOf)).toEqual(['Sales', 'Two words', 'Ä', 'Ä', 'v1.0_a-b', '分公司', '𝒳'.repeat(64)]);
    for (const bad of ['', ' ', 'Global', 'gLOBAL', 'a:b', 'a/b', 'R&D', 'a, b', '“a”', '\u200B', 'x'.repeat(65)]) expect(policyNameOf(bad), bad).toBeNull();
  });
});
