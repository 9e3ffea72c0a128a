/** Many accounts on a phone, and screens that are as low as one at 400 %. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { chats, composer, messages, openChat, say } from './chat.mjs';
import { assertAccessible, assertUntroubled, enter, keep, newProfile, PHONE, serverForThisFile, staying, until } from './harness.mjs';
import { misplaced } from './layout.mjs';

const server = await serverForThisFile();
const EVERYBODY = ['Ben', 'Kim', 'Ada', 'Chiara', 'Hana', 'Isaac', 'Goran', 'Daniel'];
/** 320x256 is 1280x1024 at 400 %; the others are phones that lie on their side, and one that stands. */
const LOW = [{ width: 320, height: 256 }, { width: 640, height: 320 }, { width: 667, height: 375 }];
const nameOf = ({ width, height }) => `${width}x${height}`;

/** A browser in which all of them are signed in, the first by the page. */
async function signedIn(names) {
  const context = await newProfile(server, { viewport: PHONE });
  const page = await context.newPage();
  await page.goto('/');
  for (const name of names.slice(1)) {
    const { mail: address, password } = server.person(name);
    const answer = await context.request.post('/v1.0/auth/signIn', { headers: { origin: server.url }, data: { address, password } });
    assert.equal(answer.ok(), true, `${name} is signed in`);
  }
  const first = server.person(names[0]);
  await enter(page, first.mail, first.password);
  await page.waitForURL('**/u/*/chats*');
  await page.reload();
  return page;
}

/** Whether a person could press it: it is inside the window, and nothing lies over it. */
const isInReach = (locator) => locator.evaluate((element) => {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  if (left < -1 || top < -1 || right > innerWidth + 1 || bottom > innerHeight + 1) return false;
  const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  return hit !== null && element.contains(hit);
});

test('of eight accounts each can be reached on every screen, and the settings and the administration stand still', async () => {
  const page = await signedIn(EVERYBODY);
  const areas = page.getByRole('navigation', { name: 'Areas' });
  const last = areas.getByRole('link', { name: server.person('Daniel').displayName });
  for (const size of [PHONE, { width: 320, height: 640 }, { width: 360, height: 640 }, ...LOW]) {
    await page.setViewportSize(size);
    const settings = areas.getByRole('link', { name: 'Settings' });
    await settings.waitFor();
    if (size.width < 640 && size.height < 400) await settings.scrollIntoViewIfNeeded();
    assert.equal(await isInReach(settings), true, `settings at ${nameOf(size)}`);
    await last.focus();
    await last.evaluate((link) => link.scrollIntoView({ block: 'nearest', inline: 'nearest' }));
    assert.equal(await isInReach(last), true, `the last account at ${nameOf(size)}`);
    assert.deepEqual(await staying(() => misplaced(page)), [], nameOf(size));
    await keep(page, `accounts-${nameOf(size)}`);
  }
  // Whoever is chosen stays in sight.
  await page.setViewportSize({ width: 320, height: 640 });
  await last.click();
  await page.waitForURL(`**/u/${server.person('Daniel').id}/**`);
  await page.reload();
  await last.waitFor();
  assert.equal(await isInReach(last), true);
  assert.equal(await last.getAttribute('aria-current'), 'page');
  await assertAccessible(page, 'eight accounts on a phone');
  await assertUntroubled(page);
  await page.context().close();
});

test('on a low screen messages can be read and written: the page is scrolled', async () => {
  const page = await signedIn(['Ben']);
  await openChat(page, 'Hana Sato');
  await composer(page).waitFor();
  for (const size of LOW) {
    await page.setViewportSize(size);
    await page.locator('[data-theme]').evaluate((whole) => whole.scrollTo(0, 0));
    const box = await messages(page).boundingBox();
    assert.ok(box.height >= 150, `the list is ${box.height} px high at ${nameOf(size)}`);
    assert.ok(size.height - box.y >= 100, `${size.height - box.y} px of the list are seen at first at ${nameOf(size)}`);
    await keep(page, `low-conversation-${nameOf(size)}`);
    assert.deepEqual(await staying(() => misplaced(page)), [], nameOf(size));
    const text = `Written at ${nameOf(size)}`;
    await say(page, text);
    await composer(page).focus();
    assert.equal(await isInReach(composer(page)), true, `the editor at ${nameOf(size)}`);
    await keep(page, `low-composer-${nameOf(size)}`);
    const sent = messages(page).getByText(text, { exact: true });
    await until(`what was sent is in reach at ${nameOf(size)}`, async () => {
      await sent.evaluate((bubble) => bubble.scrollIntoView({ block: 'center' }));
      return isInReach(sent);
    });
  }
  await page.setViewportSize({ width: 320, height: 256 });
  await page.getByRole('button', { name: 'Back' }).first().click();
  await chats(page).getByRole('listitem').first().waitFor();
  const list = await chats(page).getByRole('list').boundingBox();
  assert.ok(list.height >= 150, `the list of chats is ${list.height} px high`);
  await keep(page, 'low-chats-320x256');
  assert.deepEqual(await staying(() => misplaced(page)), []);
  await page.getByRole('button', { name: 'New chat' }).first().click();
  await page.getByRole('combobox', { name: 'With whom' }).waitFor();
  await keep(page, 'low-new-320x256');
  assert.deepEqual(await staying(() => misplaced(page)), []);
  await page.goto(`/u/${server.person('Ben').id}/settings`);
  await page.getByRole('heading', { name: 'Settings' }).waitFor();
  await keep(page, 'low-settings-320x256');
  await assertAccessible(page, 'a low screen');
  await assertUntroubled(page);
  await page.context().close();
});
