/** What the client looks like when something does not work, in every theme and at every width: it says so, says what to do, and axe finds nothing. */
import { before, test } from 'node:test';

import { composer, messages, openChat, say } from './chat.mjs';
import { DESKTOP, enter, newProfile, serverForThisFile, signIn, until } from './harness.mjs';
import { goTo, inspect } from './look.mjs';

const server = await serverForThisFile();
const chat = {};

before(async () => {
  chat.long = await server.chat(['Ben', 'Ada', 'Chiara'], 'A long one');
  for (let at = 1; at <= 60; at += 1) await server.say(at % 2 ? 'Ada' : 'Chiara', chat.long, `Line ${at}`);
  await server.read('Ben', chat.long);
});

const refused = (status, code, message) => ({ status, contentType: 'application/json', body: JSON.stringify({ error: { code: 'Forbidden', message, innerError: { code } } }) });

/** A page of Ben's without a service worker, so that nothing but the network answers. */
async function ofBen(context, act) {
  const page = await signIn(server, 'Ben', { context: await newProfile(server, { serviceWorkers: 'block' }) });
  const root = `/u/${server.person('Ben').id}`;
  for (const [name, show, restore] of act) {
    await context.test(name, async () => {
      await page.setViewportSize(DESKTOP);
      await goTo(page, `${root}/chats`);
      await show(page, root);
      await inspect(page, name);
      await page.unrouteAll({ behavior: 'ignoreErrors' });
      await restore?.(page);
    });
  }
  await page.context().close();
}

test('what cannot be loaded or sent is said where it would be, accessibly', (context) => ofBen(context, [
  ['messages-failed', async (page) => {
    await page.route('**/messages?*', (route) => route.abort());
    await openChat(page, 'Hana Sato');
    await page.getByText('The messages could not be loaded').waitFor();
  }],
  ['older-failed', async (page) => {
    await page.route(/messages\?.*skiptoken/, (route) => route.abort());
    await openChat(page, 'A long one');
    await messages(page).getByText('Line 60').waitFor();
    await messages(page).hover();
    await until('it is said where they would be', async () => {
      await page.mouse.wheel(0, -5_000);
      return page.getByText('Older messages could not be loaded.').isVisible();
    });
  }],
  ['not-sent', async (page) => {
    await page.route('**/messages', (route) => route.fulfill(refused(403, 'dlpBlocked', 'A rule blocks this.')));
    await openChat(page, 'Hana Sato');
    await say(page, 'This is not to leave the house.');
    await page.getByText(/Not sent\./).waitFor();
  }, (page) => page.getByRole('button', { name: 'Discard' }).click()],
  ['settings-failed', async (page) => {
    await openChat(page, 'Hana Sato');
    await composer(page).waitFor();
    await page.route('**/externalChat', (route) => route.abort());
    await goTo(page, `/u/${server.person('Ben').id}/settings/privacy`);
    await page.getByRole('button', { name: 'Try again' }).first().waitFor();
  }],
  ['toast-failed', async (page) => {
    await page.route('**/hideForUser', (route) => route.abort());
    await openChat(page, 'A long one');
    await page.getByRole('button', { name: 'More for this chat' }).click();
    await page.getByRole('menuitem', { name: 'Hide' }).click();
    await page.getByText('The server cannot be reached.').last().waitFor();
  }],
  ['part-not-loaded', async (page, root) => {
    await page.route(/assets\/AdminScreen|assets\/SettingsScreen|assets\/NewChat/, (route) => route.abort());
    await goTo(page, `${root}/new`);
    await page.getByText('This part of the page could not be loaded').waitFor();
  }],
  ['connection-lost', async (page) => {
    await openChat(page, 'Hana Sato');
    await composer(page).waitFor();
    await page.context().setOffline(true);
    await say(page, 'Written without a network.');
    await page.getByText('You are offline. What you write is sent').last().waitFor();
  }, async (page) => {
    await page.context().setOffline(false);
    await page.getByText('Will be sent when there is a connection').waitFor({ state: 'detached' });
  }],
  ['signed-out', async (page) => {
    await openChat(page, 'Hana Sato');
    await composer(page).waitFor();
    // As when an administrator sets another password.
    await server.operate('account', 'set-password', server.person('Ben').mail, '--password', 'another-secret');
    await page.getByText('The session of Ben Okafor has ended.').last().waitFor();
  }],
]));

test('a page that cannot start says so, accessibly', async (context) => {
  for (const [name, options, prepare, text] of [
    ['list-failed', {}, (page) => page.route('**/chats?*', (route) => route.abort()), 'The chats could not be loaded'],
    ['start-unreachable', {}, (page) => page.route('**/auth/sessions', (route) => route.abort()), 'The server cannot be reached'],
    ['not-founded', {}, (page) => page.route('**/setup', (route) => route.fulfill({ json: { isFounded: false, isDemonstration: false } })), 'Found the first organisation'],
    ['too-many-tries', {}, (page) => page.route('**/auth/signIn', (route) => route.fulfill({ ...refused(429, 'tooMany', 'Too many.'), headers: { 'retry-after': '300' } })), 'Too many tries in a short time'],
  ]) {
    await context.test(name, async () => {
      const page = name === 'list-failed'
        ? await signIn(server, 'Chiara', { context: await newProfile(server, { serviceWorkers: 'block', ...options }) })
        : await (await newProfile(server, { serviceWorkers: 'block', ...options })).newPage();
      await prepare(page);
      await (name === 'list-failed' ? page.reload() : page.goto('/'));
      if (name === 'too-many-tries') await enter(page, server.person('Ben').mail, 'wrong');
      await page.getByText(text).first().waitFor();
      await inspect(page, name);
      await page.context().close();
    });
  }
});
