import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';

import { type Answers, noRemovals, nothing, show, usual } from '../test/server';
import { ExternalAccessPage } from './ExternalAccessPage';

// After a dialog closes jsdom leaves what was behind it marked as hidden, since nothing there ends animations.
const hidden = true;

const PATH = 'admin/teams/externalAccess/configuration';
const SIMULATE = 'POST admin/teams/externalAccess/simulate';
const effect = (loses: object) => ({ body: { isComplete: true, people: 7, loses: { ...nothing, ...loses }, gains: nothing, removals: noRemovals } });

function answers(more: Answers = {}): Answers {
  return { [`GET ${PATH}`]: { body: usual, headers: { etag: '"4"' } }, [SIMULATE]: effect({}), ...more };
}

/** A server that keeps what is saved, and refuses what is saved over another version than its own. */
function keeping(start: object) {
  const there = { kept: start, version: 4 };
  return {
    there,
    /** Somebody else is faster. */
    change(more: object) {
      there.kept = { ...there.kept, ...more };
      there.version += 1;
    },
    answers: answers({
      [`GET ${PATH}`]: () => ({ body: there.kept, headers: { etag: `"${there.version}"` } }),
      [`PATCH ${PATH}`]: ({ headers, body }) => {
        if (headers.get('if-match') !== `"${there.version}"`) return { status: 412, body: { error: { code: 'PreconditionFailed', message: 'It changed.' } } };
        there.kept = { ...there.kept, ...(body as object) };
        there.version += 1;
        return { body: there.kept, headers: { etag: `"${there.version}"` } };
      },
    }),
  };
}

