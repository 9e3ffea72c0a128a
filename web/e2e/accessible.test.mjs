/** Every screen in every theme (those of the administration centre are in administration.test.mjs): axe finds nothing, and a picture is kept for people to look at. */
import { before, test } from 'node:test';

import { openChat } from './chat.mjs';
import { assertAccessible, assertUntroubled, DESKTOP, keep, PHONE, serverForThisFile, signIn } from './harness.mjs';

const server = await serverForThisFile();
before(async () => {
  // A conversation that has everything in it: an image, pins.
  const all = await server.call('Ben', 'GET', 'chats?$top=50');
  const chat = encodeURIComponent(all.value.find((one) => one.topic === 'Spring catalogue').id);
  const shown = await server.call('Hana', 'POST', `chats/${chat}/messages`, {
    body: { contentType: 'html', content: '<p>The hinge</p><p><img src="../hostedContents/a/$value" alt="The hinge from the side" width="240" height="120"></p>' },
    hostedContents: [{ '@microsoft.graph.temporaryId': 'a', contentType: 'image/gif', contentBytes: 'R0lGODlhAQABAIAAAGKgoP///yH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==' }],
  });
  const newest = await server.say('Kim', decodeURIComponent(chat), 'That works.');
  for (const { id } of [shown, newest]) {
    await server.call('Ben', 'POST', `chats/${chat}/pinnedMessages`, { 'message@odata.bind': `${server.url}/v1.0/chats/${chat}/messages/${id}` });
  }
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
  ['pins', 'Ben', async (page) => {
    await conversation(page);
    await page.getByRole('button', { name: '2 pinned' }).click();
    await page.getByRole('button', { name: /The hinge/ }).last().waitFor();
  }],
  ['large-image', 'Ben', async (page) => {
    await conversation(page);
    await page.getByRole('button', { name: 'Enlarge: The hinge from the side' }).click();
    await page.getByRole('dialog').getByRole('img').waitFor();
  }],
  ['message-menu', 'Ben', async (page) => {
    await conversation(page);
    await page.getByRole('list', { name: 'Messages' }).locator('[data-message]').last().focus();
    await page.keyboard.press('Shift+F10');
    await page.getByRole('menuitem', { name: 'Report' }).waitFor();
  }],
  ['report', 'Ben', async (page) => {
    await conversation(page);
    await page.getByRole('button', { name: 'More for this chat' }).click();
    await page.getByRole('menuitem', { name: 'Report this group' }).click();
    await page.getByRole('dialog').getByRole('radio').first().waitFor();
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
