/** Messages by keyboard: arrows go from one to the next, Enter and Shift+F10 open what can be done with one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { composer, hears, message, messages, openChat } from './chat.mjs';
import { assertAccessible, assertUntroubled, keep, NARROW, serverForThisFile, signIn, until } from './harness.mjs';

const server = await serverForThisFile();

/** What has the focus: its name, its role, and the text of the message around it. */
const focused = (page) => page.evaluate(() => {
  const element = document.activeElement;
  return {
    name: element?.getAttribute('aria-label') || element?.textContent || '',
    role: element?.getAttribute('role') || element?.localName,
    message: element?.closest('[data-message]')?.textContent ?? null,
    isMessage: element?.matches('[data-message]') ?? false,
  };
});
const reaches = (page, what, isSo) => until(what, async () => isSo(await focused(page)));

test('every act on a message is reached by keyboard, and Tab passes through one message only', async () => {
  const topic = 'Keys';
  const chat = await server.chat(['Ada', 'Ben', 'Chiara'], topic);
  await server.say('Ada', chat, 'First, see https://contoso.example/one and https://contoso.example/two');
  await server.say('Ben', chat, 'Second, mine');
  await server.say('Chiara', chat, 'Third, see https://contoso.example/three');
  const page = await signIn(server, 'Ben');
  await openChat(page, topic);
  await messages(page).getByText('Third, see').waitFor();
  await composer(page).focus();

  // Backwards from where one writes: the last message with what is in it, and nothing of the others.
  const passed = [];
  for (let n = 0; n < 12; n += 1) {
    await page.keyboard.press('Shift+Tab');
    const at = await focused(page);
    if (at.message !== null) passed.push(at);
    else if (passed.length > 0) break;
  }
  assert.ok(passed.every((at) => at.message.includes('Third')), JSON.stringify(passed));
  assert.ok(passed.some((at) => at.name.includes('contoso.example/three')));
  assert.ok(passed.at(-1).isMessage, 'the message itself comes first');
  await message(page, 'Second, mine').waitFor();
  await composer(page).focus();
  await page.keyboard.press('Shift+Tab');
  while (!(await focused(page)).isMessage) await page.keyboard.press('Shift+Tab');

  // Enter goes to the actions, arrows through them, Escape back.
  await page.keyboard.press('Enter');
  await reaches(page, 'the first action has the focus', (at) => at.name.startsWith('React with'));
  await keep(page, 'keyboard-actions');
  await page.keyboard.press('End');
  await reaches(page, 'the last action has the focus', (at) => at.name === 'More');
  await page.keyboard.press('ArrowLeft');
  await reaches(page, 'the one before it has the focus', (at) => at.name === 'Reply');
  await page.keyboard.press('Escape');
  await reaches(page, 'the message has the focus again', (at) => at.isMessage && at.message.includes('Third'));
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await messages(page).getByRole('button', { name: /👍: You/ }).waitFor();
  await page.keyboard.press('Escape');

  // The menu of one's own message: arrows up to it, Shift+F10, and what is there.
  await page.keyboard.press('ArrowUp');
  await reaches(page, 'one’s own message has the focus', (at) => at.isMessage && at.message.includes('Second'));
  await page.keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name: 'Edit' }).waitFor();
  const names = await page.getByRole('menuitem').allTextContents();
  assert.deepEqual(names, ['Reply', 'Other reaction', 'Copy text', 'Edit', 'Pin for everybody', 'Delete']);
  await page.keyboard.press('Escape');
  await page.getByRole('menuitem').first().waitFor({ state: 'detached' });
  await page.keyboard.press('Escape');
  await reaches(page, 'it has the focus again', (at) => at.isMessage && at.message.includes('Second'));

  // Edit from the menu: the editor takes over, and Escape gives it back.
  await page.keyboard.press('ContextMenu');
  await page.getByRole('menuitem', { name: 'Edit' }).press('Enter');
  await page.getByText('You are editing your message').waitFor();
  await reaches(page, 'the editor has the focus', (at) => at.name === 'Message');
  await page.keyboard.press('End');
  await page.keyboard.type(', edited');
  await page.keyboard.press('Enter');
  await hears(page, 'Second, mine, edited');

  // Reply from the menu, and Escape on a message leads back to where one writes.
  await messages(page).getByRole('listitem').filter({ hasText: 'First, see' }).focus();
  await page.keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name: 'Reply' }).press('Enter');
  await page.getByText('You reply to Ada Lindqvist').waitFor();
  await reaches(page, 'the editor has the focus for the reply', (at) => at.name === 'Message');
  await page.keyboard.press('Escape');
  await message(page, 'Second, mine, edited').focus();
  await page.keyboard.press('Home');
  await reaches(page, 'the first message has the focus', (at) => at.isMessage && at.message.includes('First'));
  await page.keyboard.press('Escape');
  await reaches(page, 'the editor has the focus at the end', (at) => at.name === 'Message');

  // Any emoji as a reaction.
  await message(page, 'Second, mine, edited').focus();
  await page.keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name: 'Other reaction' }).press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: '🚀' }).press('Enter');
  await messages(page).getByRole('button', { name: /🚀: You/ }).waitFor();

  // Delete and restore, as everything.
  await message(page, 'Second, mine, edited').focus();
  await page.keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name: 'Delete' }).press('Enter');
  await hears(page, 'This message was deleted');
  await message(page, 'This message was deleted').focus();
  await page.keyboard.press('Enter');
  await reaches(page, 'restoring has the focus', (at) => at.name === 'Restore');
  await page.keyboard.press('Enter');
  await hears(page, 'Second, mine, edited');
  await assertUntroubled(page);
  await page.context().close();
});

