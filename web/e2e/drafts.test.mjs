/** What is written and not sent: the same in all tabs, there after a reload, gone with its sending, and never claimed to be kept when it is not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { act, chats, composer, hears, messages, openChat, say } from './chat.mjs';
import { assertAccessible, assertUntroubled, keep, newProfile, serverForThisFile, signIn, until } from './harness.mjs';

const server = await serverForThisFile();
/** Longer than the editor waits before it keeps what is written. */
const KEPT_MS = 600;

const written = (page) => composer(page).innerText();
const has = (page, text) => until(`the editor has “${text}”`, async () => (await written(page)).trim() === text);
const editing = (page) => page.getByText('You are editing your message');

/** Somebody in a chat, in a profile of their own. */
async function inChat(name, other) {
  const context = await newProfile(server);
  const page = await signIn(server, name, { context });
  await openChat(page, other);
  await composer(page).waitFor();
  return page;
}

/** The same chat in a further tab. */
async function furtherTab(page) {
  const tab = await page.context().newPage();
  await tab.goto(page.url());
  await composer(tab).waitFor();
  return tab;
}

/** Counts from now on what other tabs keep, as this one is told of it. */
async function countKeeping(page) {
  await page.evaluate(() => {
    window.heard = 0;
    addEventListener('storage', () => (window.heard += 1));
  });
  return () => page.evaluate(() => window.heard);
}

test('two tabs have the same draft, and sending it in one empties the other', async () => {
  const one = await inChat('Ben', 'Hana Sato');
  const two = await furtherTab(one);
  await one.bringToFront();
  await composer(one).click();
  await one.keyboard.type('Half a thought');
  await has(two, 'Half a thought');
  await two.bringToFront();
  await composer(two).click();
  await two.keyboard.press('Control+End');
  const told = await countKeeping(one);
  await two.keyboard.type(', and the rest');
  await has(one, 'Half a thought, and the rest');
  // Nothing goes back and forth between the two.
  await one.waitForTimeout(2 * KEPT_MS);
  const before = await told();
  await one.waitForTimeout(2 * KEPT_MS);
  assert.equal(await told(), before);

  // Whoever comes back to the first goes on at its end.
  await one.bringToFront();
  await composer(one).focus();
  await one.keyboard.type('!');
  await has(two, 'Half a thought, and the rest!');
  await one.keyboard.press('Enter');
  await hears(two, 'Half a thought, and the rest!');
  for (const page of [one, two]) await has(page, '');
  await one.waitForTimeout(KEPT_MS);
  await one.reload();
  await composer(one).waitFor();
  assert.equal((await written(one)).trim(), '');
  assert.equal(await chats(one).getByText('Draft').count(), 0);
  for (const page of [one, two]) await assertUntroubled(page);
  await one.context().close();
});

test('a changed message goes on after a reload and in another tab, and ends in both when it is saved', async () => {
  const one = await inChat('Ben', 'Hana Sato');
  await say(one, 'Said first');
  await composer(one).click();
  await one.keyboard.type('Something else');
  await act(one, 'Said first', 'Edit');
  await has(one, 'Said first');
  await one.keyboard.type(', and better');
  // At once, before the editor's own time has come.
  await one.reload();
  await editing(one).waitFor();
  await has(one, 'Said first, and better');
  await keep(one, 'edit-after-reload');

  const two = await furtherTab(one);
  await editing(two).waitFor();
  await has(two, 'Said first, and better');
  await composer(two).click();
  await two.keyboard.press('Enter');
  await hears(one, 'Said first, and better');
  for (const page of [one, two]) {
    await editing(page).waitFor({ state: 'detached' });
    await has(page, 'Something else');
  }
  await one.reload();
  await has(one, 'Something else');
  assert.equal(await editing(one).count(), 0);
  for (const page of [one, two]) await assertUntroubled(page);
  await one.context().close();
});

