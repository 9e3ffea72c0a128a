/** One person's client by itself: keyboard, tabs, broken connections, languages, small screens, long words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { chats, composer, hears, messages, openChat, say } from './chat.mjs';
import { assertUntroubled, DESKTOP, keep, NARROW, newProfile, PHONE, press, serverForThisFile, signIn, staying, until } from './harness.mjs';
import { misplaced } from './layout.mjs';

const server = await serverForThisFile();

test('a whole conversation by keyboard alone', async () => {
  const context = await newProfile(server);
  const page = await context.newPage();
  await page.goto('/');
  await page.getByRole('heading', { name: 'Sign in', exact: true }).waitFor();
  await press(page, 'Tab', 'the address', () => document.activeElement?.getAttribute('autocomplete') === 'username');
  await page.keyboard.type(server.person('Ben').mail);
  await page.keyboard.press('Enter');
  await page.locator('input[type="password"]:focus').waitFor();
  await page.keyboard.type(server.person('Ben').password);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/u/*/chats*');

  // To the list, within it by arrows, and into a chat.
  await chats(page).getByText('Hana Sato').first().waitFor();
  await press(page, 'Tab', 'the list', () => document.activeElement?.closest('[role="listitem"]') !== null && document.activeElement?.localName === 'a');
  await page.keyboard.press('Home');
  await press(page, 'ArrowDown', 'Hana', () => document.activeElement?.textContent?.includes('Hana Sato') === true);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/chats/*');
  await composer(page).waitFor();
  await press(page, 'Tab', 'the composer', () => document.activeElement?.getAttribute('aria-label') === 'Message');
  await page.keyboard.type('By keyboard: one of two.');
  await page.keyboard.press('Enter');
  await hears(page, 'By keyboard: one of two.');

  const found = await server.call('Hana', 'GET', 'me/chats?$expand=members');
  const chat = found.value.find((one) => one.chatType === 'oneOnOne' && one.members.some((member) => member.displayName === 'Ben Okafor')).id;
  await server.say('Hana', chat, 'Heard. And two?');
  await hears(page, 'Heard. And two?');
  // New messages are told to those who do not see.
  const told = page.locator('[aria-live="polite"]').filter({ hasText: 'Heard. And two?' });
  await until('the message is announced', async () => (await told.count()) > 0);

  // Back to what was said, to what can be done with it, and forward again.
  await press(page, 'Shift+Tab', 'what can be done with the message', () => document.activeElement?.closest('[data-message] [role="toolbar"]') != null);
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Copy text' }).waitFor();
  await page.keyboard.press('Escape');
  await press(page, 'Shift+Tab', 'the message', () => document.activeElement?.matches('[data-message]') === true);
  const focused = () => page.evaluate(() => document.activeElement?.closest('[data-message]')?.dataset.message ?? null);
  const newest = await focused();
  await page.keyboard.press('ArrowUp');
  await until('another message has the focus', async () => ![null, newest].includes(await focused()));
  await press(page, 'Tab', 'the composer', () => document.activeElement?.getAttribute('aria-label') === 'Message');
  await page.keyboard.type('Two, by keyboard.');
  await page.keyboard.press('Enter');
  await hears(page, 'Two, by keyboard.');
  await assertUntroubled(page);
  await context.close();
});

test('two tabs agree', async () => {
  const one = await signIn(server, 'Ada');
  const two = await one.context().newPage();
  await two.goto('/');
  for (const page of [one, two]) await openChat(page, 'Ben Okafor');
  await say(one, 'Said in the first tab.');
  await hears(two, 'Said in the first tab.');
  await say(two, 'Said in the second.');
  await hears(one, 'Said in the second.');
  assert.equal(await messages(one).getByText('Said in the first tab.').count(), 1, 'nothing is there twice');
  await two.goto(`/u/${server.person('Ada').id}/settings/appearance`);
  await two.getByRole('radio', { name: 'Dark' }).check();
  const brightness = () => one.evaluate(() => Number(/\d+/.exec(getComputedStyle(document.body).backgroundColor)[0]));
  await until('the first tab is dark, too', async () => (await brightness()) < 128);
  await two.goto(`/u/${server.person('Ada').id}/settings/account`);
  await two.getByRole('button', { name: 'Sign out' }).first().click();
  await two.getByRole('heading', { name: 'Sign in', exact: true }).waitFor();
  await one.getByText('The session of Ada Lindqvist has ended.').first().waitFor();
  await assertUntroubled(one);
  await one.context().close();
});

test('a broken connection is said, loses nothing, and heals without a reload', async () => {
  const page = await signIn(server, 'Ben');
  await openChat(page, 'Ada Lindqvist');
  await say(page, 'Before the break.');
  await page.evaluate(() => (window.isTheSamePage = true));
  await server.stop();
  await page.getByRole('region', { name: 'Notice' }).getByText(/The connection is interrupted/).waitFor();
  await composer(page).click();
  await page.keyboard.type('Written while nobody answers.');
  await page.keyboard.press('Enter');
  await messages(page).getByText('Written while nobody answers.').waitFor();
  await keep(page, 'connection-lost');
  await server.startAgain();
  await page.getByRole('region', { name: 'Notice' }).getByText(/The connection is interrupted/).waitFor({ state: 'detached', timeout: 60_000 });
  const chat = decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1));
  await until('it was sent, once', async () => {
    const all = await server.call('Ada', 'GET', `chats/${encodeURIComponent(chat)}/messages?$top=20`);
    const same = all.value.filter((message) => message.body.content.includes('Written while nobody answers.'));
    assert.ok(same.length <= 1);
    return same.length === 1;
  }, 60_000);
  await server.say('Ada', chat, 'After the break.');
  await hears(page, 'After the break.');
  assert.equal(await page.evaluate(() => window.isTheSamePage), true);
  assert.equal(await messages(page).getByText('Written while nobody answers.').count(), 1);
  await page.context().close();
});

test('German is complete: no English word is left on the screens', async () => {
  const context = await newProfile(server, { locale: 'de-DE' });
  const page = await context.newPage();
  await page.goto('/');
  await page.getByRole('heading', { name: 'Anmelden', exact: true }).waitFor();
  assert.match(await page.evaluate(() => document.documentElement.lang), /^de/);
  await page.locator('input[autocomplete="username"]').fill(server.person('Ben').mail);
  await page.keyboard.press('Enter');
  await page.locator('input[type="password"]').fill(server.person('Ben').password);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/u/*/chats*');
  await page.getByRole('listitem').getByText('Hana Sato').first().click();
  await page.waitForURL('**/chats/*');
  await page.getByText(/Donnerstag|Drawings|drawings/).first().waitFor();
  const words = await page.evaluate(() => document.body.innerText);
  for (const english of ['Write a message', 'You write as', 'Settings', 'Unread', 'Requests', 'Today', 'New chat']) {
    assert.ok(!words.includes(english), `“${english}” is not German`);
  }
  await keep(page, 'german');
  await context.close();
});

