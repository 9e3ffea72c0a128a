/** Coming in: the policy of the page, the sessions of a browser, what it keeps where scripts can read. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { assertAccessible, assertUntroubled, DESKTOP, enter, keep, NARROW, newProfile, PHONE, serverForThisFile, signIn, until } from './harness.mjs';
import { inspect } from './look.mjs';

const server = await serverForThisFile();

test('the client comes from inside the server and runs under its policy', async () => {
  const context = await newProfile(server);
  const page = await context.newPage();
  const answer = await page.goto('/');
  const policy = answer.headers()['content-security-policy'];
  assert.match(policy, /script-src 'self';/);
  assert.doesNotMatch(policy, /unsafe/);
  await page.getByRole('heading', { name: 'Sign in', exact: true }).waitFor();
  // Styles are made at run time under the nonce: without them the button would have no colour.
  const colour = await page.getByRole('button', { name: 'Continue' }).evaluate((button) => getComputedStyle(button).backgroundColor);
  assert.notEqual(colour, 'rgba(0, 0, 0, 0)');
  await assertUntroubled(page);
  await context.close();
});

test('what the policy forbids does not run', async () => {
  const context = await newProfile(server);
  const page = await context.newPage();
  await page.goto('/');
  await page.getByRole('heading', { name: 'Sign in', exact: true }).waitFor();
  const ran = await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.ran = true';
    document.body.append(script);
    const image = document.createElement('img');
    image.setAttribute('onerror', 'window.ran = true');
    image.src = 'data:image/png;base64,x';
    document.body.append(image);
    return new Promise((resolve) => setTimeout(() => resolve(window.ran === true), 300));
  });
  assert.equal(ran, false);
  assert.ok((await page.evaluate(() => window.violations)).length >= 2, 'the watch over the policy works');
  await context.close();
});

test('somebody signs in, with half an address and a wrong password first', async () => {
  const context = await newProfile(server);
  const page = await context.newPage();
  await page.goto('/');
  const { mail, password } = server.person('Ben');
  await page.getByRole('textbox', { name: 'E-mail address' }).fill('ben');
  await page.keyboard.press('Enter');
  await page.getByText('This is not a whole address.').waitFor();
  await enter(page, mail, 'not the password');
  await page.getByText('The address or the password is wrong.').waitFor();
  await page.getByText(/capital letters count/).waitFor();
  // The address can be put right without starting over.
  await page.getByRole('button', { name: 'Change' }).click();
  assert.equal(await page.getByRole('textbox', { name: 'E-mail address' }).inputValue(), mail);
  await enter(page, mail, password);
  await page.waitForURL('**/u/*/chats*');
  await assertUntroubled(page);
  await context.close();
});

test('the first step says the same of every address, and asks the server nothing', async () => {
  const context = await newProfile(server);
  const page = await context.newPage();
  await page.goto('/');
  await page.getByRole('heading', { name: /Demonstration/ }).waitFor();
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));
  const seen = [];
  for (const address of [server.person('Ben').mail, 'nobody.at.all@contoso.example', 'kim@nowhere.example']) {
    await page.getByRole('textbox', { name: 'E-mail address' }).fill(address);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('textbox', { name: 'Password' }).waitFor();
    seen.push((await page.getByRole('main').innerText()).replace(address, ''));
    await page.getByRole('button', { name: 'Change' }).click();
  }
  assert.equal(new Set(seen).size, 1);
  assert.deepEqual(asked, []);
  await context.close();
});

test('a telephone number signs in, however it is written', async () => {
  const context = await newProfile(server);
  const page = await context.newPage();
  await page.goto('/');
  await enter(page, '+44 (0)20 7946-0958', server.person('Kim').password);
  await page.waitForURL(`**/u/${server.person('Kim').id}/chats*`);
  await context.close();
});

test('everybody of the demonstration signs in with one press, by home', async () => {
  const context = await newProfile(server, { viewport: NARROW });
  const page = await context.newPage();
  await page.goto('/');
  const people = page.getByRole('region', { name: /Demonstration/ });
  for (const home of [/^Contoso/, /^Fabrikam/, 'Personal accounts']) await people.getByRole('heading', { name: home }).waitFor();
  for (const { displayName } of server.demo.accounts) assert.equal(await people.getByRole('button', { name: displayName }).count(), 1, displayName);
  await people.getByRole('button', { name: 'Ada Lindqvist Administrator' }).click();
  await page.waitForURL(`**/u/${server.person('Ada').id}/chats*`);
  // The one who is signed in is shown so, and another comes beside.
  await page.goto('/sign-in');
  await people.getByRole('button', { name: 'Ada Lindqvist Signed in' }).waitFor();
  await people.getByRole('button', { name: 'Luca Romano' }).click();
  await page.waitForURL(`**/u/${server.person('Luca').id}/chats*`);
  await page.getByRole('link', { name: /Chats of Ada Lindqvist/ }).waitFor();
  await assertUntroubled(page);
  await context.close();
});

test('without an answer of the server the page says so and keeps what was typed', async () => {
  const context = await newProfile(server);
  const page = await context.newPage();
  await page.goto('/');
  await page.route('**/v1.0/auth/signIn', (route) => route.abort());
  await enter(page, server.person('Ben').mail, server.person('Ben').password);
  await page.getByText('The server cannot be reached.').waitFor();
  await page.unroute('**/v1.0/auth/signIn');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL('**/u/*/chats*');
  await context.close();
});

test('a work and a personal account are signed in side by side', async () => {
  const work = await signIn(server, 'Ben');
  const context = work.context();
  const home = await signIn(server, 'Kim', { context, isFurther: true });
  const ids = ['Ben', 'Kim'].map((name) => server.person(name).id);
  assert.ok(home.url().includes(ids[1]), home.url());
  for (const name of ['Ben Okafor', 'Kim Nguyen']) {
    await home.getByRole('link', { name: new RegExp(`Chats of ${name}`) }).waitFor();
  }
  // A reload finds both again, by their cookies.
  await home.reload();
  await home.getByRole('link', { name: /Chats of Ben Okafor/ }).waitFor();
  const sessions = await home.evaluate(async () => (await fetch('/v1.0/auth/sessions')).json());
  assert.deepEqual(sessions.value.map((one) => one.account.id), ids);
  // Nobody acts for an account by accident.
  const statuses = await home.evaluate(async ([ben, kim]) => {
    const ask = async (account) => (await fetch('/v1.0/me', { headers: account ? { 'X-Visavis-Account': account } : {} })).status;
    return [await ask(ben), await ask(kim), await ask(null)];
  }, ids);
  assert.deepEqual(statuses, [200, 200, 400]);
  await assertUntroubled(home);
  await context.close();
});

test('scripts can read no secret: not in cookies, not in any storage', async () => {
  const page = await signIn(server, 'Ada');
  const readable = await page.evaluate(async () => {
    const kept = [document.cookie, JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage })];
    for (const { name } of await indexedDB.databases()) {
      const database = await new Promise((resolve, reject) => {
        const opening = indexedDB.open(name);
        opening.onsuccess = () => resolve(opening.result);
        opening.onerror = () => reject(opening.error);
      });
      for (const store of database.objectStoreNames) {
        const all = database.transaction(store).objectStore(store).getAll();
        kept.push(JSON.stringify(await new Promise((resolve) => (all.onsuccess = () => resolve(all.result)))));
      }
      database.close();
    }
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) kept.push(request.url, await (await cache.match(request)).text());
    }
    return kept;
  });
  const cookies = await page.context().cookies();
  const secrets = cookies.filter((cookie) => cookie.name.startsWith('visavis_session'));
  assert.equal(secrets.length, 1);
  for (const { httpOnly, sameSite, value } of secrets) {
    assert.ok(httpOnly && sameSite === 'Strict');
    assert.ok(value.length > 30);
    assert.ok(!readable.some((text) => text.includes(value) || text.includes('vv_')));
    assert.ok(!readable.some((text) => text.includes(server.person('Ada').password)));
  }
  await page.context().close();
});

test('an address of a screen can be opened and reloaded', async () => {
  const page = await signIn(server, 'Ben');
  const address = page.url();
  await page.goto('about:blank');
  await page.goto(address);
  await page.getByRole('navigation', { name: 'Areas' }).waitFor();
  await assertUntroubled(page);
  await page.context().close();
});

test('signing out ends the session and shows who can sign in', async () => {
  const page = await signIn(server, 'Daniel');
  await page.goto(`/u/${server.person('Daniel').id}/settings/account`);
  await page.getByRole('button', { name: 'Sign out' }).first().click();
  await page.getByRole('heading', { name: 'Sign in', exact: true }).waitFor();
  await until('the cookie is gone', async () => (await page.context().cookies()).every((cookie) => !cookie.name.startsWith('visavis_session')));
  await page.context().close();
});

test('signing in is accessible in every theme, and fits into every width', async () => {
  const context = await newProfile(server);
  const page = await context.newPage();
  await page.goto('/');
  await page.getByRole('heading', { name: /Demonstration/ }).waitFor();
  await inspect(page, 'sign-in');
  await enter(page, 'ada@contoso.example', 'wrong');
  await page.getByText('The address or the password is wrong.').waitFor();
  await inspect(page, 'sign-in-wrong');
  await context.close();
});

test('the page of the demonstration is accessible in light and dark, at every width', async () => {
  const context = await newProfile(server);
  const page = await context.newPage();
  await page.goto('/demo');
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const [size, viewport] of [['desktop', DESKTOP], ['phone', PHONE], ['narrow', NARROW]]) {
      await page.setViewportSize(viewport);
      await keep(page, `demonstration-${colorScheme}-${size}`);
      await assertAccessible(page, `the page of the demonstration, ${colorScheme}, ${size}`);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1), `nothing is pushed aside, ${size}`);
    }
  }
  await context.close();
});
