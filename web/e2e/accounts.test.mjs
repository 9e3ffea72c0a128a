/** Several tabs are the same person: accounts come and go in all of them, and what was not sent is seen in each. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { chats, composer, hears, messages, openChat, say } from './chat.mjs';
import { assertUntroubled, enter, newProfile, serverForThisFile, signIn, until } from './harness.mjs';

const server = await serverForThisFile();

test('an account is added and left in all tabs, and nothing of it stays', async () => {
  const topic = 'Two tabs';
  const chat = await server.chat(['Ben', 'Ada'], topic);
  await server.say('Ada', chat, 'A secret of ours');
  const context = await newProfile(server);
  const one = await signIn(server, 'Ben', { context });
  const other = await context.newPage();
  await other.goto('/');
  await openChat(other, topic);
  await hears(other, 'A secret of ours');
  await composer(other).click();
  await other.keyboard.type('Half a thought');

  await one.goto('/sign-in');
  const { mail, password } = server.person('Jonas');
  await enter(one, mail, password);
  await one.waitForURL('**/u/*/chats*');
  await other.getByRole('link', { name: /Jonas Keller/ }).waitFor();
  // Whoever writes is not disturbed by it.
  assert.match(await composer(other).textContent(), /Half a thought/);
  await other.keyboard.type(', and more');

  await one.goto(`/u/${server.person('Ben').id}/settings/account`);
  await one.getByRole('button', { name: 'Sign out' }).click();
  await one.waitForURL((url) => !url.pathname.includes('/settings/'));
  await other.getByText('A secret of ours').first().waitFor({ state: 'detached' });
  await other.getByText('The session of Ben Okafor has ended.').first().waitFor();
  await chats(other).getByText(topic).waitFor({ state: 'detached' });
  await other.waitForTimeout(1_000);
  const kept = await other.evaluate(() => Object.keys(localStorage).filter((key) => /drafts|outbox/.test(key)));
  assert.deepEqual(kept, []);
  for (const page of [one, other]) await assertUntroubled(page);
  await context.close();
});

test('what could not be sent is seen in the other tab, and goes there when it is discarded here', async () => {
  const topic = 'Not sent';
  await server.chat(['Ben', 'Ada'], topic);
  const context = await newProfile(server);
  const one = await signIn(server, 'Ben', { context });
  await one.route('**/messages', (route) => (route.request().method() === 'POST' ? route.fulfill({ status: 403, contentType: 'application/json', body: JSON.stringify({ error: { code: 'Forbidden', message: 'No.', innerError: { code: 'noPermission' } } }) }) : route.fallback()));
  const other = await context.newPage();
  await other.goto('/');
  for (const page of [one, other]) await openChat(page, topic);
  await composer(one).waitFor();
  await say(one, 'Where does it go?');
  await hears(other, 'Where does it go?');
  await other.getByRole('button', { name: 'Discard', exact: true }).click();
  await until('it is gone here, too', async () => (await messages(one).getByText('Where does it go?').count()) === 0);
  await context.close();
});
