/**
 * Makes the pictures of the guide for users anew: a server with the demonstration, and what the guide
 * speaks of on the screen. `make pictures` calls it; look at what it made before it is committed.
 */
import { choose, composer, messages, openChat, say } from './chat.mjs';
import { closeBrowser, Server, signIn } from './harness.mjs';

const FOLDER = new URL('../../docs/guides/pictures/', import.meta.url).pathname;
const WIDE = { width: 1100, height: 700 };
const HAND = { width: 390, height: 760 };

async function picture(page, name) {
  // Nothing that comes and goes: no hint under the pointer, no cursor.
  await page.mouse.move(2, 2);
  await page.evaluate(() => document.activeElement instanceof HTMLElement && !document.querySelector('[role="listbox"]') && document.activeElement.blur());
  await page.waitForTimeout(400);
  await page.screenshot({ path: `${FOLDER}chat-${name}.png`, animations: 'disabled', caret: 'hide' });
}

const server = await Server.start();
try {
  const ben = await signIn(server, 'Ben', { viewport: WIDE });
  const kim = await signIn(server, 'Kim', { context: ben.context(), isFurther: true });
  await kim.getByRole('tab', { name: 'All accounts' }).click();
  await openChat(kim, 'Hana Sato');
  await composer(kim).waitFor();
  await say(kim, 'Thank you! I tell the print shop that it will be Thursday.');
  await picture(kim, 'conversation');
  await kim.getByRole('button', { name: 'New chat' }).first().click();
  await kim.getByRole('combobox', { name: 'With whom' }).fill('goran.petrovic@fabrikam.example');
  await kim.getByRole('option', { name: /Search outside/ }).waitFor();
  await picture(kim, 'new');
  await ben.context().close();

  const chiara = await signIn(server, 'Chiara', { viewport: WIDE });
  await openChat(chiara, 'Goran');
  await chiara.getByRole('button', { name: 'Preview messages' }).click();
  await chiara.getByRole('list', { name: 'What the request says' }).waitFor();
  await picture(chiara, 'request');
  await chiara.context().close();

  const daniel = await signIn(server, 'Daniel', { viewport: HAND, hasTouch: true });
  await daniel.getByRole('button', { name: 'New chat' }).first().click();
  await choose(daniel, 'With whom', server.person('Isaac').mail);
  await daniel.getByRole('button', { name: 'Start chat' }).click();
  await composer(daniel).waitFor();
  await say(daniel, 'Good morning! Which truck brings the samples?');
  await messages(daniel).getByText('Which truck').waitFor();
  await picture(daniel, 'waiting');
  await daniel.context().close();
} finally {
  await closeBrowser();
  await server.end();
}
