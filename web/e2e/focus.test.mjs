/**
 * What one presses may vanish by being pressed. Whoever goes by keyboard goes on from near it all the
 * same: after none of these acts the focus falls to the top of the page (WCAG 2.4.3).
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { act, chats, composer, hears, message, messages, openChat, say } from './chat.mjs';
import { assertUntroubled, PHONE, serverForThisFile, signIn, until } from './harness.mjs';

const server = await serverForThisFile();

/** Where the focus is, in words: the message around it, the region around it, or its own name. */
const focused = (page) => page.evaluate(() => {
  const at = document.activeElement;
  if (at === null || at === document.body) return 'nowhere';
  if (at.matches('[data-message]')) return `message ${at.querySelector('[data-bubble]').textContent}`;
  return at.getAttribute('aria-label') ?? at.textContent.trim().slice(0, 60);
});
/** The focus comes to a place, and stays there. */
async function goesTo(page, after, where) {
  await until(`the focus is at “${where}” after ${after}`, async () => {
    const at = await focused(page);
    return typeof where === 'string' ? at === where : where.test(at);
  }, 15_000).catch(async (error) => { throw new Error(`${error.message}; it is at “${await focused(page)}”`); });
  await page.waitForTimeout(250);
  assert.notEqual(await focused(page), 'nowhere', `after ${after}`);
}
/** Presses something by keyboard. */
async function press(page, locator, key = 'Enter') {
  await locator.focus();
  await page.keyboard.press(key);
}
/** What the polite voice says from here on. */
const listen = (page) => page.evaluate(() => {
  window.said = [];
  new MutationObserver(() => { for (const one of document.querySelectorAll('[role="status"]')) window.said.push(one.textContent); }).observe(document.body, { childList: true, subtree: true, characterData: true });
});
const says = (page, what) => until(`“${what}” is said`, () => page.evaluate((what) => window.said.some((text) => text.includes(what)), what));

test('acts on messages leave the focus at the message, the list, or where one writes', async () => {
  const topic = 'Focus';
  const chat = await server.chat(['Ben', 'Ada', 'Chiara'], topic);
  await server.say('Ada', chat, 'First thing');
  await server.say('Ada', chat, 'Second thing');
  const page = await signIn(server, 'Ben');
  await openChat(page, topic);
  await hears(page, 'Second thing');
  await composer(page).waitFor();

  await message(page, 'First thing').focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  const mine = message(page, 'First thing').getByRole('button', { name: /👍: You/ });
  await mine.waitFor();
  assert.equal(await messages(page).getByRole('listitem', { name: /^Ada Lindqvist, .*First thing 👍: You/ }).count(), 1, 'the reaction is part of what one hears of the message');
  await press(page, mine, 'Space');
  await mine.waitFor({ state: 'detached' });
  await goesTo(page, 'taking one’s reaction back', 'message First thing');

  await say(page, 'To be deleted');
  await act(page, 'To be deleted', 'Delete');
  await goesTo(page, 'deleting a message', 'message This message was deleted');
  await page.keyboard.press('Enter');
  await goesTo(page, 'going to what can be done with it', 'Restore');
  await page.keyboard.press('Enter');
  await goesTo(page, 'restoring it', 'message To be deleted');

  for (const [name, what] of [['Reply', 'First thing'], ['Edit', 'To be deleted']]) {
    await act(page, what, name);
    await goesTo(page, name, 'Message');
    await press(page, page.getByRole('button', { name: 'Cancel', exact: true }));
    await goesTo(page, `cancelling ${name}`, 'Message');
  }

  for (const text of ['First thing', 'Second thing']) await act(page, text, 'Pin for everybody');
  const bar = page.getByRole('region', { name: 'Pinned messages' });
  await press(page, bar.getByRole('button', { name: /^2/ }));
  await press(page, page.getByRole('button', { name: 'Unpin' }).first());
  const last = bar.getByRole('button', { name: 'Unpin' });
  await last.waitFor();
  await page.waitForTimeout(500);
  assert.notEqual(await focused(page), 'nowhere', 'after unpinning one of two');
  await press(page, last);
  await bar.waitFor({ state: 'detached' });
  await goesTo(page, 'unpinning the last', /^message /);

  await page.route('**/messages', (route) => (route.request().method() === 'POST' ? route.fulfill({ status: 413, contentType: 'application/json', body: JSON.stringify({ error: { code: 'RequestEntityTooLarge', message: 'Too long.', innerError: { code: 'messageTooLarge' } } }) }) : route.fallback()));
  await say(page, 'Never to be sent');
  const discard = page.getByRole('button', { name: 'Discard', exact: true });
  await discard.waitFor();
  assert.equal(await messages(page).getByRole('listitem', { name: /^Your message that was not sent Never to be sent Not sent/ }).count(), 1);
  await press(page, discard);
  await discard.waitFor({ state: 'detached' });
  await goesTo(page, 'discarding a message', /^message /);

  await page.locator('input[type="file"]').setInputFiles(['one', 'two'].map((name) => ({ name: `${name}.gif`, mimeType: 'image/gif', buffer: Buffer.from('R0lGODlhAQABAIAAAAUEBAAAACwAAAAAAQABAAACAkQBADs=', 'base64') })));
  const remove = page.getByRole('button', { name: 'Remove the image' });
  await until('both images are there', async () => (await remove.count()) === 2);
  await press(page, remove.first());
  await goesTo(page, 'removing one image of two', 'Remove the image');
  await page.keyboard.press('Enter');
  await goesTo(page, 'removing the last image', 'Message');
  await assertUntroubled(page);
  await page.context().close();
});