test('a changed message far back goes on too, and one that was deleted says so', async () => {
  const page = await inChat('Ben', 'Hana Sato');
  await say(page, 'To be changed');
  await act(page, 'To be changed', 'Edit');
  await has(page, 'To be changed');
  await page.keyboard.type(' later');
  const chat = decodeURIComponent(/chats\/([^/?]+)/.exec(page.url())[1]);
  await page.goto(`/u/${server.person('Ben').id}/settings`);
  await page.getByRole('heading', { name: 'Settings' }).first().waitFor();
  // More than a page of a chat.
  for (let at = 1; at <= 60; at += 1) await server.say('Hana', chat, `Filler ${at}`);
  // So that the chat opens at its end, and nothing of before is loaded.
  await server.read('Ben', chat);
  await page.goto(`/u/${server.person('Ben').id}/chats/${encodeURIComponent(chat)}`);
  await editing(page).waitFor();
  await has(page, 'To be changed later');
  assert.equal(await messages(page).getByText('To be changed', { exact: true }).count(), 0);

  await page.getByRole('button', { name: 'Cancel' }).click();
  await say(page, 'To be deleted');
  await act(page, 'To be deleted', 'Edit');
  await has(page, 'To be deleted');
  await page.keyboard.type(' soon');
  const { value } = await server.call('Ben', 'GET', `chats/${encodeURIComponent(chat)}/messages?$top=5`);
  const { id } = value.find(({ body }) => body.content === 'To be deleted');
  await server.call('Ben', 'POST', `chats/${encodeURIComponent(chat)}/messages/${id}/softDelete`);
  await page.getByText(/^This message was deleted\./).waitFor();
  await has(page, 'To be deleted soon');
  await keep(page, 'edit-deleted');
  await assertAccessible(page, 'an edit of a deleted message');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await has(page, '');
  await assertUntroubled(page);
  await page.context().close();
});

test('a device without room says that what is written is not kept, until there is some', async () => {
  const page = await inChat('Ben', 'Hana Sato');
  await page.evaluate(() => {
    for (let size = 1 << 22; size >= 1; size = Math.floor(size / 2)) {
      try {
        for (let at = 0; ; at += 1) localStorage.setItem(`full ${size} ${at}`, 'x'.repeat(size));
      } catch {
        // A smaller piece may find room.
      }
    }
  });
  await composer(page).click();
  await page.keyboard.type('Nowhere but here');
  await page.getByText(/^This device has no room to keep what you write/).waitFor();
  await keep(page, 'draft-not-kept');
  await assertAccessible(page, 'a draft that is not kept');
  await page.evaluate(() => {
    for (const key of Object.keys(localStorage)) if (key.startsWith('full ')) localStorage.removeItem(key);
  });
  await page.keyboard.type(' any more');
  await page.getByText(/^This device has no room/).waitFor({ state: 'detached' });
  await page.reload();
  await has(page, 'Nowhere but here any more');
  await composer(page).click();
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Delete');
  await page.context().close();
});

test('a draft that cannot be read costs its chat nothing, and signing out leaves none on the device', async () => {
  const page = await inChat('Ben', 'Hana Sato');
  await composer(page).click();
  await page.keyboard.type('Something');
  const drafts = () => page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('visavis.drafts')));
  await until('the draft is kept', async () => (await drafts()).length === 1);
  const [place] = await drafts();
  await page.evaluate((key) => localStorage.setItem(key, JSON.stringify({ document: '{"root":{"children":[{"type":"of tomorrow"}]}}', text: 'Its first line' })), place);
  await page.reload();
  await has(page, 'Its first line');
  await page.evaluate((key) => localStorage.setItem(key, 'nonsense'), place);
  await page.reload();
  await composer(page).waitFor();
  assert.equal((await written(page)).trim(), '');

  await composer(page).click();
  await page.keyboard.type('Something else');
  await until('it is kept', async () => (await page.evaluate((key) => localStorage.getItem(key), place)).includes('Something else'));
  const two = await furtherTab(page);
  await has(two, 'Something else');
  await page.goto(`/u/${server.person('Ben').id}/settings/account`);
  await page.getByRole('button', { name: 'Sign out' }).first().click();
  await page.getByRole('textbox', { name: 'E-mail address' }).waitFor();
  await until('the other tab is empty', async () => (await composer(two).count()) === 0 || (await written(two)).trim() === '');
  await page.waitForTimeout(KEPT_MS);
  assert.deepEqual(await drafts(), []);
  await page.context().close();
});
