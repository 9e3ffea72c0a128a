/** How much is unread: a number at each chat, one for all of them in the bar and in the name of the tab. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { chats, hears, openChat } from './chat.mjs';
import { assertUntroubled, keep, serverForThisFile, signIn, until } from './harness.mjs';

const server = await serverForThisFile();

const number = (page, topic) => chats(page).getByRole('listitem').filter({ hasText: topic }).getByRole('img', { name: /unread message/ });
const title = (page) => page.title();

/** Everything that the demonstration left unread is read, so that what is counted is what the test says. */
async function readAll(name) {
  const all = await server.call(name, 'GET', 'chats?$top=50');
  for (const chat of all.value) {
    if (chat.viewpoint.unreadCount > 0) {
      await server.read(name, chat.id);
    }
  }
}

test('each chat says how many messages wait, on all devices, until they are read on one', async () => {
  await readAll('Ben');
  const topic = 'Numbers';
  const chat = await server.chat(['Ada', 'Ben', 'Chiara'], topic);
  const [one, two] = [await signIn(server, 'Ben'), await signIn(server, 'Ben')];
  await number(one, topic).waitFor({ state: 'detached' });
  await until('nothing is unread', async () => !/\d/.test(await title(one)));

  const first = await server.say('Ada', chat, 'One.');
  await server.say('Chiara', chat, 'Two.');
  await server.say('Ben', chat, 'From my other device.');
  for (const page of [one, two]) {
    await until('two messages of others are counted', async () => (await number(page, topic).textContent()) === '2');
    await until('the name of the tab says so', async () => (await title(page)).startsWith('(2) '));
  }
  await one.getByRole('link', { name: /Chats of Ben Okafor, Chat, 2 unread/ }).waitFor();
  await keep(one, 'unread');
  await server.call('Ada', 'POST', `chats/${encodeURIComponent(chat)}/messages/${first.id}/softDelete`);
  await until('what was deleted does not count', async () => (await number(two, topic).textContent()) === '1');

  // A client that starts now counts the same.
  await two.reload();
  await until('a fresh list says the same', async () => (await number(two, topic).textContent()) === '1');
  await openChat(one, topic);
  await hears(one, 'Two.');
  for (const page of [one, two]) {
    await number(page, topic).waitFor({ state: 'detached' });
    await until('the tab has its bare name', async () => (await title(page)) === 'Visavis');
  }

  // And back: marked as unread on one device, it is so on both.
  await two.getByRole('button', { name: `More for ${topic}` }).click();
  await two.getByRole('menuitem', { name: 'Mark as unread' }).click();
  for (const page of [one, two]) await until('it is unread again', async () => (await number(page, topic).textContent()) === '1');
  for (const page of [one, two]) {
    await assertUntroubled(page);
    await page.context().close();
  }
});

test('past ninety-nine the number says so', async () => {
  await readAll('Ben');
  const topic = 'Many numbers';
  const chat = await server.chat(['Ada', 'Ben', 'Chiara'], topic);
  for (let n = 0; n < 60; n += 1) await server.say('Ada', chat, `Ada ${n}`);
  const page = await signIn(server, 'Ben');
  await until('the list says sixty', async () => (await number(page, topic).textContent()) === '60');
  for (let n = 0; n < 45; n += 1) await server.say('Chiara', chat, `Chiara ${n}`);
  await until('and goes no further than ninety-nine', async () => (await number(page, topic).textContent()) === '99+');
  assert.match(await title(page), /^\(99\+\) /);
  await assertUntroubled(page);
  await page.context().close();
});

test('what is pinned and muted on one device is so on all, and muted chats are not in the total', async () => {
  await readAll('Chiara');
  const [quiet, front] = ['A quiet group', 'In front'];
  const chat = await server.chat(['Ada', 'Ben', 'Chiara'], quiet);
  await server.chat(['Ada', 'Ben', 'Chiara'], front);
  const [one, two] = [await signIn(server, 'Chiara'), await signIn(server, 'Chiara')];
  const choose = async (page, topic, name) => {
    await page.getByRole('button', { name: `More for ${topic}` }).click();
    await page.getByRole('menuitem', { name, exact: true }).click();
  };
  await choose(one, quiet, 'Mute');
  await choose(one, front, 'Pin');
  const row = (page, topic) => chats(page).getByRole('listitem').filter({ hasText: topic });
  for (const page of [one, two]) {
    await row(page, quiet).getByRole('img', { name: 'Muted' }).waitFor();
    await row(page, front).getByRole('img', { name: 'Pinned' }).waitFor();
  }
  const before = await title(two);
  await server.say('Ada', chat, 'Nobody needs to hear this.');
  for (const page of [one, two]) {
    await number(page, quiet).waitFor();
    // It is newer, and the pinned chat stays in front of it.
    await until('the pinned chat is the first', async () => (await chats(page).getByRole('listitem').first().textContent()).includes(front));
    assert.equal(await title(page), before);
  }
  await choose(two, quiet, 'Unmute');
  await choose(two, front, 'Unpin');
  for (const page of [one, two]) {
    await row(page, quiet).getByRole('img', { name: 'Muted' }).waitFor({ state: 'detached' });
    await row(page, front).getByRole('img', { name: 'Pinned' }).waitFor({ state: 'detached' });
    await until('the total counts it again', async () => (await title(page)) !== before);
    await assertUntroubled(page);
    await page.context().close();
  }
});
