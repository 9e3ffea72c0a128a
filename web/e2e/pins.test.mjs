/** Pinned messages: a bar above the conversation, for everybody in it and at once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { act, hears, message, messages, openChat, say } from './chat.mjs';
import { assertAccessible, assertUntroubled, keep, PHONE, serverForThisFile, signIn, until } from './harness.mjs';

const server = await serverForThisFile();

const pins = (page) => page.getByRole('region', { name: 'Pinned messages' });
/** Whether a message can be seen in the list. */
const isInView = (page, text) => message(page, text).evaluate((element) => {
  const [place, list] = [element.getBoundingClientRect(), element.closest('[role="list"]').getBoundingClientRect()];
  return place.top >= list.top - 1 && place.bottom <= list.bottom + 1;
});

test('what one pins stands above the conversation of all, and goes when somebody unpins it', async () => {
  const topic = 'Pins';
  const chat = await server.chat(['Ada', 'Ben', 'Chiara'], topic);
  await server.say('Ada', chat, 'The stand is number 14.');
  const [one, two] = [await signIn(server, 'Ada'), await signIn(server, 'Ben', { viewport: PHONE })];
  for (const page of [one, two]) {
    await openChat(page, topic);
    await hears(page, 'The stand is number 14.');
  }
  await act(one, 'The stand is number 14.', 'Pin for everybody');
  for (const page of [one, two]) await pins(page).getByText(/The stand is number 14\./).waitFor();
  await messages(one).getByText(/You pinned a message/).waitFor();
  await messages(two).getByText(/Ada Lindqvist pinned a message/).waitFor();

  await server.say('Chiara', chat, 'We meet at nine.');
  await hears(two, 'We meet at nine.');
  await act(two, 'We meet at nine.', 'Pin for everybody');
  await pins(one).getByRole('button', { name: '2 pinned' }).waitFor();
  // The newest stands in front.
  await pins(one).getByText(/We meet at nine\./).waitFor();
  await keep(one, 'pins-desktop');
  await pins(one).getByRole('button', { name: '2 pinned' }).click();
  await one.getByRole('button', { name: /The stand is number 14/ }).waitFor();
  await keep(one, 'pins-all');
  await assertAccessible(one, 'all pins');
  await one.keyboard.press('Escape');
  await keep(two, 'pins-phone');

  // What is edited shows in the bar, what is deleted is pinned no more.
  const all = await server.call('Chiara', 'GET', `chats/${encodeURIComponent(chat)}/messages?$top=20`);
  const meeting = all.value.find((one) => one.body.content === 'We meet at nine.').id;
  await server.call('Chiara', 'PATCH', `chats/${encodeURIComponent(chat)}/messages/${meeting}`, { body: { contentType: 'text', content: 'We meet at ten.' } });
  for (const page of [one, two]) await pins(page).getByText(/We meet at ten\./).waitFor();
  await server.call('Chiara', 'POST', `chats/${encodeURIComponent(chat)}/messages/${meeting}/softDelete`);
  for (const page of [one, two]) await pins(page).getByText(/The stand is number 14\./).waitFor();

  await pins(two).getByRole('button', { name: 'Unpin' }).click();
  for (const page of [one, two]) await pins(page).waitFor({ state: 'detached' });
  await messages(one).getByText(/Ben Okafor unpinned a message/).waitFor();
  for (const page of [one, two]) {
    await assertUntroubled(page);
    await page.context().close();
  }
});

test('a pin leads to its message, however far back, and the place stays there', async () => {
  const topic = 'Long talk';
  const chat = await server.chat(['Ada', 'Ben', 'Chiara'], topic);
  const first = await server.say('Ada', chat, 'This began it all.');
  for (let n = 0; n < 130; n += 1) await server.say(['Ada', 'Ben', 'Chiara'][n % 3], chat, `Line ${n}`);
  await server.call('Ada', 'POST', `chats/${encodeURIComponent(chat)}/pinnedMessages`, {
    'message@odata.bind': `${server.url}/v1.0/chats/${encodeURIComponent(chat)}/messages/${first.id}`,
  });
  const page = await signIn(server, 'Ben');
  await openChat(page, topic);
  await hears(page, 'Line 129');
  await pins(page).getByRole('button', { name: /Go to the pinned message by Ada Lindqvist: This began it all\./ }).click();
  await hears(page, 'This began it all.');
  await until('it is in view', () => isInView(page, 'This began it all.'));
  await until('it has the focus', async () => page.evaluate(() => document.activeElement?.textContent?.includes('This began it all.')));
  await keep(page, 'pins-jump');
  // What comes meanwhile does not move the place.
  await server.say('Chiara', chat, 'While you look back.');
  await page.getByRole('button', { name: 'New messages' }).waitFor();
  assert.ok(await isInView(page, 'This began it all.'));
  await page.getByRole('button', { name: 'New messages' }).click();
  await hears(page, 'While you look back.');

  // A quote leads to what it quotes, too.
  await say(page, 'Back at the end.');
  await act(page, 'While you look back.', 'Reply');
  await page.keyboard.type('Seen.');
  await page.keyboard.press('Enter');
  await hears(page, 'Seen.');
  await messages(page).getByRole('button', { name: /While you look back/ }).click();
  await until('what was quoted has the focus', async () => page.evaluate(() => document.activeElement?.matches('[data-message]') && document.activeElement.textContent.includes('While you look back.')));
  await assertUntroubled(page);
  await page.context().close();
});