test('acts on people and chats leave the focus where they were begun', async () => {
  const topic = 'People of focus';
  await server.chat(['Ben', 'Ada', 'Chiara'], topic);
  const page = await signIn(server, 'Ben');
  await openChat(page, topic);
  const people = page.getByRole('button', { name: 'People', exact: true });
  const panel = page.getByRole('complementary', { name: 'People' });
  for (const how of ['Close', 'Escape']) {
    await press(page, people);
    await panel.getByRole('button', { name: 'Close' }).focus();
    // Escape takes a hint away first.
    await page.getByRole('tooltip').waitFor({ state: 'detached' });
    await page.keyboard.press(how === 'Close' ? 'Enter' : 'Escape');
    await panel.waitFor({ state: 'detached' });
    await goesTo(page, `closing the panel by ${how}`, 'People');
  }
  await press(page, people);
  await press(page, panel.getByRole('button', { name: /^More for Chiara/ }));
  await press(page, page.getByRole('menuitem', { name: 'Remove' }));
  await press(page, page.getByRole('alertdialog').getByRole('button', { name: 'Remove', exact: true }));
  await panel.getByRole('button', { name: /^More for Chiara/ }).waitFor({ state: 'detached' });
  await goesTo(page, 'removing somebody', /^More for /);

  const row = chats(page).getByRole('listitem').filter({ hasText: topic });
  await press(page, row.getByRole('button', { name: /^More for/ }));
  await press(page, page.getByRole('menuitem', { name: 'Hide' }));
  await row.waitFor({ state: 'detached' });
  await page.waitForTimeout(500);
  await until('the focus is in the list of chats', () => page.evaluate(() => document.activeElement.closest('[data-index]') !== null));

  await page.goto(`/u/${server.person('Ben').id}/settings/privacy`);
  const unblock = page.getByRole('button', { name: 'Unblock' });
  await press(page, unblock);
  await unblock.waitFor({ state: 'detached' });
  await goesTo(page, 'unblocking the last', 'Blocked people');
  await assertUntroubled(page);
  await page.context().close();
});

test('what lies under the people is passed over by Tab, and is there again once they are closed', async () => {
  const topic = 'Under the people';
  const chat = await server.chat(['Ben', 'Ada', 'Chiara'], topic);
  await server.say('Ada', chat, 'Covered');
  const page = await signIn(server, 'Ben', { viewport: { width: 1000, height: 800 } });
  await openChat(page, topic);
  await hears(page, 'Covered');
  await composer(page).waitFor();
  await press(page, page.getByRole('button', { name: 'People', exact: true }));
  const panel = page.getByRole('complementary', { name: 'People' });
  await panel.waitFor();
  await until('the focus is in the panel', () => page.evaluate(() => document.activeElement.matches('aside h3')));
  const beneath = page.locator('main [inert]');
  for (let count = 0; count < 40; count += 1) {
    await page.keyboard.press('Tab');
    assert.equal(await beneath.evaluate((covered) => covered.contains(document.activeElement)), false, 'Tab goes around what is covered');
  }
  await panel.getByRole('button', { name: 'Close' }).focus();
  await page.getByRole('tooltip').waitFor({ state: 'detached' });
  await page.keyboard.press('Escape');
  await panel.waitFor({ state: 'detached' });
  await goesTo(page, 'closing the panel over the conversation', 'People');
  await composer(page).focus();
  await goesTo(page, 'going on to write', 'Message');
  await assertUntroubled(page);
  await page.context().close();
});

test('a request is read on from its preview, and its end is said', async () => {
  await server.newcomer('Xeno Fremd', 'xeno@fremd.example', '--personal');
  const chat = await server.chat(['Xeno', 'Elif']);
  for (let count = 1; count < 10; count += 1) await server.say('Xeno', chat, `Question ${count}`);
  const [asker, asked] = [await signIn(server, 'Xeno'), await signIn(server, 'Elif')];
  await openChat(asker, 'Elif Kaya');
  await composer(asker).waitFor();
  await listen(asker);
  await composer(asker).focus();
  await asker.keyboard.type('Question 10');
  await asker.keyboard.press('Enter');
  await composer(asker).waitFor({ state: 'detached' });
  await goesTo(asker, 'the tenth message', /^Your request waits for an answer\. You have sent as many/);
  await says(asker, 'You have sent as many messages as you can until then.');

  await openChat(asked, 'Xeno Fremd');
  await listen(asked);
  await press(asked, asked.getByRole('button', { name: 'Preview messages' }));
  await goesTo(asked, 'Preview', 'What the request says');
  await says(asked, 'The preview shows 10 messages.');
  await press(asked, asked.getByRole('button', { name: 'Delete', exact: true }));
  await asked.getByRole('heading', { name: /Xeno Fremd wants/ }).waitFor({ state: 'detached' });
  await asked.waitForTimeout(500);
  assert.notEqual(await focused(asked), 'nowhere', 'after deleting a request');
  for (const page of [asker, asked]) {
    await assertUntroubled(page);
    await page.context().close();
  }
});

test('on a phone Back leads to the chat that one comes from', async () => {
  const topic = 'Under way';
  await server.chat(['Jonas', 'Ada'], topic);
  await server.chat(['Jonas', 'Ada'], 'Newer');
  const page = await signIn(server, 'Jonas', { viewport: PHONE });
  await openChat(page, topic);
  await press(page, page.getByRole('main').getByRole('button', { name: 'Back' }));
  await goesTo(page, 'Back', new RegExp(topic));
  await page.context().close();
});
