/** The administration centre: every page in every theme and width, and a change that says what it does. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { assertAccessible, assertUntroubled, closeBrowser, DESKTOP, keep, NARROW, Server, signIn, until } from './harness.mjs';

const POLICIES = 'admin/teams/externalAccess/policies';
let server;
let board;

before(async () => {
  server = await Server.start();
  await server.call('Ada', 'POST', POLICIES, { identity: 'Tag:Executives', enableTeamsConsumerInbound: false });
  board = await server.call('Ada', 'POST', 'groups', { displayName: 'Board', securityEnabled: true });
  await server.call('Ada', 'POST', `${POLICIES}/Executives/assign`, { groupId: board.id, rank: 1 });
  await server.call('Ada', 'PATCH', 'admin/teams/externalAccess/configuration', { blockedDomains: ['evil.example', `${'long-'.repeat(11)}domain.example`] });
});
after(async () => {
  await closeBrowser();
  await server.end();
});

/** Opens a page of the centre and waits for what it is about. */
async function open(page, path) {
  await page.goto(`/u/${server.person('Ada').id}/admin/${path}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await until('everything is fetched', async () => (await page.getByRole('progressbar').count()) === 0);
}

for (const [theme, viewport] of [['light', DESKTOP], ['dark', NARROW], ['highContrast', DESKTOP]]) {
  test(`axe finds nothing on any page, and nothing is wider than the screen: ${theme}, ${viewport.width}`, async () => {
    const page = await signIn(server, 'Ada', { viewport });
    await page.evaluate((chosen) => localStorage.setItem('visavis.preferences', JSON.stringify({ theme: chosen, language: 'en' })), theme);
    const paths = ['overview', 'external-access', 'policies', 'policies/Executives', 'new-policy/Executives', 'explain', 'audit', 'members', `members/${server.person('Ben').id}`, 'groups', `groups/${board.id}`, 'organisation'];
    for (const path of paths) {
      await open(page, path);
      const [wide, shown] = await page.evaluate(() => {
        const main = document.querySelector('main');
        return [Math.max(main.scrollWidth - main.clientWidth, 0) + document.documentElement.scrollWidth, window.innerWidth];
      });
      assert.ok(wide <= shown + 1, `${path} is ${wide} wide on ${shown}`);
      await assertAccessible(page, `${path} in ${theme}`);
      await keep(page, `admin-${path.split('/')[0]}-${theme}`);
    }
    await assertUntroubled(page);
    await page.context().close();
  });
}

test('a change says what it does, is saved, and holds at once', async () => {
  const page = await signIn(server, 'Ada');
  await open(page, 'external-access');
  await page.getByRole('switch', { name: /accounts aren’t managed by an organization/ }).click();
  await page.getByText(/Contact would end in/).waitFor();
  await page.getByRole('button', { name: 'Review and save' }).click();
  const dialog = page.getByRole('alertdialog');
  await dialog.getByText(/Contact would end in/).waitFor();
  await assertAccessible(page, 'the review of a change');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Review and save' }).waitFor({ state: 'detached' });
  const saved = await server.call('Ada', 'GET', 'admin/teams/externalAccess/configuration');
  assert.equal(saved.allowTeamsConsumer, false);
  await assertUntroubled(page);
  await page.context().close();
});

test('a contact is explained with the rule that decides, by keyboard alone', async () => {
  await server.call('Ada', 'PATCH', 'admin/teams/externalAccess/configuration', { allowTeamsConsumer: false });
  const page = await signIn(server, 'Ada');
  await open(page, 'explain');
  const outside = server.demo.accounts.find((account) => !account.organisationId);
  await page.getByRole('combobox', { name: 'Who makes the contact' }).focus();
  await page.keyboard.type('Ben');
  await page.getByRole('option', { name: /Ben Okafor/ }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('combobox', { name: 'With whom' }).focus();
  await page.keyboard.type(outside.mail);
  await page.keyboard.press('Tab');
  await page.getByRole('button', { name: 'Explain' }).focus();
  await page.keyboard.press('Enter');
  await page.getByText(`No: Ben Okafor cannot talk with ${outside.mail}.`).waitFor();
  await page.getByRole('link', { name: 'Go to the setting' }).click();
  await page.waitForURL('**/admin/external-access/allowTeamsConsumer');
  await assertUntroubled(page);
  await page.context().close();
});