test('nothing sticks out on a narrow phone, with long words', async () => {
  const long = 'Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen'.repeat(5);
  const topic = 'Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz'.repeat(3);
  const chat = await server.chat(['Ben', 'Ada', 'Chiara'], topic);
  await server.say('Ada', chat, long);
  await server.say('Ada', chat, `https://example.com/${'x'.repeat(300)}`);
  await server.say('Ada', chat, 'مرحبا، هل يمكنك قراءة هذا؟ with English inside');
  await server.say('Ada', chat, `<pre>${'wide '.repeat(80)}</pre><table><tr>${'<td>cell cell</td>'.repeat(12)}</tr></table>`, 'html');
  const page = await signIn(server, 'Ben', { viewport: NARROW });
  const id = server.person('Ben').id;
  for (const path of ['chats', `chats/${encodeURIComponent(chat)}`, `chats/${encodeURIComponent(chat)}/people`, 'new', 'settings']) {
    await page.goto(`/u/${id}/${path}`);
    await page.getByRole('navigation', { name: 'Areas' }).waitFor();
    if (path.includes('thread')) await page.getByText('هل يمكنك').first().waitFor();
    await page.waitForTimeout(150);
    assert.deepEqual(await staying(() => misplaced(page)), [], path);
    await keep(page, `narrow-${path.replaceAll(/[^a-z]+/g, '-').slice(0, 12)}${path.includes('people') ? '-people' : ''}`);
  }
  await assertUntroubled(page);
  await page.context().close();
});

test('who reads the newest message still does when the window changes its width', async () => {
  const chat = await server.chat(['Ben', 'Ada', 'Elif'], 'Wide and narrow');
  for (let at = 1; at <= 30; at += 1) await server.say(at % 2 ? 'Ada' : 'Elif', chat, `Line ${at}, with as many words as it takes to be broken where there is less room for them than there was.`);
  await server.read('Ben', chat);
  const page = await signIn(server, 'Ben');
  await openChat(page, 'Wide and narrow');
  const newest = messages(page).getByText(/^Line 30,/);
  for (const viewport of [DESKTOP, PHONE, { width: 900, height: 700 }, NARROW, DESKTOP]) {
    await page.setViewportSize(viewport);
    await until(`the newest is in view at ${viewport.width}`, async () => {
      const place = await messages(page).boundingBox();
      const box = await newest.boundingBox();
      return box !== null && box.y + box.height <= place.y + place.height && box.y >= place.y;
    });
  }
  // Whoever reads further up, once everything stands still, stays there.
  await page.waitForTimeout(1_000);
  await messages(page).hover();
  await page.mouse.wheel(0, -1_000);
  await page.getByRole('button', { name: 'To the newest' }).waitFor();
  await page.setViewportSize(PHONE);
  await page.getByRole('button', { name: 'To the newest' }).waitFor();
  await page.context().close();
});