describe('the page of external access', () => {
  it('says what a change does before it is saved, and saves against the version that was read', async () => {
    const user = userEvent.setup();
    const { asked } = show(<ExternalAccessPage section={undefined} />, answers({
      [SIMULATE]: effect({ oneOnOneChats: 2, requests: 1, people: 1, outsiders: 2 }),
      [`PATCH ${PATH}`]: { body: { ...usual, allowTeamsConsumer: false }, headers: { etag: '"5"' } },
    }));
    await user.click(await screen.findByRole('switch', { name: /accounts aren’t managed by an organization/ }));
    expect(screen.getByRole('checkbox', { name: /External users with Teams accounts not managed/ })).toBeDisabled();
    expect(await screen.findByText(/Contact would end in 2 chats of two, for 1 of your people and 2 people outside\. 1 of them is a contact request/)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Review and save' }));
    const dialog = await screen.findByRole('alertdialog', { name: 'Save external access?' });
    expect(within(dialog).getByRole('row', { name: /On Off/, hidden: true })).toBeVisible();
    await user.click(within(dialog).getByRole('button', { name: 'Save', hidden: true }));
    await waitFor(() => expect(screen.queryByText(/not saved/)).not.toBeInTheDocument());
    const patch = asked.find((one) => one.method === 'PATCH');
    expect(patch?.headers.get('if-match')).toBe('"4"');
    expect(patch?.body).toEqual({ allowTeamsConsumer: false });
  });

  it('takes over a domain that is to be blocked, once, and saves nothing by itself', async () => {
    history.replaceState(null, '', '/u/a/admin/external-access/allowedDomains?block=evil.example');
    const { asked } = show(<ExternalAccessPage section="allowedDomains" />, answers({ [SIMULATE]: effect({ groupChats: 1, people: 1, outsiders: 3 }) }));
    expect(await screen.findByText(/Contact would end in 1 group, for 1 of your people and 3 people outside/)).toBeVisible();
    expect(screen.getByRole('radio', { name: /Block only specific external domains/ })).toBeChecked();
    expect(screen.getByRole('option', { name: 'evil.example' })).toBeVisible();
    expect(location.search).toBe('');
    expect(asked.some((one) => one.method === 'PATCH')).toBe(false);
    history.replaceState(null, '', '/');
  });

  it.each([
    { mode: 'Block all external domains', allowedDomains: { mode: 'allowList', domains: [] } },
    { mode: 'Allow only specific external domains', allowedDomains: { mode: 'allowList', domains: ['partner.example'] } },
  ])('says that a domain is blocked already by “$mode”, and which policy reaches it all the same', async ({ mode, allowedDomains }) => {
    history.replaceState(null, '', '/u/a/admin/external-access/allowedDomains?block=evil.example');
    const policies = [
      { identity: 'Global' },
      { identity: 'Tag:Open', communicationWithExternalOrgs: 'AllowAllExternalDomains' },
      { identity: 'Tag:Off', communicationWithExternalOrgs: 'AllowAllExternalDomains', enableFederationAccess: false },
      { identity: 'Tag:Named', communicationWithExternalOrgs: 'AllowSpecificExternalDomains', allowedExternalDomains: ['evil.example'] },
      { identity: 'Tag:Others', communicationWithExternalOrgs: 'BlockSpecificExternalDomains', blockedExternalDomains: ['evil.example'] },
    ];
    show(<ExternalAccessPage section="allowedDomains" />, answers({ [`GET ${PATH}`]: { body: { ...usual, allowedDomains }, headers: { etag: '"4"' } }, 'GET admin/teams/externalAccess/policies': { body: { value: policies } } }));
    const notice = await screen.findByText(new RegExp(`evil\\.example is blocked already by “${mode}”`));
    expect(await within(notice).findByText(/People with these policies reach evil\.example whatever your lists say/)).toBeVisible();
    expect(within(notice).getAllByRole('link').map((one) => one.textContent)).toEqual(['Open', 'Named']);
    expect(within(notice).getByRole('link', { name: 'Named' })).toHaveAttribute('href', '/u/00000000-0000-7000-8000-000000000001/admin/policies/Named');
    expect(screen.queryByText(/not saved/)).not.toBeInTheDocument();
    history.replaceState(null, '', '/');
  });

  it('shows what changed meanwhile, keeps the own changes, and saves on top', async () => {
    const user = userEvent.setup();
    let reads = 0;
    let saves = 0;
    const theirs = { ...usual, blockedDomains: ['evil.example'] };
    const { asked } = show(<ExternalAccessPage section={undefined} />, answers({
      [`GET ${PATH}`]: () => (reads++ === 0 ? { body: usual, headers: { etag: '"4"' } } : { body: theirs, headers: { etag: '"9"' } }),
      [`PATCH ${PATH}`]: () => (saves++ === 0 ? { status: 412, body: { error: { code: 'PreconditionFailed', message: 'It changed.' } } } : { body: { ...theirs, externalAccessWithTrialTenants: 'Allowed' }, headers: { etag: '"10"' } }),
    }));
    await user.click(await screen.findByRole('switch', { name: 'Communicate with trial organisations' }));
    const save = async () => {
      await user.click(await screen.findByRole('button', { name: 'Review and save', hidden }));
      await user.click(within(await screen.findByRole('alertdialog')).getByRole('button', { name: 'Save', hidden }));
    };
    await save();
    const alert = await screen.findByRole('alert', { hidden });
    expect(within(alert).getByText('Somebody else changed this meanwhile')).toBeVisible();
    expect(within(alert).getByRole('row', { hidden, name: /Blocked domains.*evil\.example/ })).toBeVisible();
    expect(screen.getByRole('switch', { name: 'Communicate with trial organisations', hidden })).toBeChecked();
    await save();
    await waitFor(() => expect(screen.queryByText(/not saved/)).not.toBeInTheDocument());
    const patches = asked.filter((one) => one.method === 'PATCH');
    expect(patches.map((one) => one.headers.get('if-match'))).toEqual(['"4"', '"9"']);
    expect(patches[1]?.body).toEqual({ externalAccessWithTrialTenants: 'Allowed' });
  });

  it('keeps the entries of both when two add to the same list', async () => {
    const user = userEvent.setup();
    const server = keeping({ ...usual, blockedDomains: ['old.example'] });
    const { asked } = show(<ExternalAccessPage section={undefined} />, server.answers);
    const list = await screen.findByRole('group', { name: 'Blocked domains' });
    await user.type(within(list).getByRole('textbox', { name: 'Domain to add' }), 'from-daniel.example{Enter}');
    server.change({ blockedDomains: ['old.example', 'from-ada.example'] });
    const save = async () => {
      await user.click(await screen.findByRole('button', { name: 'Review and save', hidden }));
      await user.click(within(await screen.findByRole('alertdialog')).getByRole('button', { name: 'Save', hidden }));
    };
    await save();
    expect(await screen.findByText('Somebody else changed this meanwhile')).toBeInTheDocument();
    await save();
    await waitFor(() => expect(screen.queryByText(/not saved/)).not.toBeInTheDocument());
    expect(asked.findLast((one) => one.method === 'PATCH')?.body).toEqual({ blockedDomains: ['old.example', 'from-ada.example', 'from-daniel.example'] });
    expect(screen.queryByText('Somebody else changed this meanwhile')).not.toBeInTheDocument();
  });

  it('saves at once over a change that is no part of the page, and says when nothing is left to save', async () => {
    const user = userEvent.setup();
    const server = keeping(usual);
    const { asked } = show(<ExternalAccessPage section={undefined} />, server.answers);
    const save = async (name: string) => {
      await user.click(screen.getByRole('switch', { name, hidden }));
      await user.click(await screen.findByRole('button', { name: 'Review and save', hidden }));
      await user.click(within(await screen.findByRole('alertdialog')).getByRole('button', { name: 'Save', hidden }));
    };
    await screen.findByRole('switch', { name: 'Communicate with trial organisations' });
    server.change({ sharedSipAddressSpace: true });
    await save('Communicate with trial organisations');
    await waitFor(() => expect(screen.queryByText(/not saved/)).not.toBeInTheDocument());
    expect(asked.filter((one) => one.method === 'PATCH').map((one) => one.headers.get('if-match'))).toEqual(['"4"', '"5"']);
    expect(server.there.kept).toMatchObject({ sharedSipAddressSpace: true, externalAccessWithTrialTenants: 'Allowed' });
    server.change({ blockExternalUserAccess: true });
    await save('The list of blocked people has effect');
    expect(await screen.findByText(/leaves nothing of your change to save/)).toBeInTheDocument();
    expect(screen.queryByText(/not saved/)).not.toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Close', hidden }));
    expect(screen.queryByText('Somebody else changed this meanwhile')).not.toBeInTheDocument();
  });

  it('says that a list goes with its mode, where the mode is chosen and before it is saved', async () => {
    const user = userEvent.setup();
    const body = { ...usual, blockedDomains: ['evil.example', 'worse.example'] };
    show(<ExternalAccessPage section={undefined} />, answers({ [`GET ${PATH}`]: { body, headers: { etag: '"4"' } } }));
    await user.click(await screen.findByRole('radio', { name: /Allow all external domains/ }));
    expect(screen.getByText(/Saving empties the list “Blocked domains” \(2 entries\)/)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Review and save' }));
    const dialog = await screen.findByRole('alertdialog');
    expect(within(dialog).getByRole('row', { name: /Blocked domains 2 entries: evil\.example(,| and) worse\.example 0 entries/, hidden: true })).toBeVisible();
  });

  it('takes over the strict preset only after it was shown as a difference', async () => {
    const user = userEvent.setup();
    const { asked } = show(<ExternalAccessPage section={undefined} />, answers());
    await user.click(await screen.findByRole('button', { name: 'Strict preset …' }));
    const dialog = await screen.findByRole('dialog');
    expect(within(dialog).getByRole('row', { name: /Which organisations Allow all external domains Block all external domains/, hidden: true })).toBeVisible();
    await user.click(within(dialog).getByRole('button', { name: 'Take over', hidden: true }));
    expect(await screen.findByText(/settings are changed and not saved/)).toBeVisible();
    expect(asked.some((one) => one.method === 'PATCH')).toBe(false);
    await user.click(await screen.findByRole('button', { name: 'Discard', hidden }));
    expect(screen.queryByText(/not saved/)).not.toBeInTheDocument();
  });

  it('lets a security administrator edit only what is delegated', async () => {
    const body = { ...usual, securityTeamAllowBlockListDelegation: 'Enabled', blockedDomains: ['evil.example'] };
    show(<ExternalAccessPage section={undefined} />, answers({ [`GET ${PATH}`]: { body, headers: { etag: '"1"' } } }), ['securityAdministrator']);
    expect(await screen.findByRole('switch', { name: /accounts aren’t managed/ })).toBeDisabled();
    const domains = screen.getByRole('group', { name: 'Blocked domains' });
    expect(within(domains).getByRole('textbox', { name: 'Domain to add' })).toBeEnabled();
    const trials = screen.getByRole('group', { name: /Trial organisations that are allowed/ });
    expect(within(trials).queryByRole('textbox')).not.toBeInTheDocument();
  });

  it('says in words what is on and off to whoever may only look', async () => {
    const words = (name: RegExp | string) => screen.getByRole('switch', { name }).closest('div')?.parentElement?.textContent;
    const body = { ...usual, allowTeamsConsumer: true, externalAccessWithTrialTenants: 'Blocked' };
    const { unmount } = show(<ExternalAccessPage section={undefined} />, answers({ [`GET ${PATH}`]: { body, headers: { etag: '"1"' } } }), ['complianceOfficer']);
    await screen.findByRole('heading', { name: 'External access' });
    expect(words(/accounts aren’t managed/)).toMatch(/an organizationOn$/);
    expect(words('Communicate with trial organisations')).toMatch(/trial organisationsOff$/);
    unmount();
    show(<ExternalAccessPage section={undefined} />, answers());
    await screen.findByRole('heading', { name: 'External access' });
    expect(screen.queryByText('On')).not.toBeInTheDocument();
  });

  it('lets a security administrator block the first domain', async () => {
    const user = userEvent.setup();
    const body = { ...usual, securityTeamAllowBlockListDelegation: 'Enabled' };
    const { asked } = show(<ExternalAccessPage section={undefined} />, answers({ [`GET ${PATH}`]: { body, headers: { etag: '"1"' } }, [`PATCH ${PATH}`]: { body, headers: { etag: '"2"' } } }), ['securityAdministrator']);
    const domains = await screen.findByRole('group', { name: 'Blocked domains' });
    await user.type(within(domains).getByRole('textbox', { name: 'Domain to add' }), 'evil.example{Enter}');
    await user.click(screen.getByRole('button', { name: 'Review and save' }));
    await user.click(within(await screen.findByRole('alertdialog')).getByRole('button', { name: 'Save', hidden: true }));
    await waitFor(() => expect(asked.find((one) => one.method === 'PATCH')?.body).toEqual({ blockedDomains: ['evil.example'] }));
  });

  it('shows that only personal accounts of the own directory are reached (A-09), and ends it', async () => {
    const user = userEvent.setup();
    const server = keeping({ ...usual, restrictTeamsConsumerToExternalUserProfiles: true });
    const { asked } = show(<ExternalAccessPage section={undefined} />, server.answers);
    await user.click(await screen.findByRole('switch', { name: 'Only personal accounts of the own directory' }));
    await user.click(screen.getByRole('button', { name: 'Review and save' }));
    await user.click(within(await screen.findByRole('alertdialog')).getByRole('button', { name: 'Save', hidden: true }));
    await waitFor(() => expect(asked.find((one) => one.method === 'PATCH')?.body).toEqual({ restrictTeamsConsumerToExternalUserProfiles: false }));
    await waitFor(() => expect(screen.queryByRole('switch', { name: 'Only personal accounts of the own directory' })).not.toBeInTheDocument());
  });

  it('says why it cannot be loaded, and tries again', async () => {
    const user = userEvent.setup();
    let reads = 0;
    show(<ExternalAccessPage section={undefined} />, answers({ [`GET ${PATH}`]: () => (reads++ === 0 ? { status: 403, body: { error: { code: 'Forbidden', message: 'No.', innerError: { code: 'noPermission' } } } } : { body: usual, headers: { etag: '"1"' } }) }));
    expect(await screen.findByText('You may not do this.')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('heading', { name: 'External access' })).toBeVisible();
  });
});
