/** Finding colleagues, coming into contact, and blocks that are taken back: each shows without a reload. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { chats, composer, hears, messages, newChat, openChat, say } from './chat.mjs';
import { assertAccessible, assertUntroubled, keep, serverForThisFile, signIn, until } from './harness.mjs';

const server = await serverForThisFile();
const within = (page) => page.getByRole('main');

test('colleagues are found by any word of their names and by their addresses', async () => {
  const page = await signIn(server, 'Daniel');
  await page.getByRole('button', { name: 'New chat' }).first().click();
  const box = page.getByRole('combobox', { name: 'With whom' });
  for (const [typed, found] of [['okaf', 'Ben Okafor'], ['kaya el', 'Elif Kaya'], ['ben.ok', 'Ben Okafor'], [server.person('Ben').mail, 'Ben Okafor']]) {
    await box.fill(typed);
    await page.getByRole('option', { name: found }).waitFor();
    await until(`${typed} finds nobody else`, async () => (await page.getByRole('option').count()) === 1);
  }
  await box.fill(server.person('Daniel').mail);
  await page.getByText('That is you.').waitFor();
  await keep(page, 'new-chat-oneself');
  await assertUntroubled(page);
  await page.context().close();
});

test('presence shows with consent, and whoever is unblocked can write, without a reload', async () => {
  for (const name of ['Daniel', 'Isaac']) await server.call(name, 'PATCH', 'me/settings/externalChat', { showPresenceToExternal: true });
  const [one, two] = [await signIn(server, 'Daniel'), await signIn(server, 'Isaac')];
  await newChat(one, [server.person('Isaac').mail]);
  await say(one, 'Hello Isaac');
  await openChat(two, 'Daniel Weiss');
  await two.getByRole('button', { name: 'Accept', exact: true }).click();
  await say(two, 'Hello Daniel');
  for (const [page, other] of [[one, 'Isaac Mensah'], [two, 'Daniel Weiss']]) {
    await chats(page).getByRole('listitem').filter({ hasText: other }).getByLabel('Available').waitFor();
  }

  await one.getByRole('button', { name: 'More for this chat' }).click();
  await one.getByRole('menuitem', { name: 'Block Isaac Mensah' }).click();
  await one.getByRole('alertdialog').getByRole('button', { name: 'Block', exact: true }).click();
  await one.getByText('You have blocked Isaac Mensah.').waitFor();
  await keep(one, 'composer-unblock');
  await assertAccessible(one, 'a chat that one has blocked');

  await composer(two).click();
  await two.keyboard.type('Are you there?');
  await two.keyboard.press('Enter');
  const again = two.getByRole('button', { name: 'Try again', exact: true });
  await again.last().waitFor();
  await within(two).getByText(/This person cannot be reached/).first().waitFor();
  await composer(two).waitFor({ state: 'detached' });
  await keep(two, 'composer-try-again');

  await one.getByRole('button', { name: 'Unblock', exact: true }).click();
  await say(one, 'Back again');
  await again.last().click();
  await composer(two).waitFor();
  await say(two, 'Good');
  for (const page of [one, two]) {
    await assertUntroubled(page);
    await page.context().close();
  }
});

test('Q-09: in a group what somebody says whom one has blocked is folded, and nobody tells of it', async () => {
  const topic = 'With somebody blocked';
  const chat = await server.chat(['Ben', 'Ada', 'Hana'], topic);
  for (const name of ['Hana']) await server.call(name, 'POST', `chats/${encodeURIComponent(chat)}/acceptRequest`, {}).catch(() => {});
  await server.say('Hana', chat, 'Said before');
  const page = await signIn(server, 'Ben');
  await openChat(page, topic);
  await hears(page, 'Said before');
  await page.getByRole('button', { name: 'People', exact: true }).click();
  const panel = page.getByRole('complementary', { name: 'People' });
  await panel.getByRole('button', { name: 'More for Hana Sato' }).click();
  await page.getByRole('menuitem', { name: 'Block Hana Sato' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Block', exact: true }).click();
  await messages(page).getByText('Message of somebody you blocked').waitFor();
  await messages(page).getByText('Said before').waitFor({ state: 'detached' });
  await panel.getByText('(blocked)').waitFor();
  assert.equal(await panel.getByRole('listitem').filter({ hasText: 'Hana Sato' }).getByLabel(/Available|Away|Busy|Offline/).count(), 0);

  await page.evaluate(() => {
    window.said = [];
    new MutationObserver(() => { for (const one of document.querySelectorAll('[role="status"]')) window.said.push(one.textContent); }).observe(document.body, { childList: true, subtree: true, characterData: true });
  });
  await server.say('Hana', chat, 'Said after');
  const row = chats(page).getByRole('listitem').filter({ hasText: topic });
  await row.getByText('Message of somebody you blocked').waitFor();
  await server.say('Ada', chat, 'By another');
  await hears(page, 'By another');
  await row.getByText('By another').waitFor();
  await until('the other is told of', () => page.evaluate(() => window.said.some((text) => text.includes('By another'))));
  assert.equal(await page.evaluate(() => window.said.some((text) => text.includes('Said after'))), false);
  await keep(page, 'blocked-in-group');
  await assertAccessible(page, 'a group with somebody whom one has blocked');

  // By keyboard: Enter on the message shows it, and it has the focus.
  await messages(page).getByRole('listitem', { name: /Message of somebody you blocked/ }).last().focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await hears(page, 'Said after');
  await until('the message has the focus', () => page.evaluate(() => document.activeElement.matches('[data-message]') && document.activeElement.textContent.includes('Said after')));

  await panel.getByRole('button', { name: 'More for Hana Sato' }).click();
  await page.getByRole('menuitem', { name: 'Unblock Hana Sato' }).click();
  await hears(page, 'Said before');
  await assertUntroubled(page);
  await page.context().close();
});
