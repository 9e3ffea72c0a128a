/** Every main screen in a language that runs from right to left and has longer words, on three widths. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { assertUntroubled, closeBrowser, DESKTOP, keep, NARROW, newProfile, PHONE, Server, staying } from './harness.mjs';
import { misplaced } from './layout.mjs';
import { buildOtherClient, other, useClient } from './otherClient.mjs';

const english = JSON.parse(readFileSync(new URL('../src/i18n/catalogues/en.json', import.meta.url), 'utf8'));
/** What something is called there, by its key. */
const t = (key) => other(english[key]);

let server;
let client;
let chat;
before(async () => {
  client = buildOtherClient();
  server = await Server.start();
  chat = await server.chat(['Ben', 'Ada', 'Hana'], 'Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz '.repeat(3).trim());
  await server.say('Ada', chat, 'Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen'.repeat(5));
  await server.say('Ada', chat, `https://example.com/${'x'.repeat(300)}`);
  await server.say('Ben', chat, 'مرحبا، هل يمكنك قراءة هذا؟ with English inside');
  await server.say('Hana', chat, `<pre>${'wide '.repeat(80)}</pre><table><tr>${'<td>cell cell</td>'.repeat(12)}</tr></table><ul><li>one</li></ul>`, 'html');
  // So that it opens at its end, where all of it is in reach.
  await server.read('Ben', chat);
});
after(async () => {
  await closeBrowser();
  await server?.end();
  client?.end();
});

const button = (page, key) => page.getByRole('button', { name: t(key), exact: true });

/** Signs in as somebody, by what the sign-in says in that language. */
async function enterAs(name, viewport) {
  const context = await newProfile(server, { viewport, locale: 'ar-EG', serviceWorkers: 'block', hasTouch: viewport !== DESKTOP });
  await useClient(context, client.dist);
  const page = await context.newPage();
  await page.goto('/');
  await page.getByRole('heading', { name: t('signIn.title'), exact: true }).waitFor();
  return page;
}

/** Screens by how one gets there; each waits for what it is about. */
const SCREENS = {
  Ben: [
    ['list', async (page, go) => { await go('chats'); await page.getByRole('listitem').first().waitFor(); }],
    ['conversation', async (page, go) => { await go('chats', chat); await page.getByText('هل يمكنك').first().waitFor(); await page.getByRole('textbox', { name: t('composer.label') }).waitFor(); }],
    ['formats', async (page) => { await button(page, 'composer.format').click(); await button(page, 'composer.bold').waitFor(); }],
    ['people', async (page, go) => { await go('chats', chat, 'people'); await page.getByRole('complementary').getByText('Hana Sato').waitFor(); }],
    ['menu', async (page, go) => { await go('chats', chat); await button(page, 'chat.actions').click(); await page.getByRole('menuitem', { name: t('people.add') }).waitFor(); }],
    ['add', async (page) => { await page.getByRole('menuitem', { name: t('people.add') }).click(); await page.getByRole('dialog').waitFor(); }],
    ['new', async (page, go) => { await go('new'); await page.getByRole('combobox').fill('ada'); await page.getByRole('option').first().waitFor(); }],
    ['privacy', async (page, go) => { await go('settings', 'privacy'); await page.getByText(t('privacy.blocked')).waitFor(); }],
    ['notifications', async (page, go) => { await go('settings', 'notifications'); await page.getByText(t('notify.browserSwitch')).waitFor(); }],
    ['appearance', async (page, go) => { await go('settings', 'appearance'); await page.getByText(t('settings.density'), { exact: true }).waitFor(); }],
    ['account', async (page, go) => { await go('settings', 'account'); await button(page, 'settings.signOut').waitFor(); }],
  ],
  Chiara: [
    ['request', async (page, go) => {
      const { value } = await server.call('Chiara', 'GET', 'me/chats');
      const waiting = value.find((one) => one.contactRequest?.state === 'pending' && one.contactRequest.direction === 'inbound');
      await go('chats', waiting.id);
      await button(page, 'request.preview').click();
      await page.getByRole('list', { name: t('request.previewLabel') }).waitFor();
    }],
  ],
  Kim: [
    ['privacy-personal', async (page, go) => { await go('settings', 'privacy'); await page.getByText(t('privacy.found')).waitFor(); }],
  ],
  Ada: [
    ...['overview', 'external-access', 'policies', 'audit', 'members', 'groups', 'organisation', 'explain'].map((place) => [
      `admin-${place}`,
      async (page, go) => { await go('admin', place); await page.getByRole('main').getByRole('heading').first().waitFor(); },
    ]),
  ],
};

for (const [size, viewport] of [['320', NARROW], ['390', PHONE], ['desktop', DESKTOP]]) {
  test(`from right to left, with long words, nothing sticks out, is cut or lies over another: ${size}`, async (context) => {
    for (const [name, screens] of Object.entries(SCREENS)) {
      // Between the two other widths nothing of the administration centre is laid out in a third way.
      if (name === 'Ada' && size === '390') continue;
      const page = await enterAs(name, viewport);
      assert.equal(await page.evaluate(() => document.documentElement.dir), 'rtl');
      assert.match(await page.evaluate(() => document.documentElement.lang), /^ar/);
      if (name === 'Ben') {
        await page.getByRole('heading', { name: t('signIn.demonstration') }).waitFor();
        await keep(page, `rtl-sign-in-${size}`);
        assert.deepEqual(await staying(() => misplaced(page)), [], 'the sign-in');
      }
      await page.getByRole('textbox').fill(server.person(name).mail);
      await button(page, 'signIn.next').click();
      await page.locator('input[type="password"]').fill(server.person(name).password);
      await page.keyboard.press('Enter');
      await page.waitForURL('**/u/*/chats*');
      const go = (...words) => page.goto(`/u/${server.person(name).id}/${words.map(encodeURIComponent).join('/')}`);
      for (const [screen, open] of screens) {
        await context.test(screen, async () => {
          await open(page, go);
          await page.waitForTimeout(150);
          await keep(page, `rtl-${screen}-${size}`);
          assert.deepEqual(await staying(() => misplaced(page)), []);
        });
      }
      await assertUntroubled(page);
      await page.context().close();
    }
  });
}

test('what has a direction turns with the language: arrows, the side of one’s own messages, lists', async () => {
  const page = await enterAs('Ben', PHONE);
  await page.getByRole('textbox').fill(server.person('Ben').mail);
  await button(page, 'signIn.next').click();
  await page.locator('input[type="password"]').fill(server.person('Ben').password);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/u/*/chats*');
  await page.goto(`/u/${server.person('Ben').id}/chats/${encodeURIComponent(chat)}`);
  await page.getByText('هل يمكنك').first().waitFor();
  const turned = (locator) => locator.locator('svg').first().evaluate((icon) => {
    let { a } = new DOMMatrix(getComputedStyle(icon).transform);
    if (icon.parentElement) a *= new DOMMatrix(getComputedStyle(icon.parentElement).transform).a;
    return a < 0;
  });
  assert.equal(await turned(button(page, 'common.back')), true, 'back points to where one came from');
  // One's own messages stand at the end of the line, which is the left there.
  const own = await page.getByText('هل يمكنك').first().boundingBox();
  assert.ok(own.x < PHONE.width / 2, `own messages begin at ${own.x}`);
  // Numbers and dates are those of the language.
  assert.match(await page.getByRole('list', { name: t('chat.messages') }).innerText(), /[٠-٩]/);
  await page.context().close();
});
