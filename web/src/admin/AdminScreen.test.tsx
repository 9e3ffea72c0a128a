import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';

import { navigate, usePath } from '../app/router';
import AdminScreen from './AdminScreen';
import { type Answers, show, usual } from './test/server';

// After a dialog closes jsdom leaves what was behind it marked as hidden, since nothing there ends animations.
const hidden = true;
const HERE = '/u/00000000-0000-7000-8000-000000000001/admin';
const answers: Answers = {
  'GET admin/teams/externalAccess/configuration': { body: usual, headers: { etag: '"4"' } },
  'GET organization': { body: { value: [{ id: 'o', displayName: 'Contoso', verifiedDomains: [{ name: 'contoso.example', isDefault: true, isInitial: true, type: 'Managed' }], trustClass: 'standard', createdDateTime: '2026-01-01T00:00:00Z' }] } },
  'GET users': { body: { value: [] } },
  'GET users/p': { body: { id: 'p', displayName: 'Ben Okafor', userPrincipalName: 'ben@contoso.example', roles: [] } },
  'GET admin/teams/externalAccess/policies': { body: { value: [{ identity: 'Global' }] } },
  'GET admin/teams/externalAccess/policies/Global': { body: { identity: 'Global' }, headers: { etag: '"1"' } },
  'POST admin/teams/externalAccess/policies': { status: 201, body: { identity: 'Tag:Global 2' } },
};

function Shown() {
  const [, , , ...rest] = usePath();
  return <AdminScreen path={rest} />;
}

/** The page of external access with one setting changed. */
async function edited() {
  const user = userEvent.setup();
  navigate(`${HERE}/external-access`);
  show(<Shown />, answers);
  await user.click(await screen.findByRole('switch', { name: 'Communicate with trial organisations' }));
  expect(screen.getByText(/not saved/)).toBeVisible();
  return user;
}

const closing = () => {
  const event = new Event('beforeunload', { cancelable: true });
  dispatchEvent(event);
  return event.defaultPrevented;
};

afterEach(() => history.replaceState(null, '', '/'));

describe('changes that are not saved', () => {
  it('stay while somebody goes about within the page', async () => {
    await edited();
    act(() => navigate(`${HERE}/external-access/blockedUsers`));
    expect(location.pathname).toBe(`${HERE}/external-access/blockedUsers`);
    expect(screen.getByRole('switch', { name: 'Communicate with trial organisations' })).toBeChecked();
    expect(document.activeElement).toHaveAttribute('id', 'blockedUsers');
  });

  it('are asked about before the page is left', async () => {
    const user = await edited();
    expect(closing()).toBe(true);
    await user.click(screen.getByRole('link', { name: 'Organisation' }));
    let dialog = await screen.findByRole('alertdialog', { name: 'Leave without saving?' });
    await user.click(within(dialog).getByRole('button', { name: 'Cancel', hidden }));
    expect(location.pathname).toBe(`${HERE}/external-access`);
    expect(screen.getByText(/not saved/)).toBeInTheDocument();
    await user.click(screen.getByRole('link', { name: 'Organisation', hidden }));
    dialog = await screen.findByRole('alertdialog', { name: 'Leave without saving?' });
    await user.click(within(dialog).getByRole('button', { name: 'Leave', hidden }));
    await waitFor(() => expect(location.pathname).toBe(`${HERE}/organisation`));
    expect(closing()).toBe(false);
  });

  it('are asked about when the browser goes back', async () => {
    act(() => navigate(`${HERE}/organisation`));
    const user = await edited();
    history.back();
    const dialog = await screen.findByRole('alertdialog', { name: 'Leave without saving?' });
    expect(location.pathname).toBe(`${HERE}/external-access`);
    await user.click(within(dialog).getByRole('button', { name: 'Leave', hidden }));
    await waitFor(() => expect(location.pathname).toBe(`${HERE}/organisation`));
  });

  it.each([
    { page: 'a policy', path: 'policies/Global', edit: async () => userEvent.click(await screen.findByRole('switch', { name: 'May talk with other organisations' })) },
    { page: 'a new policy', path: 'new-policy', edit: async () => userEvent.type(await screen.findByRole('textbox', { name: /Name/ }), 'Board') },
    { page: 'a person’s roles', path: 'members/p', edit: async () => userEvent.click(await screen.findByRole('checkbox', { name: 'Compliance officer' })) },
  ])('are asked about on the page of $page too', async ({ path, edit }) => {
    navigate(`${HERE}/${path}`);
    show(<Shown />, answers);
    await screen.findByRole('heading', { level: 1 });
    expect(closing()).toBe(false);
    await edit();
    expect(closing()).toBe(true);
    await userEvent.click(screen.getByRole('link', { name: 'Organisation' }));
    const dialog = await screen.findByRole('alertdialog', { name: 'Leave without saving?' });
    expect(location.pathname).toBe(`${HERE}/${path}`);
    await userEvent.click(within(dialog).getByRole('button', { name: 'Leave', hidden }));
    await waitFor(() => expect(location.pathname).toBe(`${HERE}/organisation`));
    expect(closing()).toBe(false);
  });

  it('are no hindrance to a new policy that is made', async () => {
    navigate(`${HERE}/new-policy`);
    show(<Shown />, answers);
    await userEvent.type(await screen.findByRole('textbox', { name: /Name/ }), 'Global 2');
    await userEvent.click(screen.getByRole('button', { name: 'Create a policy' }));
    await waitFor(() => expect(location.pathname).toBe(`${HERE}/policies/Global%202`));
    expect(screen.queryByRole('alertdialog')).not.toBeInTheDocument();
  });

  it('are nothing to ask about once they are discarded', async () => {
    const user = await edited();
    await user.click(screen.getByRole('button', { name: 'Discard' }));
    expect(closing()).toBe(false);
    await user.click(screen.getByRole('link', { name: 'Organisation' }));
    expect(location.pathname).toBe(`${HERE}/organisation`);
  });
});

describe('whoever is led to a page', () => {
  it('begins at its heading, also when it had to be fetched first', async () => {
    const user = userEvent.setup();
    navigate(`${HERE}/policies`);
    show(<Shown />, answers);
    const create = await screen.findByRole('button', { name: 'Create a policy' });
    // Whoever opens the centre by its address is where the browser is.
    expect(document.body).toHaveFocus();
    await user.click(create);
    await waitFor(() => expect(screen.getByRole('heading', { level: 1, name: 'New policy' })).toHaveFocus());
    act(() => navigate(`${HERE}/members/p`));
    await waitFor(() => expect(screen.getByRole('heading', { level: 1, name: 'Ben Okafor' })).toHaveFocus());
  });

  it('stays where they went while it was fetched', async () => {
    navigate(`${HERE}/policies`);
    show(<Shown />, answers);
    await screen.findByRole('heading', { level: 1 });
    act(() => navigate(`${HERE}/members/p`));
    const link = screen.getByRole('link', { name: 'Groups' });
    link.focus();
    await screen.findByRole('heading', { level: 1, name: 'Ben Okafor' });
    expect(link).toHaveFocus();
  });
});
