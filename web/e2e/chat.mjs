/** What people do in the client, as they do it: by the names of things on the screen. */
import { until } from './harness.mjs';

/** Everything that is said in the open chat. */
export const messages = (page) => page.getByRole('list', { name: 'Messages' });
/** Where one writes. */
export const composer = (page) => page.getByRole('textbox', { name: 'Message', exact: true });
/** The list of chats. */
export const chats = (page) => page.getByRole('region', { name: 'Chats' });

/** The row of a message in the open chat. */
export const message = (page, text) => messages(page).getByRole('listitem').filter({ has: page.getByText(text, { exact: true }) });

/** Chooses what is to be done with a message, from its menu. */
export async function act(page, text, name) {
  // What the server has not answered yet has no menu.
  await messages(page).getByRole('listitem', { name: 'Your message on its way' }).first().waitFor({ state: 'detached' });
  await message(page, text).focus();
  await page.keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name, exact: true }).click();
}

/** Writes into the open chat and sends by Enter. */
export async function say(page, text) {
  await composer(page).click();
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
  await messages(page).getByText(text, { exact: true }).waitFor();
}

/** Waits until something that was said is in the open chat. */
export async function hears(page, text) {
  await messages(page).getByText(text, { exact: true }).waitFor();
}

/** Opens a chat from the list, by what it is called there. */
export async function openChat(page, name) {
  await chats(page).getByRole('listitem').filter({ hasText: name }).getByRole('link').first().click();
  await page.waitForURL('**/chats/*');
}

/** Goes to the newest message: where much is new, a chat opens above it. */
export async function toNewest(page) {
  const gap = () => messages(page).evaluate((list) => list.scrollHeight - list.clientHeight - list.scrollTop);
  const down = page.getByRole('button', { name: /^(New messages|To the newest)$/ });
  await until('the newest message is in view', async () => {
    if (await down.count() > 0) await down.click();
    if ((await gap()) > 1 || (await down.count()) > 0) return false;
    // A list that is still being laid out is there for a moment only.
    await page.waitForTimeout(300);
    return (await gap()) <= 1 && (await down.count()) === 0;
  });
}

/** Chooses people by name or address in an open picker. */
export async function choose(page, label, typed) {
  const box = page.getByRole('combobox', { name: label });
  await box.click();
  await page.keyboard.type(typed);
  await page.getByRole('option', { name: typed }).first().click();
  await until(`${typed} is chosen`, async () => (await box.inputValue()) === '');
}

/** Starts a chat with these people, from the button above the list. */
export async function newChat(page, addresses, topic) {
  await page.getByRole('button', { name: 'New chat' }).first().click();
  for (const address of addresses) await choose(page, 'With whom', address);
  if (topic) await page.getByRole('textbox', { name: 'Name of the group' }).fill(topic);
  await page.getByRole('button', { name: topic ? 'Start group' : 'Start chat' }).click();
  await page.waitForURL('**/chats/*');
}
