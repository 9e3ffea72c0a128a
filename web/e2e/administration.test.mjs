/** The administration centre in the binary that serves it: every screen in every theme and width, and what administrators do. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';

import { assertUntroubled, DESKTOP, keep, NARROW, serverForThisFile, signIn, until } from './harness.mjs';
import { goTo, inspect as inspectPage } from './look.mjs';

const POLICIES = 'admin/teams/externalAccess/policies';
const CONFIGURATION = 'admin/teams/externalAccess/configuration';
const LONG = `${'long-'.repeat(11)}domain.example`;
/** How many domains a list may have, and how long a key may take to show in a list of so many. */
const DOMAINS = 4_000;
const KEY_MS_MAX = 1_500;
const server = await serverForThisFile();
let board;
let sales;
/** Ada's page: she signs in once, and everything goes on from there. */
let page;

before(async () => {
  const [ben, chiara] = [server.person('Ben').id, server.person('Chiara').id];
  await server.call('Ada', 'POST', POLICIES, { identity: 'Tag:Executives', enableTeamsConsumerInbound: false });
  await server.call('Ada', 'POST', POLICIES, { identity: 'Tag:Partners', communicationWithExternalOrgs: 'AllowSpecificExternalDomains', allowedExternalDomains: ['fabrikam.example'] });
  board = await server.call('Ada', 'POST', 'groups', { displayName: 'Board', securityEnabled: true });
  sales = await server.call('Ada', 'POST', 'groups', { displayName: 'Sales', securityEnabled: true });
  await server.call('Ada', 'POST', `groups/${board.id}/members/$ref`, { '@odata.id': `${server.url}/v1.0/directoryObjects/${ben}` });
  await server.call('Ada', 'POST', `${POLICIES}/Executives/assign`, { groupId: board.id, rank: 1 });
  await server.call('Ada', 'POST', `${POLICIES}/Partners/assign`, { groupId: sales.id, rank: 2 });
  const value = [ben, chiara].map((userId) => ({ userId, policyType: 'ExternalAccessPolicy', policyId: 'Tag:Partners' }));
  await server.call('Ada', 'POST', 'admin/teams/policy/userAssignments/assign', { value });
  await server.call('Ada', 'PATCH', CONFIGURATION, { blockedDomains: ['evil.example', LONG], blockedUsers: ['spam@mail.example'] });
  page = await signIn(server, 'Ada');
});

