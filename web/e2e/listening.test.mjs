/** For those who do not see, or not so well: where the focus is, what a screen is made of, motion, forced colours. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { composer, messages, openChat, say } from './chat.mjs';
import { assertAccessible, keep, PHONE, serverForThisFile, signIn, until } from './harness.mjs';

const server = await serverForThisFile();

const focused = (page) => page.evaluate(() => {
  const at = document.activeElement;
  return at?.getAttribute('aria-label') ?? at?.textContent?.trim().slice(0, 60) ?? '';
});
const hasFocus = (page, what) => until(`the focus is at “${what}”`, async () => (await focused(page)) === what);

test('the focus goes where one goes on: to the editor, back to what was pressed, and stays after sending', async () => {
  const page = await signIn(server, 'Ben');
  await openChat(page, 'Spring catalogue');
  await hasFocus(page, 'Message');
  await say(page, 'Written without a press in between.');
  await hasFocus(page, 'Message');
  // A dialog that was opened from a menu gives it back to the button of the menu.
  await page.getByRole('button', { name: 'More for this chat' }).click();
  await page.getByRole('menuitem', { name: 'Rename' }).click();
  await page.getByRole('dialog').getByRole('textbox').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await hasFocus(page, 'More for this chat');
  await page.getByRole('button', { name: 'People', exact: true }).click();
  const panel = page.getByRole('complementary', { name: 'People' });
  await panel.getByRole('button', { name: 'More for Hana Sato' }).click();
  await page.getByRole('menuitem', { name: 'Profile' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await hasFocus(page, 'More for Hana Sato');
  await page.context().close();
});

test('on a phone the name of the chat has the focus, and no keyboard covers what was said', async () => {
  const page = await signIn(server, 'Ben', { viewport: PHONE, hasTouch: true, isMobile: true });
  await openChat(page, 'Spring catalogue');
  await composer(page).waitFor();
  await messages(page).getByRole('listitem').first().waitFor();
  await hasFocus(page, 'Spring catalogue');
  await page.context().close();
});

test('every screen has one main part, one heading of the first level, and none that skips one', async () => {
  const page = await signIn(server, 'Ada');
  const { id } = server.person('Ada');
  const chat = encodeURIComponent(await server.chat(['Ada', 'Ben']));
  for (const path of ['chats', `chats/${chat}`, `chats/${chat}/people`, 'new', 'settings/privacy', 'settings/account', 'admin/overview', 'admin/audit']) {
    await page.goto(`/u/${id}/${path}`);
    await page.getByRole('heading').first().waitFor();
    await page.getByRole('main').waitFor();
    await page.waitForTimeout(300);
    const made = await page.evaluate(() => {
      const isSeen = (element) => element.checkVisibility();
      return {
        mains: [...document.querySelectorAll('main, [role="main"]')].filter(isSeen).length,
        levels: [...document.querySelectorAll('h1, h2, h3, h4')].filter(isSeen).map((heading) => Number(heading.localName[1])),
      };
    });
    assert.equal(made.mains, 1, `${path} has ${made.mains} main parts`);
    assert.equal(made.levels.filter((level) => level === 1).length, 1, `${path}: ${made.levels}`);
    for (const [at, level] of made.levels.entries()) assert.ok(level <= Math.max(1, ...made.levels.slice(0, at)) + 1, `${path} skips a level: ${made.levels}`);
  }
  await page.context().close();
});

test('who wants no motion sees none', async () => {
  const page = await signIn(server, 'Ben', { reducedMotion: 'reduce' });
  await openChat(page, 'Spring catalogue');
  await page.getByRole('button', { name: 'More for this chat' }).click();
  await page.getByRole('menuitem', { name: 'Rename' }).waitFor();
  const moving = await page.evaluate(() => [...document.querySelectorAll('*')].flatMap((element) => {
    const { animationName, animationDuration, transitionDuration } = getComputedStyle(element);
    const longest = (list) => Math.max(...list.split(',').map((one) => Number.parseFloat(one) * (one.trim().endsWith('ms') ? 1 : 1000)));
    const moves = (animationName !== 'none' && longest(animationDuration) > 1) || longest(transitionDuration) > 1;
    return moves ? [`${element.localName}.${element.className} ${animationDuration} ${transitionDuration}`.slice(0, 120)] : [];
  }));
  assert.deepEqual(moving, []);
  assert.equal(await page.evaluate(() => document.getAnimations().filter((one) => one.playState === 'running' && one.effect.getComputedTiming().duration > 1).length), 0);
  await page.context().close();
});

test('who wants no motion has as much time as others to undo', async () => {
  const page = await signIn(server, 'Ben', { reducedMotion: 'reduce' });
  await page.goto(`/u/${server.person('Ben').id}/settings/privacy`);
  await page.getByRole('button', { name: 'Unblock' }).click();
  await page.getByRole('button', { name: 'Undo' }).waitFor();
  await page.waitForTimeout(1_500);
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('button', { name: 'Unblock' }).waitFor();
  await page.context().close();
});

test('colours that the system forces are taken: everything stays to be seen', async () => {
  const page = await signIn(server, 'Ben', { forcedColors: 'active' });
  await openChat(page, 'Spring catalogue');
  await composer(page).waitFor();
  assert.equal(await page.evaluate(() => document.querySelector('[data-theme]').dataset.theme), 'highContrast');
  await keep(page, 'forced-colours');
  await assertAccessible(page, 'a conversation in forced colours');
  // A bubble, whose ground the system takes away, has an edge.
  const edge = await messages(page).locator('[data-bubble]').first().evaluate((bubble) => getComputedStyle(bubble).borderTopWidth);
  assert.notEqual(edge, '0px');
  await page.context().close();
});
