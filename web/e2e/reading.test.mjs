/** Where a chat opens and where one stays in it: at the end, or at what is new, which is not read before it was seen. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { chats, composer, hears, message, messages, openChat, say } from './chat.mjs';
import { assertAccessible, assertUntroubled, DESKTOP, keep, PHONE, serverForThisFile, signIn, until } from './harness.mjs';

const server = await serverForThisFile();

const PEOPLE = ['Ada', 'Ben', 'Chiara'];
const number = (page, topic) => chats(page).getByRole('listitem').filter({ hasText: topic }).getByRole('img', { name: /unread message/ });
const ways = (page) => page.getByRole('button', { name: /^(To the newest|New messages|Jump to the first unread.*)$/ });
const way = (page, name) => page.getByRole('button', { name, exact: true });

/** How far the list is from its end, and how far below its beginning the line above what is new stands. */
const place = (page) => messages(page).evaluate((list) => {
  const line = [...list.querySelectorAll('[role="listitem"]')].find((row) => row.textContent === 'New');
  return { gap: list.scrollHeight - list.clientHeight - list.scrollTop, line: line && line.getBoundingClientRect().top - list.getBoundingClientRect().top, view: list.clientHeight };
});
const isInView = (page, text) => message(page, text).evaluate((element) => {
  const [row, list] = [element.getBoundingClientRect(), element.closest('[role="list"]').getBoundingClientRect()];
  return row.top >= list.top - 1 && row.bottom <= list.bottom + 1;
});
const isAtEnd = (page) => until('the list is at its end', async () => (await place(page)).gap <= 1);
/** Near the beginning of the view, with something above it. */
const isAtLine = (page) => until('it is at the line above what is new', async () => {
  const { line, view } = await place(page);
  return line > 20 && line < view / 3;
});

/** A chat in which Ben has read so many messages, and so many others wait for him. */
async function chatWith(topic, read, unread) {
  const chat = await server.chat(PEOPLE, topic);
  for (let n = 0; n < read; n += 1) await server.say('Ada', chat, `Read ${n}`);
  await server.read('Ben', chat);
  for (let n = 0; n < unread; n += 1) await server.say(n % 3 === 0 ? 'Chiara' : 'Ada', chat, `Unread ${n}`);
  return chat;
}

/** Long enough for what must not happen. */
const moment = (page) => page.waitForTimeout(700);

for (const count of [25, 71]) {
  test(`a chat with ${count} messages that were read opens at its end and stays there`, async () => {
    const topic = `All ${count} read`;
    const chat = await chatWith(topic, count, 0);
    const page = await signIn(server, 'Ben');
    await openChat(page, topic);
    await hears(page, `Read ${count - 1}`);
    await isAtEnd(page);
    await moment(page);
    assert.equal(await ways(page).count(), 0);
    for (let n = 0; n < 3; n += 1) {
      await server.say('Ada', chat, `A long one, ${n}.<br>${'It goes on and on. '.repeat(40)}`, 'html');
      await server.say('Ada', chat, `Later ${n}`);
      await hears(page, `Later ${n}`);
      await until('it is in view', () => isInView(page, `Later ${n}`));
      await isAtEnd(page);
    }
    await page.setViewportSize({ width: 900, height: 500 });
    await isAtEnd(page);
    await page.setViewportSize(DESKTOP);
    await isAtEnd(page);
    await composer(page).click();
    for (let line = 0; line < 4; line += 1) await page.keyboard.press('Shift+Enter');
    await isAtEnd(page);
    await moment(page);
    assert.equal(await ways(page).count(), 0);
    assert.equal(await number(page, topic).count(), 0);
    await assertUntroubled(page);
    await page.context().close();
  });
}