test('of 250 people in a group those in view are drawn, and the keyboard reaches each', async () => {
  const topic = 'Everybody';
  await server.chat(['Ben', 'Ada', 'Hana'], topic);
  const page = await signIn(server, 'Ben');
  // The server's own answers, with further members: 250 accounts take longer to make than all of this.
  await page.route(/\/v1\.0\/(me\/)?chats(\/[^/?]+)?\?/, async (route) => {
    if (route.request().method() !== 'GET') return route.fallback();
    const response = await route.fetch();
    const answer = await response.json();
    for (const chat of answer.value ?? [answer]) {
      if (chat.topic !== topic || !chat.members) continue;
      const like = chat.members.find(({ isExternal }) => isExternal);
      for (let at = chat.members.length; at < 250; at += 1) {
        const number = String(at).padStart(3, '0');
        chat.members.push({ ...like, id: `${like.id}-${number}`, userId: `${like.userId}-${number}`, displayName: `Person ${number}`, email: `person-${number}@fabrikam.example`, isPending: false });
      }
    }
    return route.fulfill({ response, json: answer });
  });
  await page.reload();
  await openChat(page, topic);
  await page.getByRole('button', { name: 'People', exact: true }).click();
  const panel = page.getByRole('complementary', { name: 'People' });
  const rows = panel.getByRole('listitem');
  await panel.getByText('Fabrikam (248)').waitFor();
  const drawn = await rows.count();
  assert.ok(drawn > 5 && drawn < 40, `${drawn} rows are drawn`);
  await keep(page, 'people-250');
  await assertAccessible(page, 'a list of 250 people');

  await panel.getByRole('button', { name: 'Add people' }).focus();
  await page.keyboard.press('Tab');
  await reaches(page, 'Tab leads to the first', ({ name }) => name === 'More for Ada Lindqvist');
  const at = () => page.evaluate(() => document.activeElement.closest('[role="listitem"]')?.getAttribute('aria-posinset'));
  for (const [key, place] of [['End', 250], ['ArrowUp', 249], ['Home', 1]]) {
    await page.keyboard.press(key);
    await until(`${key} leads to ${place}`, async () => (await at()) === String(place));
    await until(`${place} is in view`, () => page.evaluate(() => {
      const { top, bottom } = document.activeElement.getBoundingClientRect();
      return top >= 0 && bottom <= innerHeight;
    }));
  }
  for (let place = 2; place <= 60; place += 1) {
    await page.keyboard.press('ArrowDown');
    await until(`an arrow leads to ${place}`, async () => (await at()) === String(place));
  }
  assert.ok((await rows.count()) < 40);
  // What was reached stays so when the list is scrolled elsewhere, and a dialog outlives its row.
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Profile' }).click();
  const card = page.getByRole('dialog', { name: 'Profile' });
  await card.waitFor();
  await keep(page, 'people-250-card');
  await card.getByRole('button', { name: /^Report / }).click();
  await page.getByRole('dialog', { name: /^Report .*\?$/ }).waitFor();
  await page.keyboard.press('Escape');
  await until('the focus is back at 60', async () => (await at()) === '60');
  await page.setViewportSize(NARROW);
  await keep(page, 'people-250-narrow');
  await assertUntroubled(page);
  await page.context().close();
});
