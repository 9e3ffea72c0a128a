/** The page without a network, as an application, after an update, and what it says while one looks elsewhere. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { chats, messages, openChat, say } from './chat.mjs';
import { Front } from './front.mjs';
import { assertAccessible, assertUntroubled, keep, newProfile, PHONE, serverForThisFile, signIn, until } from './harness.mjs';

const server = await serverForThisFile();

/** Waits until the service worker has taken over and has everything it keeps. */
async function kept(page) {
  await page.evaluate(() => navigator.serviceWorker.ready);
  await until('the worker has the page', () => page.evaluate(() => navigator.serviceWorker.controller !== null));
}

test('the page can be installed: manifest, icons, an offline shell', async () => {
  const page = await signIn(server, 'Ben');
  await kept(page);
  const devtools = await page.context().newCDPSession(page);
  const { errors } = await devtools.send('Page.getAppManifest');
  assert.deepEqual(errors, []);
  const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
  // A profile of a test is an incognito one, from which nothing can be installed.
  assert.deepEqual(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito'), []);
  const manifest = await (await fetch(`${server.url}/manifest.webmanifest`)).json();
  for (const purpose of ['any', 'maskable']) {
    const sizes = manifest.icons.filter((icon) => icon.purpose === purpose).map((icon) => icon.sizes);
    assert.ok(sizes.includes('192x192') && sizes.includes('512x512'), `icons for ${purpose}`);
  }
  for (const { src, sizes } of manifest.icons) {
    const size = await page.evaluate(async (src) => {
      const image = new Image();
      image.src = src;
      await image.decode();
      return `${image.naturalWidth}x${image.naturalHeight}`;
    }, src);
    if (sizes !== 'any') assert.equal(size, sizes, src);
  }
  await page.context().close();
});

test('without a network the page opens, says so kindly, and goes on by itself', async () => {
  const page = await signIn(server, 'Ben', { viewport: PHONE });
  await kept(page);
  await openChat(page, 'Hana Sato');
  const address = page.url();
  await server.stop();
  await page.reload();
  await page.getByRole('heading', { name: 'The server cannot be reached' }).waitFor();
  await page.context().setOffline(true);
  await page.getByRole('heading', { name: 'You are offline' }).waitFor();
  await page.getByText('Your chats are on the server, not on this device').waitFor();
  await keep(page, 'offline');
  await assertAccessible(page, 'the page without a network');
  // Also an address that was never opened before, and everything that is loaded when it is needed.
  await page.goto(`/u/${server.person('Ben').id}/settings`);
  await page.getByRole('heading', { name: 'You are offline' }).waitFor();
  assert.deepEqual(await page.evaluate(async () => {
    const worker = await (await fetch('/sw.js').catch(() => null))?.text();
    return worker ?? 'nothing of the server';
  }), 'nothing of the server');
  await page.goto(address);
  await page.context().setOffline(false);
  await server.startAgain();
  await messages(page).waitFor({ timeout: 60_000 });
  assert.equal(page.url(), address);
  await page.context().close();
});

test('the service worker keeps the page and its files, and nothing that the server has answered', async () => {
  const page = await signIn(server, 'Ben');
  await kept(page);
  await page.reload();
  await openChat(page, 'Hana Sato');
  await say(page, 'This stays in no cache.');
  await page.goto(`/u/${server.person('Ben').id}/settings`);
  await page.getByRole('heading', { name: 'Settings' }).first().waitFor();
  const found = await page.evaluate(async () => {
    const all = [];
    for (const name of await caches.keys()) {
      for (const { url } of await (await caches.open(name)).keys()) all.push(new URL(url).pathname);
    }
    return all;
  });
  assert.ok(found.length > 10);
  const strange = found.filter((path) => !/^\/($|assets\/[^/]+$|icon[-\w]*\.(svg|png)$|manifest\.webmanifest$)/.test(path));
  assert.deepEqual(strange, []);
  assert.ok(!found.some((path) => path.includes('AdminScreen')), 'the administration centre is not for everybody');
  await page.context().close();
});

test('a new version is there at once, an open page of the old one goes on, nothing is kept for ever', async (t) => {
  const front = await Front.before(server);
  t.after(() => front.end());
  const context = await newProfile(server, { baseURL: front.url });
  const page = await signIn(server, 'Ben', { context });
  await kept(page);
  const settings = /SettingsScreen/;
  const become = (version) => {
    front.isGone = (path) => settings.test(path);
    front.rewrite = (text, path) => (path === '/sw.js'
      ? text.replace(/const VERSION = "[^"]*"/, `const VERSION = "${version}"`).replace(/"\/assets\/SettingsScreen[^"]*",?/, '')
      : text.replace('</head>', `<meta name="version" content="${version}"></head>`));
  };
  const shown = () => page.evaluate(() => document.querySelector('meta[name="version"]')?.content ?? 'first');
  const lookForUpdate = () => page.evaluate(async () => void (await (await navigator.serviceWorker.getRegistration()).update()));
  assert.equal(await shown(), 'first');

  become('second');
  await lookForUpdate();
  await page.getByText('There is a new version of this page.').first().waitFor();
  // What the old page has not loaded yet is not on the server any more, and works.
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('heading', { name: 'Settings' }).first().waitFor();
  await keep(page, 'new-version');
  await page.getByRole('button', { name: 'Reload the page' }).click();
  await until('the new version is shown', async () => (await shown().catch(() => '')) === 'second');

  become('third');
  await page.goto('/');
  assert.equal(await shown(), 'third');
  await lookForUpdate();
  await until('old versions are forgotten', async () => {
    const names = await page.evaluate(() => caches.keys());
    return names.length === 2 && names.includes('visavis-shell-second') && names.includes('visavis-shell-third');
  });
  // Offline, it is the newest that opens.
  await until('the newest worker has taken over', async () => {
    await context.setOffline(true);
    await page.reload();
    const version = await shown();
    await context.setOffline(false);
    return version === 'third';
  });
  await context.close();
});

test('a page whose parts are gone from the server loads itself anew', async (t) => {
  const front = await Front.before(server);
  t.after(() => front.end());
  const context = await newProfile(server, { baseURL: front.url, serviceWorkers: 'block' });
  const page = await signIn(server, 'Ben', { context });
  await chats(page).waitFor();
  await page.evaluate(() => (window.isTheOldPage = true));
  front.isGone = (path) => /SettingsScreen/.test(path);
  // Whoever asks for the page by its address gets the one of the new version, in which nothing is missing.
  front.rewrite = (text, path) => {
    if (path === '/') return text.replaceAll('.js"', '.next.js"');
    front.isGone = () => false;
    return text;
  };
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('tab', { name: 'Privacy' }).waitFor();
  assert.equal(await page.evaluate(() => window.isTheOldPage), undefined);
  assert.match(page.url(), /\/settings$/);
  await context.close();
});

/** Signs in somebody who has notifications on and looks elsewhere; what is shown is recorded. */
async function lookingElsewhere(name) {
  const context = await newProfile(server, { permissions: ['notifications'] });
  await context.addInitScript(() => {
    window.shown = [];
    Document.prototype.hasFocus = () => window.looks === true;
    // Not on the empty page before the first.
    const prototype = window.ServiceWorkerRegistration?.prototype ?? {};
    prototype.showNotification = async (title, options) => void window.shown.push({ title, ...options });
  });
  const page = await signIn(server, name, { context });
  await kept(page);
  await page.goto(`/u/${server.person(name).id}/settings/notifications`);
  await page.getByRole('switch', { name: 'Notify me in this browser' }).check();
  await page.goto('/');
  await chats(page).getByRole('listitem').or(chats(page).getByText('No chats yet')).first().waitFor();
  return { page, shown: () => page.evaluate(() => window.shown) };
}

test('the browser says what is new while one looks elsewhere, and a press opens the chat', async () => {
  const { page, shown } = await lookingElsewhere('Ben');
  const found = await server.call('Hana', 'GET', "me/chats?$filter=chatType eq 'oneOnOne'&$expand=members");
  const chat = found.value.find((one) => one.members.some((member) => member.displayName === 'Ben Okafor')).id;
  await server.say('Hana', chat, '<p>The <strong>models</strong> are ready.</p>', 'html');
  await until('it is said', async () => (await shown()).length > 0);
  const [first] = await shown();
  assert.equal(first.title, 'Hana Sato');
  assert.equal(first.body, 'The models are ready.');
  const [worker] = page.context().serviceWorkers();
  await worker.evaluate((href) => show(href), first.data.href);
  await page.waitForURL(`**/chats/${encodeURIComponent(chat)}`);
  await messages(page).getByText('models').waitFor();
  assert.ok(await page.evaluate(() => performance.getEntriesByType('navigation').length) === 1);
  // Whoever looks is not told what they see.
  await page.evaluate(() => (window.looks = true));
  await server.say('Hana', chat, 'Do you see this?');
  await messages(page).getByText('Do you see this?').waitFor();
  assert.equal((await shown()).length, 1);
  // A muted chat stays silent.
  await page.getByRole('button', { name: 'More for Hana Sato' }).click();
  await page.getByRole('menuitem', { name: 'Mute' }).click();
  // The server keeps it: what is sent before it has heard of it still makes a sound.
  await page.getByRole('button', { name: 'More for Hana Sato' }).click();
  await page.getByRole('menuitem', { name: 'Unmute' }).waitFor();
  await page.keyboard.press('Escape');
  await page.evaluate(() => (window.looks = false));
  await server.say('Hana', chat, 'Silently.');
  await messages(page).getByText('Silently.').waitFor();
  assert.equal((await shown()).length, 1);
  await assertUntroubled(page);
  await page.context().close();
});

test('of a request the browser says that there is one, and nothing of who asks or what they wrote', async () => {
  const { page, shown } = await lookingElsewhere('Jonas');
  const chat = await server.chat(['Daniel', 'Jonas']);
  await server.say('Daniel', chat, 'A secret plan for you');
  await chats(page).getByText('Wants to contact you').first().waitFor();
  await until('it is said', async () => (await shown()).length > 0);
  await server.say('Daniel', chat, 'And a second secret');
  await page.waitForTimeout(500);
  const all = await shown();
  assert.deepEqual(all.map(({ title, body }) => [title, body]), [['A new contact request', 'Somebody from outside wants to contact you.']]);
  assert.ok(!JSON.stringify(all).match(/secret|Daniel|Weiss|contoso/i));
  assert.ok(!(await page.locator('[aria-live]').allInnerTexts()).join(' ').match(/secret/));
  await page.context().close();
});

test('the setting of notifications says what it does, and what to do when the browser forbids it', async () => {
  const context = await newProfile(server, { permissions: [] });
  await context.addInitScript(() => Object.defineProperty(Notification, 'permission', { get: () => 'denied' }));
  const page = await signIn(server, 'Ben', { context });
  await page.goto(`/u/${server.person('Ben').id}/settings/notifications`);
  await page.getByText('The browser does not allow it.').waitFor();
  await page.getByText(/nothing is shown but that there is one/).waitFor();
  assert.equal(await page.getByRole('switch', { name: 'Notify me in this browser' }).isChecked(), false);
  await context.close();
});