for (const viewport of [DESKTOP, PHONE]) {
  test(`a chat with much that is new opens at the line above it, ${viewport.width} pixels wide, and it counts until the end is reached`, async () => {
    const topic = `Something new, ${viewport.width}`;
    const chat = await chatWith(topic, 30, 25);
    // A device of the same person that looks at the list only.
    const list = await signIn(server, 'Ben');
    const page = await signIn(server, 'Ben', { viewport });
    await openChat(page, topic);
    await isAtLine(page);
    await until('what is new is in view', () => isInView(page, 'Unread 0'));
    assert.ok(await isInView(page, 'Read 29'), 'something of what was read is in view');
    await way(page, 'New messages').waitFor();
    await keep(page, `reading-new-${viewport.width}`);
    await assertAccessible(page, 'a chat at what is new');
    // What comes meanwhile does not move it, and nothing has been read.
    const before = await place(page);
    await server.say('Ada', chat, 'One more.');
    await until('one more is counted', async () => (await number(list, topic).textContent()) === '26');
    await moment(page);
    assert.ok(Math.abs((await place(page)).line - before.line) <= 1, 'the place has not moved');
    assert.equal(await number(list, topic).textContent(), '26');
    // Read to the end.
    await messages(page).hover();
    await until('the end is reached', async () => {
      await page.mouse.wheel(0, 150);
      return (await place(page)).gap <= 1;
    });
    await number(list, topic).waitFor({ state: 'detached' });
    await ways(page).first().waitFor({ state: 'detached' });
    await server.say('Ada', chat, 'At the end now.');
    await until('it is in view', () => isInView(page, 'At the end now.'));
    for (const one of [page, list]) {
      await assertUntroubled(one);
      await one.context().close();
    }
  });
}

test('what is new and fits into the view is read, and the line stands above it', async () => {
  const topic = 'A little new';
  await chatWith(topic, 40, 3);
  const page = await signIn(server, 'Ben');
  await number(page, topic).waitFor();
  await openChat(page, topic);
  await hears(page, 'Unread 2');
  await isAtEnd(page);
  assert.ok((await place(page)).line > 0);
  await number(page, topic).waitFor({ state: 'detached' });
  assert.equal(await ways(page).count(), 0);
  await page.context().close();
});

test('the line is found on a page further up, and the newest is one press away, also by keyboard', async () => {
  const topic = 'Very much new';
  const chat = await chatWith(topic, 20, 120);
  const page = await signIn(server, 'Ben');
  await openChat(page, topic);
  await isAtLine(page);
  await until('what is new is in view', () => isInView(page, 'Unread 0'));
  await moment(page);
  await isAtLine(page);
  assert.equal(await number(page, topic).textContent(), '99+');
  await way(page, 'New messages').press('Enter');
  await isAtEnd(page);
  await until('the newest is in view', () => isInView(page, 'Unread 119'));
  await until('it has the focus', () => page.evaluate(() => document.activeElement?.matches('[data-message]') && document.activeElement.textContent.includes('Unread 119')));
  await number(page, topic).waitFor({ state: 'detached' });
  await ways(page).first().waitFor({ state: 'detached' });
  // And always again.
  for (let n = 0; n < 3; n += 1) {
    await messages(page).hover();
    await page.mouse.wheel(0, -1500);
    await way(page, 'To the newest').click();
    await isAtEnd(page);
    await ways(page).first().waitFor({ state: 'detached' });
  }
  await server.say('Ada', chat, 'The very newest.');
  await until('it is in view', () => isInView(page, 'The very newest.'));
  await assertUntroubled(page);
  await page.context().close();
});

test('whoever does not wait for the line is led to it by a button', async () => {
  const topic = 'Impatience';
  await chatWith(topic, 20, 80);
  const page = await signIn(server, 'Ben');
  let release = () => {};
  const held = new Promise((resume) => (release = resume));
  await page.route(/messages\?.*skiptoken/i, async (route) => {
    await held;
    await route.fallback();
  });
  await openChat(page, topic);
  await messages(page).getByText(/^Unread/).first().waitFor();
  await messages(page).hover();
  await until('the end is reached', async () => {
    await page.mouse.wheel(0, 5000);
    return (await place(page)).gap <= 1;
  });
  const up = page.getByRole('button', { name: 'Jump to the first unread (80)' });
  await up.waitFor();
  await keep(page, 'reading-jump');
  release();
  await up.press('Enter');
  await isAtLine(page);
  await until('the first has the focus', () => page.evaluate(() => document.activeElement?.matches('[data-message]') && document.activeElement.textContent.includes('Unread 0')));
  await up.waitFor({ state: 'detached' });
  await way(page, 'To the newest').waitFor();
  await assertUntroubled(page);
  await page.context().close();
});

test('what one writes at the line is seen', async () => {
  const topic = 'Answered at once';
  await chatWith(topic, 30, 40);
  const page = await signIn(server, 'Ben');
  await openChat(page, topic);
  await isAtLine(page);
  await way(page, 'New messages').waitFor();
  await say(page, 'My answer.');
  await isAtEnd(page);
  await until('it is in view', () => isInView(page, 'My answer.'));
  await ways(page).first().waitFor({ state: 'detached' });
  await assertUntroubled(page);
  await page.context().close();
});
