/** Every screen in every theme: axe finds nothing, and a picture is kept for people to look at. */
import { after, before, test } from 'node:test';

import { openChat } from './chat.mjs';
import { assertAccessible, assertUntroubled, closeBrowser, DESKTOP, keep, PHONE, Server, signIn } from './harness.mjs';

let server;
before(async () => (server = await Server.start()));
after(async () => {
  await closeBrowser();
  await server.end();
});

const conversation = async (page) => {
  await openChat(page, 'Spring catalogue');
  await page.getByText('That works.').first().waitFor();
  await page.getByRole('textbox', { name: 'Message', exact: true }).waitFor();
};

/** Who looks at what, and how they get there. */
const SCREENS = [
  ['list', 'Ben', async (page) => page.getByText('Hana Sato').first().waitFor()],
  ['conversation', 'Ben', conversation],
  ['people', 'Ben', async (page) => {
    await conversation(page);
    await page.getByRole('button', { name: 'People', exact: true }).click();
    await page.getByRole('complementary', { name: 'People' }).getByText('Kim Nguyen').waitFor();
  }],
  ['menu', 'Ben', async (page) => {
    await conversation(page);
    await page.getByRole('button', { name: 'More for this chat' }).click();
    await page.getByRole('menuitem', { name: 'Add people' }).waitFor();
  }],
  ['add-people', 'Ben', async (page) => {
    await conversation(page);
    await page.getByRole('button', { name: 'More for this chat' }).click();
    await page.getByRole('menuitem', { name: 'Add people' }).click();
    await page.getByRole('dialog').waitFor();
  }],
  ['formats', 'Ben', async (page) => {
    await conversation(page);
    await page.getByRole('button', { name: 'Formats' }).click();
    await page.getByRole('button', { name: 'Bold' }).waitFor();
  }],
  ['request', 'Chiara', async (page) => {
    await openChat(page, 'Goran');
    await page.getByRole('button', { name: 'Preview messages' }).click();
    await page.getByRole('list', { name: 'What the request says' }).waitFor();
  }],
  ['new-chat', 'Ben', async (page) => {
    await page.getByRole('button', { name: 'New chat' }).first().click();
    await page.getByRole('combobox', { name: 'With whom' }).click();
    await page.keyboard.type('ada');
    await page.getByRole('option').first().waitFor();
  }],
  ['settings', 'Ben', async (page) => {
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('heading', { name: 'Settings' }).first().waitFor();
  }],
  ['administration', 'Ada', async (page) => {
    await page.getByRole('link', { name: 'Admin' }).click();
    await page.waitForURL('**/admin*');
    await page.getByRole('main').getByRole('heading').first().waitFor();
  }],
];

for (const theme of ['light', 'dark', 'highContrast']) {
  for (const [size, viewport] of [['desktop', DESKTOP], ['phone', PHONE]]) {
    test(`every screen is accessible: ${theme}, ${size}`, async (context) => {
      const pages = new Map();
      for (const [name, who, go] of SCREENS) {
        await context.test(name, async () => {
          if (!pages.has(who)) {
            const page = await signIn(server, who, { viewport });
            await page.evaluate((theme) => localStorage.setItem('visavis.preferences', JSON.stringify({ theme })), theme);
            pages.set(who, page);
          }
          const page = pages.get(who);
          await page.goto(`/u/${server.person(who).id}/chats`);
          await page.getByRole('region', { name: 'Chats' }).waitFor();
          await go(page);
          await keep(page, `${name}-${theme}-${size}`);
          await assertAccessible(page, `${name}, ${theme}, ${size}`);
          await assertUntroubled(page);
        });
      }
      for (const page of pages.values()) await page.context().close();
    });
  }
}