/** Goes to a page of the centre as a link would, and waits for what it is about. */
async function open(path) {
  await goTo(page, `/u/${server.person('Ada').id}/admin/${path}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await settled();
}

async function settled() {
  await until('everything is fetched', async () => (await page.getByRole('progressbar').count()) === 0);
}

/** Holds what is shown now against axe in every theme and at every width, and keeps what it looks like. */
const inspect = (name) => inspectPage(page, name, { kept: `admin-${name}` });

/** Does something in a dialog that opens by a button, and closes it. */
async function inDialog(button, role, act) {
  await button.click();
  const dialog = page.getByRole(role);
  await dialog.waitFor();
  await settled();
  try {
    await act(dialog);
  } finally {
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
  }
}

const press = (name) => page.getByRole('button', { name, exact: true });

test('every page is accessible in every theme, and fits into every width', async (context) => {
  const [ben, ada] = [server.person('Ben').id, server.person('Ada').id];
  for (const [name, path, prepare] of [
    ['overview', 'overview', () => press('Show how fast requests may come').click()],
    ['external-access', 'external-access'],
    ['policies', 'policies'],
    ['policy', 'policies/Partners', () => page.getByRole('link', { name: 'Ben Okafor' }).waitFor()],
    ['policy-global', 'policies/Global'],
    ['new-policy', 'new-policy/Partners'],
    ['explain', 'explain'],
    ['audit', 'audit', () => page.getByRole('row', { name: /assigned the policy Partners to Chiara/ }).waitFor()],
    ['audit-nothing', 'audit?from=2001-01-01&to=2001-01-02'],
    ['members', 'members'],
    ['person', `members/${ben}`, () => page.getByRole('list', { name: 'Sources, the strongest first' }).getByText('Applies').waitFor()],
    ['person-self', `members/${ada}`],
    ['groups', 'groups'],
    ['group', `groups/${board.id}`],
    ['organisation', 'organisation'],
    ['chart-table', 'overview', () => press('Show as a table').first().click()],
    ['audit-entry', 'audit?kind=PolicyAssigned', async () => {
      await page.getByRole('button', { name: /^Details of the event/ }).first().click();
      await page.getByRole('link', { name: 'This entry by itself' }).click();
      await page.waitForURL('**/audit/*');
    }],
    ['explain-picks', 'explain', async () => {
      await page.getByRole('combobox', { name: 'Who makes the contact' }).click();
      await page.keyboard.type('da');
      await page.getByRole('option', { name: /Daniel/ }).waitFor();
    }],
    ['policy-gone', 'policies/Nothing', () => page.getByRole('main').getByRole('button', { name: 'Try again' }).or(page.getByText(/does not exist|no policy/i)).first().waitFor()],
    ['person-gone', 'members/nobody', () => page.getByRole('heading', { name: 'There is no such person here' }).waitFor()],
    ['group-gone', 'groups/00000000-0000-7000-8000-000000000000', () => page.getByRole('heading', { name: 'There is no such group any more' }).waitFor()],
  ]) {
    await context.test(name, async () => {
      await open(path);
      await prepare?.();
      await inspect(name);
    });
  }
});

test('every dialog is accessible in every theme, and fits into every width', async (context) => {
  for (const [name, path, act] of [
    ['strict', 'external-access', () => inDialog(press('Strict preset …'), 'dialog', () => inspect('strict'))],
    ['import', 'external-access', () => inDialog(press('Paste or import').first(), 'dialog', async (dialog) => {
      await dialog.getByRole('textbox').fill(`one.example\nnot a domain\none.example\n${'wide'.repeat(40)}\ntwo.example`);
      await dialog.getByText(/cannot be used/).first().waitFor();
      await inspect('import');
    })],
    ['review', 'external-access', async () => {
      await page.getByRole('switch', { name: /accounts aren’t managed by an organization/ }).click();
      await page.getByText(/Contact would end in/).waitFor();
      await inspect('unsaved');
      await inDialog(press('Review and save'), 'alertdialog', async (dialog) => {
        await dialog.getByText(/Contact would end in/).waitFor();
        await inspect('review');
      });
      await press('Discard').click();
    }],
    ['leave-unsaved', 'external-access', async () => {
      await page.getByRole('switch', { name: /accounts aren’t managed by an organization/ }).click();
      await page.getByText(/Contact would end in/).waitFor();
      await inDialog(page.getByRole('link', { name: 'Policies' }).first(), 'alertdialog', () => inspect('leave-unsaved'));
      await press('Discard').click();
    }],
    ['policy-acts', 'policies', async () => {
      await press('Actions for Partners').click();
      await page.getByRole('menuitem', { name: 'Duplicate' }).waitFor();
      await inspect('policy-menu');
      await inDialog(page.getByRole('menuitem', { name: 'Delete' }), 'alertdialog', () => inspect('policy-delete'));
    }],
    ['assign-person', 'policies/Executives', async () => {
      await page.getByRole('combobox', { name: 'Assign to a person' }).click();
      await page.keyboard.type('Elif');
      await page.getByRole('option', { name: /Elif/ }).click();
      await inDialog(page.getByRole('button', { name: 'Assign', exact: true }).first(), 'alertdialog', () => inspect('assign-person'));
    }],
    ['take-person', 'policies/Partners', () => inDialog(page.getByRole('button', { name: 'Take it from Ben Okafor' }), 'alertdialog', () => inspect('take-person'))],
    ['roles', `members/${server.person('Ben').id}`, async () => {
      await page.getByRole('checkbox', { name: 'Compliance officer' }).click();
      await inDialog(press('Save roles'), 'alertdialog', () => inspect('roles'));
      await press('Discard').click();
    }],
    ['password', `members/${server.person('Ben').id}`, () => inDialog(press('Set a password'), 'dialog', () => inspect('password'))],
    ['switch-off', `members/${server.person('Ben').id}`, () => inDialog(press('Switch off'), 'alertdialog', () => inspect('switch-off'))],
    ['new-member', 'members', () => inDialog(press('Create an account'), 'dialog', () => inspect('new-member'))],
    ['new-group', 'groups', () => inDialog(press('Create a group'), 'dialog', () => inspect('new-group'))],
    ['leave-group', `groups/${board.id}`, () => inDialog(press('Remove Ben Okafor'), 'alertdialog', () => inspect('leave-group'))],
    ['delete-group', `groups/${board.id}`, () => inDialog(press('Delete'), 'alertdialog', () => inspect('delete-group'))],
    ['audit-kinds', 'audit', async () => {
      await page.getByRole('combobox', { name: 'Kind' }).click();
      await page.getByRole('option', { name: 'Policy changed' }).waitFor();
      await inspect('audit-kinds');
      await page.keyboard.press('Escape');
    }],
    ['audit-detail', 'audit?kind=TeamsTenantSettingChanged', async () => {
      await page.getByRole('button', { name: /^Details of the event/ }).first().click();
      await page.getByRole('row', { name: /^Blocked domains 0 entries 2 entries/ }).waitFor();
      await inspect('audit-detail');
    }],
  ]) {
    await context.test(name, async () => {
      await open(path);
      await act();
      await assertUntroubled(page);
    });
  }
});

test('lists of thousands are pasted, searched, exported and saved without stutter', async () => {
  await open('external-access');
  await page.getByRole('radio', { name: /Allow only specific external domains/ }).click();
  const list = page.getByRole('group', { name: 'Allowed domains', exact: true });
  const all = Array.from({ length: DOMAINS }, (_, index) => `partner-${String(index).padStart(4, '0')}.example`);
  await list.getByRole('button', { name: 'Paste or import' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Choose a file (CSV or text)').setInputFiles({ name: 'partners.csv', mimeType: 'text/csv', buffer: Buffer.from(`domain,note\r\n${all.map((one) => `${one},ours`).join('\r\n')}`) });
  await dialog.getByRole('button', { name: 'Add 4,000' }).click();
  await list.getByText('4,000 of 4,000').waitFor();
  assert.ok((await list.getByRole('option').count()) < 40, 'what is not in view is not drawn');

  const begun = performance.now();
  await list.getByRole('searchbox', { name: 'Search in Allowed domains' }).pressSequentially('3999');
  await until('one is left', async () => (await list.getByRole('option').count()) === 1);
  assert.ok(performance.now() - begun < 4 * KEY_MS_MAX, `typing took ${performance.now() - begun} ms`);
  await list.getByRole('searchbox').fill('');

  const [exported] = await Promise.all([page.waitForEvent('download'), list.getByRole('button', { name: 'Export' }).click()]);
  assert.equal(readFileSync(await exported.path(), 'utf8'), `domain\r\n${all.join('\r\n')}\r\n`);

  // By keyboard to the end, and away with it. The row on which the keys act has a frame while they do.
  const frame = () => list.getByRole('option').first().evaluate((row) => getComputedStyle(row).outlineStyle);
  assert.equal(await frame(), 'none');
  await list.getByRole('listbox').focus();
  assert.equal(await frame(), 'dashed');
  for (const key of ['End', 'Space', 'Delete']) await page.keyboard.press(key);
  await list.getByText('3,999 of 4,000').waitFor();
  await press('Review and save').click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Save' }).click();
  await page.getByRole('alertdialog').waitFor({ state: 'detached' });
  await press('Review and save').waitFor({ state: 'detached' });
  const saved = await server.call('Ada', 'GET', CONFIGURATION);
  assert.deepEqual(saved.allowedDomains, { mode: 'allowList', domains: all.slice(0, -1) });
  await server.call('Ada', 'PATCH', CONFIGURATION, { allowedDomains: { mode: 'allKnownDomains' } });
  await assertUntroubled(page);
});

test('a change says what it does, meets what others saved, and holds at once', async () => {
  await open('overview');
  await open('external-access');
  const toggle = page.getByRole('switch', { name: /accounts aren’t managed by an organization/ });
  await toggle.click();
  await page.getByText(/Contact would end in/).waitFor();
  // Somebody else saves meanwhile; nothing of either is lost.
  await server.call('Ada', 'PATCH', CONFIGURATION, { blockAllSubdomains: true });
  const save = async () => {
    await press('Review and save').click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
  };
  await save();
  await page.getByText('Somebody else changed this meanwhile', { exact: true }).first().waitFor();
  await inspect('meanwhile');
  assert.equal((await server.call('Ada', 'GET', CONFIGURATION)).allowTeamsConsumer, true);
  await save();
  await press('Review and save').waitFor({ state: 'detached' });
  const saved = await server.call('Ada', 'GET', CONFIGURATION);
  assert.deepEqual([saved.allowTeamsConsumer, saved.blockAllSubdomains], [false, true]);
  await assertUntroubled(page);
});

test('what has the focus never lies under the bar of what is not saved', async (context) => {
  for (const viewport of [NARROW, { width: 640, height: 400 }, { width: 320, height: 256 }]) {
    await context.test(`${viewport.width}x${viewport.height}`, async () => {
      await page.setViewportSize(viewport);
      await open('overview');
      await open('external-access');
      await page.getByRole('switch', { name: /accounts aren’t managed by an organization/ }).click();
      const bar = page.getByRole('region', { name: 'Unsaved changes' });
      await bar.getByText(/Contact would/).waitFor();
      await keep(page, `admin-bar-${viewport.width}x${viewport.height}`);
      await page.getByRole('main').evaluate((main) => main.focus());
      for (const [key, isLast] of [['Tab', 'Discard'], ['Shift+Tab', 'Strict preset …']]) {
        const passed = [];
        while (passed.at(-1)?.name !== isLast) {
          assert.ok(passed.length < 100, `${key} never comes to ${isLast}`);
          await page.keyboard.press(key);
          passed.push(await page.evaluate(lies));
        }
        assert.ok(passed.length > 10, `${passed.length} are passed`);
        assert.deepEqual(passed.filter((one) => one.isHidden), [], key);
      }
      await press('Discard').click();
    });
  }
  await page.setViewportSize(DESKTOP);
  await assertUntroubled(page);
});

/** What has the focus, and whether the bar or an edge of the page hides any of it for which there is room. */
function lies() {
  const focused = document.activeElement;
  const page = focused.closest('main')?.getBoundingClientRect();
  const bar = document.querySelector('section[aria-label="Unsaved changes"]');
  const { top, bottom, height } = focused.getBoundingClientRect();
  const name = focused.getAttribute('aria-label') ?? (focused.textContent || focused.labels?.[0]?.textContent);
  if (!page) return { name, isHidden: true };
  const isCovered = getComputedStyle(bar).position === 'sticky' && !bar.contains(focused);
  const end = isCovered ? Math.min(page.bottom, bar.getBoundingClientRect().top) : page.bottom;
  const isHidden = height <= end - page.top ? top < page.top - 1 || bottom > end + 1 : top >= end || bottom <= page.top;
  return { name, isHidden, top, bottom, end };
}

test('two who change the same policy lose nothing of each other', async () => {
  const policy = `${POLICIES}/Partners`;
  const { allowedExternalDomains: before } = await server.call('Ada', 'GET', policy);
  await open('audit');
  await open('policies/Partners');
  await page.getByRole('textbox', { name: 'Domain to add' }).fill('hers.example');
  await page.keyboard.press('Enter');
  await server.call('Ada', 'PATCH', policy, { allowedExternalDomains: [...before, 'his.example'], federatedBilateralChats: true });
  const save = async (row) => {
    await press('Review and save').click();
    const dialog = page.getByRole('alertdialog', { name: 'Save the policy Partners?' });
    await dialog.getByRole('row', { name: row }).waitFor();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
  };
  await save(/^Allowed domains of this policy 1 entry 2 entries: hers\.example/);
  await page.getByText('Somebody else changed this meanwhile', { exact: true }).first().waitFor();
  await inspect('policy-meanwhile');
  await save(/^Allowed domains of this policy 2 entries 3 entries: hers\.example/);
  await press('Review and save').waitFor({ state: 'detached' });
  const saved = await server.call('Ada', 'GET', policy);
  assert.deepEqual([saved.allowedExternalDomains, saved.federatedBilateralChats], [[...before, 'his.example', 'hers.example'], true]);
  // The trail has it at once, though it was looked at a moment before.
  await open('audit');
  await page.getByRole('row').nth(1).filter({ hasText: 'changed the policy Partners' }).waitFor();
  await server.call('Ada', 'PATCH', policy, { allowedExternalDomains: before, federatedBilateralChats: false });
  await assertUntroubled(page);
});

test('the focus stays near every act that is done by keyboard', async (context) => {
  const ben = server.person('Ben').id;
  const give = (policyId) => server.call('Ada', 'POST', 'admin/teams/policy/userAssignments/assign', { value: [{ userId: ben, policyType: 'ExternalAccessPolicy', policyId }] });
  const key = async (target, name = 'Enter') => {
    await target.focus();
    await page.keyboard.press(name);
  };
  const confirm = async (name) => {
    const dialog = page.getByRole('alertdialog');
    await key(dialog.getByRole('button', { name, exact: true }));
    await dialog.waitFor({ state: 'detached' });
  };
  /** What has the focus, once that is something other than the page as a whole. */
  const focused = async (target) => {
    await until('the focus has a place', () => page.evaluate(() => document.activeElement !== document.body));
    await until('the focus is where it belongs', () => target.evaluate((element) => element === document.activeElement));
  };
  const heading = (name) => page.getByRole('heading', { name, exact: true });
  const list = page.getByRole('group', { name: 'Blocked domains', exact: true });
  await server.call('Ada', 'POST', POLICIES, { identity: 'Tag:Temporary' });
  await page.reload();
  for (const [name, path, act, target] of [
    ['a policy is deleted', 'policies', async () => {
      await key(press('Actions for Temporary'));
      await key(page.getByRole('menuitem', { name: 'Delete' }));
      await confirm('Delete');
    }, () => page.getByRole('main').locator('table').getByRole('button').last()],
    ['the last entry of a list is removed', 'external-access', async () => {
      await list.getByRole('listbox').focus();
      for (const one of ['Control+a', 'Delete']) await page.keyboard.press(one);
    }, () => list.getByRole('textbox', { name: 'Domain to add' })],
    ['changes are discarded', 'external-access', async () => {
      await key(page.getByRole('checkbox', { name: /Treat partners/ }), 'Space');
      await key(press('Discard'));
    }, () => heading('External access')],
    ['changes are saved', 'external-access', async () => {
      await key(page.getByRole('checkbox', { name: /Treat partners/ }), 'Space');
      await key(press('Review and save'));
      await confirm('Save');
      await press('Review and save').waitFor({ state: 'detached' });
    }, () => heading('External access')],
    ['a policy is taken away', 'policies/Partners', async () => {
      await key(press('Take it from Ben Okafor'));
      await confirm('Take away');
      await press('Take it from Ben Okafor').waitFor({ state: 'detached' });
    }, () => press('Take it from Chiara Moretti')],
    ['a policy is saved', 'policies/Partners', async () => {
      await key(page.getByRole('checkbox', { name: /two organisations at most/ }), 'Space');
      await key(press('Review and save'));
      await confirm('Save');
      await press('Review and save').waitFor({ state: 'detached' });
    }, () => heading('Partners')],
    ['roles are saved', `members/${ben}`, async () => {
      await key(page.getByRole('checkbox', { name: 'Compliance officer' }), 'Space');
      await key(press('Save roles'));
      await confirm('Save roles');
      await press('Save roles').waitFor({ state: 'detached' });
    }, () => heading('Roles')],
    ['the last member of a group is removed', `groups/${board.id}`, async () => {
      await key(press('Remove Ben Okafor'));
      await confirm('Remove');
      await press('Remove Ben Okafor').waitFor({ state: 'detached' });
    }, () => heading('Members')],
  ]) {
    await context.test(name, async () => {
      await open('overview');
      await open(path);
      await act();
      await focused(target());
      if ((await press('Discard').count()) > 0) await press('Discard').click();
      await assertUntroubled(page);
    });
  }
  // As it was, for what comes after.
  await server.call('Ada', 'PATCH', CONFIGURATION, { treatDiscoveredPartnersAsUnverified: false });
  await server.call('Ada', 'PATCH', `${POLICIES}/Partners`, { federatedBilateralChats: false });
  await server.call('Ada', 'PATCH', `users/${ben}`, { roles: [] });
  await server.call('Ada', 'POST', `groups/${board.id}/members/$ref`, { '@odata.id': `${server.url}/v1.0/directoryObjects/${ben}` });
  await give('Tag:Partners');
});

test('a partner of the overview is blocked only after what that does was shown', async () => {
  await open('overview');
  await page.getByRole('button', { name: /^Block fabrikam\.example/ }).click();
  await page.waitForURL('**/external-access/allowedDomains');
  await page.getByRole('group', { name: 'Blocked domains', exact: true }).getByRole('option', { name: 'fabrikam.example' }).waitFor();
  // Ben and Chiara have a policy that allows Fabrikam whatever the organisation blocks.
  await page.getByRole('region', { name: 'Unsaved changes' }).getByText(/Contact would end in|No contact in existing chats would begin or end/).waitFor();
  await press('Discard').click();
  assert.ok(!(await server.call('Ada', 'GET', CONFIGURATION)).blockedDomains.includes('fabrikam.example'));
  await assertUntroubled(page);
});

test('a contact is explained with the rule that decides, by keyboard alone', async () => {
  await server.call('Ada', 'PATCH', CONFIGURATION, { allowTeamsConsumer: false });
  await open('explain');
  const outside = server.demo.accounts.find((account) => !account.organisationId);
  await page.getByRole('combobox', { name: 'Who makes the contact' }).focus();
  await page.keyboard.type('Daniel');
  await page.getByRole('option', { name: /Daniel Weiss/ }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('combobox', { name: 'With whom' }).focus();
  await page.keyboard.type(outside.mail);
  await page.keyboard.press('Tab');
  await page.getByRole('button', { name: 'Explain' }).focus();
  await page.keyboard.press('Enter');
  await page.getByText(`No: Daniel Weiss cannot talk with ${outside.mail}.`).waitFor();
  await inspect('explained');
  await page.getByRole('link', { name: 'Go to the setting' }).click();
  await page.waitForURL('**/admin/external-access/allowTeamsConsumer');
  await server.call('Ada', 'PATCH', CONFIGURATION, { allowTeamsConsumer: true });
  await assertUntroubled(page);
});

test('a member without a role is told so, and a personal account sees its chats', async () => {
  const member = await signIn(server, 'Ben');
  await member.goto(`/u/${server.person('Ben').id}/admin/policies`);
  await member.getByText('You have no role in this organisation').waitFor();
  await member.context().close();
  const personal = await signIn(server, 'Kim');
  await personal.goto(`/u/${server.person('Kim').id}/admin/policies`);
  await personal.getByRole('tablist', { name: 'Which chats' }).waitFor();
  await personal.context().close();
});

test('whoever goes by keyboard goes on from where they were when what they pressed is gone', async () => {
  const focused = () => page.evaluate(() => [document.activeElement.localName, document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent].join(' '));
  const confirm = async (name) => {
    await page.getByRole('alertdialog').getByRole('button', { name, exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
  };
  const on = async (wanted) => until(`the focus is on ${wanted}`, async () => wanted.test(await focused()));
  await server.call('Ada', 'POST', POLICIES, { identity: 'Tag:Passing' });
  const people = ['Ben', 'Chiara'].map((name) => server.person(name).id);
  await server.call('Ada', 'POST', 'admin/teams/policy/userAssignments/assign', { value: people.map((userId) => ({ userId, policyType: 'ExternalAccessPolicy', policyId: 'Tag:Passing' })) });
  await open('external-access');
  await open('policies/Passing');
  // A row of a list, then the last of it.
  await press('Take it from Ben Okafor').focus();
  await page.keyboard.press('Enter');
  await confirm('Take away');
  await on(/^button Take it from Chiara/);
  await page.keyboard.press('Enter');
  await confirm('Take away');
  await on(/^h[23] /);
  // A bar that goes with its button.
  await page.getByRole('checkbox', { name: /two organisations at most/ }).focus();
  await page.keyboard.press('Space');
  await press('Discard').focus();
  await page.keyboard.press('Enter');
  await on(/^(h[123]|section) /);
  // A policy in a table, by its menu.
  await open('policies');
  await press('Actions for Passing').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Delete' }).waitFor();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await confirm('Delete');
  await on(/^button Actions for/);
  // A list that is empty now goes on where entries are added.
  await server.call('Ada', 'PATCH', CONFIGURATION, { blockedUsers: ['spam@mail.example'] });
  await open('external-access');
  await page.getByRole('listbox', { name: /^Blocked people/ }).focus();
  for (const key of ['Space', 'Delete']) await page.keyboard.press(key);
  await on(/^input E-mail address or account id to add/);
  await press('Discard').click();
  await assertUntroubled(page);
});

test('a person’s details and a group’s name are changed', async () => {
  const chiara = server.person('Chiara').id;
  await open(`members/${chiara}`);
  await press('Change details').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Job title' }).fill('Head of buying');
  await inspect('person-details');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('definition').getByText('Head of buying').or(page.getByText('Head of buying')).first().waitFor();
  assert.equal((await server.call('Ada', 'GET', `users/${chiara}`)).jobTitle, 'Head of buying');
  const group = await server.call('Ada', 'POST', 'groups', { displayName: 'Old name', securityEnabled: true });
  await open(`groups/${group.id}`);
  await press('Rename').click();
  await dialog.getByRole('textbox', { name: 'Name' }).fill('New name');
  await inspect('group-rename');
  await dialog.getByRole('button', { name: 'Rename' }).click();
  await page.getByRole('heading', { name: 'New name' }).waitFor();
  await server.call('Ada', 'DELETE', `groups/${group.id}`);
  await assertUntroubled(page);
});

test('a link that another administrator passed on opens with one’s own account', async () => {
  const theirs = await signIn(server, 'Daniel');
  await server.call('Ada', 'PATCH', `users/${server.person('Daniel').id}`, { roles: ['complianceOfficer'] });
  await theirs.goto(`/u/${server.person('Ada').id}/admin/policies/Partners`);
  await theirs.getByText('Opened as Daniel Weiss').first().waitFor();
  await theirs.getByRole('heading', { level: 1, name: 'Partners' }).waitFor();
  await theirs.waitForURL(`**/u/${server.person('Daniel').id}/admin/policies/Partners`);
  await theirs.context().close();
});

test('groups change their ranks by dragging, by the arrows, and by keyboard', async () => {
  const ranks = async () => (await server.call('Ada', 'GET', POLICIES)).value.flatMap((policy) => policy.assignments).toSorted((one, other) => one.rank - other.rank).map((one) => one.groupId);
  const ranked = (...groups) => until('the ranks are so', async () => JSON.stringify(await ranks()) === JSON.stringify(groups.map((group) => group.id)));
  await open('policies');
  const list = page.getByRole('list', { name: 'Ranks of groups' });
  const rows = list.getByRole('listitem');
  // What each move does is shown first.
  const confirm = (title) => page.getByRole('alertdialog', { name: title }).getByRole('button', { name: 'Move' }).click();
  await rows.filter({ hasText: 'Sales' }).dragTo(rows.filter({ hasText: 'Board' }));
  await page.getByRole('alertdialog').getByText('No contact in existing chats would begin or end.').waitFor();
  await ranked(board, sales);
  await confirm('Move Sales to rank 1?');
  await ranked(sales, board);
  await until('the list follows', async () => (await rows.first().textContent()).includes('Sales'));
  await page.getByRole('button', { name: 'Move Sales down' }).click();
  await confirm('Move Sales to rank 2?');
  await ranked(board, sales);
  await until('the list follows', async () => (await rows.first().textContent()).includes('Board'));
  await page.getByRole('button', { name: 'Move Board down' }).focus();
  await page.keyboard.press('Alt+ArrowDown');
  await confirm('Move Board to rank 2?');
  await ranked(sales, board);
  await assertUntroubled(page);
});

test('the trail keeps its filters in the address, and is exported as it is filtered', async () => {
  await open('audit');
  await page.getByRole('combobox', { name: 'Kind' }).click();
  await page.getByRole('option', { name: 'Policy assigned' }).click();
  await page.waitForURL('**/audit?kind=PolicyAssigned');
  await page.getByRole('row', { name: /assigned the policy Partners to Chiara Moretti/ }).waitFor();
  await page.reload();
  await page.getByRole('row', { name: /assigned the policy Partners to Chiara Moretti/ }).waitFor();
  const events = (await server.call('Ada', 'GET', "admin/teams/externalAccess/auditEvents?$filter=kind eq 'PolicyAssigned'&$top=999")).value;
  const [lines] = await Promise.all([page.waitForEvent('download'), press('Export as JSON lines').click()]);
  const written = readFileSync(await lines.path(), 'utf8').trim().split('\n').map((line) => JSON.parse(line).id);
  assert.deepEqual(written, events.map((event) => event.id));
  const [table] = await Promise.all([page.waitForEvent('download'), press('Export as CSV').click()]);
  assert.equal(readFileSync(await table.path(), 'utf8').trim().split('\r\n').length, events.length + 1);
  await page.getByRole('button', { name: /^Details of the event/ }).first().click();
  await page.getByRole('link', { name: 'This entry by itself' }).click();
  await page.waitForURL('**/audit/*');
  await page.getByText(/moved the group/).first().waitFor();
  await page.goBack();
  await page.waitForURL('**/audit?kind=PolicyAssigned');
  await assertUntroubled(page);
});

test('without the rights the centre says so', async () => {
  const theirs = await signIn(server, 'Daniel');
  await server.call('Ada', 'PATCH', `users/${server.person('Daniel').id}`, { roles: ['securityAdministrator'] });
  await theirs.reload();
  for (const [name, path] of [['looked-at', 'external-access'], ['looked-at-overview', 'overview']]) {
    await goTo(theirs, `/u/${server.person('Daniel').id}/admin/${path}`);
    await theirs.getByRole('heading', { level: 1 }).waitFor();
    await theirs.getByText(/You can look at these settings|External activity/).first().waitFor();
    await inspectPage(theirs, name, { kept: `admin-${name}` });
  }
  await theirs.context().close();
});

test('whoever may only look sees who has a policy, and nothing to press', async () => {
  const officer = server.person('Elif');
  await server.call('Ada', 'PATCH', `users/${officer.id}`, { roles: ['complianceOfficer'] });
  const value = [{ userId: server.person('Ben').id, policyType: 'ExternalAccessPolicy', policyId: 'Tag:Partners' }];
  await server.call('Ada', 'POST', 'admin/teams/policy/userAssignments/assign', { value });
  const hers = await signIn(server, 'Elif');
  await hers.goto(`/u/${officer.id}/admin/policies/Partners`);
  await hers.getByRole('link', { name: 'Ben Okafor' }).waitFor();
  await hers.getByRole('link', { name: /^Sales \(rank/ }).waitFor();
  assert.equal(await hers.getByRole('button', { name: /^(Take it|Delete|Duplicate|Assign)/ }).count(), 0);
  await hers.goto(`/u/${officer.id}/admin/groups`);
  await hers.getByRole('link', { name: 'Board' }).waitFor();
  await keep(hers, 'admin-groups-officer');
  await assertUntroubled(hers);
  await hers.context().close();
});
