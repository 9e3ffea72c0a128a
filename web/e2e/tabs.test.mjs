/** Several tabs of one browser: the others do not call for what one looks at. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { chats, messages, openChat } from './chat.mjs';
import { assertUntroubled, newProfile, serverForThisFile, signIn, until } from './harness.mjs';

const server = await serverForThisFile();

test('the browser notifies of nothing that is looked at in another tab, and of everything once nobody looks', async () => {
  const context = await newProfile(server, { permissions: ['notifications'], serviceWorkers: 'block' });
  await context.addInitScript(() => {
    window.shown = [];
    window.Notification = class extends EventTarget {
      static permission = 'granted';
      constructor(title) {
        super();
        window.shown.push(title);
      }
    };
    Document.prototype.hasFocus = () => window.looks === true;
    // The empty page before the first has no storage.
    if (location.protocol !== 'about:') localStorage.setItem('visavis.preferences', JSON.stringify({ notifies: true }));
  });
  const one = await signIn(server, 'Ben', { context });
  await openChat(one, 'Hana Sato');
  await messages(one).waitFor();
  const two = await context.newPage();
  await two.goto('/');
  await chats(two).getByRole('listitem').first().waitFor();
  const shown = async () => [...await one.evaluate(() => window.shown), ...await two.evaluate(() => window.shown)];
  const chat = decodeURIComponent(new URL(one.url()).pathname.split('/').at(-1));

  await one.evaluate(() => void (window.looks = true));
  await server.say('Hana', chat, 'You read this now.');
  await messages(one).getByText('You read this now.').waitFor();
  await chats(two).getByText('You read this now.').waitFor();
  // Longer than a tab waits for the answer of the others.
  await two.waitForTimeout(1_500);
  assert.deepEqual(await shown(), []);

  await one.evaluate(() => void (window.looks = false));
  await server.say('Hana', chat, 'And this later.');
  await until('it is said', async () => (await shown()).length > 0);
  assert.equal((await shown())[0], 'Hana Sato');
  await assertUntroubled(one);
  await context.close();
});
