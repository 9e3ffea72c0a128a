/** The place to write: what is pasted there, and what its buttons and keys do. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { composer, messages, openChat } from './chat.mjs';
import { assertAccessible, assertUntroubled, serverForThisFile, signIn, until } from './harness.mjs';

const server = await serverForThisFile();

async function inChat(name, other) {
  const page = await signIn(server, name);
  await openChat(page, other);
  await composer(page).waitFor();
  await composer(page).click();
  return page;
}

/** Pastes, or drops, what somebody copied elsewhere. */
async function paste(page, contents, kind = 'paste') {
  await composer(page).evaluate((element, { contents, kind }) => {
    const clipboardData = new DataTransfer();
    for (const [type, data] of Object.entries(contents)) clipboardData.setData(type, data);
    element.dispatchEvent(kind === 'paste'
      ? new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true })
      : new InputEvent('beforeinput', { inputType: 'insertFromDrop', dataTransfer: clipboardData, bubbles: true, cancelable: true }));
  }, { contents, kind });
}

/** The last message of the open chat, as the server has it. */
async function lastBody(page, name) {
  const chat = /chats\/([^/?]+)/.exec(page.url())[1];
  const { value } = await server.call(name, 'GET', `chats/${chat}/messages?$top=1`);
  return value[0].body;
}

const GOOGLE_DOCS = `<meta charset='utf-8'><style>p { color: red }</style><b style="font-weight:normal;" id="docs-internal-guid-3f1c9a5e"><p dir="ltr" style="line-height:1.38;"><span style="font-weight:400;text-decoration:none;white-space:pre-wrap;">Plain, </span><span style="font-weight:700;font-style:normal;">bold</span><span style="font-weight:400;"> and </span><span style="font-style:italic;text-decoration:underline;">both</span></p><ul><li aria-level="1"><p>First</p></li><ul><li aria-level="2"><p>Within</p></li></ul></ul></b>`;
const CLEAN = '<p>Plain, <strong>bold</strong> and <u><em>both</em></u></p><ul><li>First<ul><li>Within</li></ul></li></ul>';

for (const kind of ['paste', 'drop']) {
  test(`what comes from elsewhere by ${kind} keeps its formats, and the page’s policy has nothing to refuse`, async () => {
    const page = await inChat('Ben', 'Hana Sato');
    await paste(page, { 'text/html': GOOGLE_DOCS, 'text/plain': 'Plain, bold and both' }, kind);
    await composer(page).getByText('Within').waitFor();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await messages(page).getByText('Within').last().waitFor();
    await until('the server has it', async () => (await lastBody(page, 'Ben')).content === CLEAN);
    await assertUntroubled(page);
    await page.context().close();
  });
}

test('a page that says that it copied from an editor like this one gives its text no look', async () => {
  const page = await inChat('Ben', 'Hana Sato');
  const text = { type: 'text', text: 'over everything', style: 'position: fixed; inset: 0; background: red', detail: 0, format: 1, mode: 'normal', version: 1 };
  const nodes = [{ type: 'paragraph', children: [text], direction: null, format: '', indent: 0, version: 1, textFormat: 0, textStyle: 'color: red' }];
  await paste(page, { 'application/x-lexical-editor': JSON.stringify({ namespace: 'message', nodes }), 'text/plain': 'over everything' });
  const bold = composer(page).getByText('over everything');
  await bold.waitFor();
  assert.equal(await composer(page).locator('[style]').count(), 0);
  // And what is neither of an editor nor HTML that says anything is plain text.
  await paste(page, { 'application/x-lexical-editor': 'nonsense', 'text/html': '<img src="x">', 'text/plain': ' and more' });
  await until('both are there', async () => (await composer(page).innerText()).trim() === 'over everything and more');
  await assertUntroubled(page);
  await page.context().close();
});

test('what is longer than any message is not pasted, and whoever is not in the chat is a name, no more', async () => {
  const page = await inChat('Ben', 'Hana Sato');
  await paste(page, { 'text/plain': 'word '.repeat(400_000) });
  await page.getByText('This text is too long to be pasted: it has 2,000,000 characters.').first().waitFor();
  assert.equal((await composer(page).innerText()).trim(), '');
  const mention = { type: 'mention', text: '@Goran Petrovic', userId: server.person('Goran').id, detail: 0, format: 0, mode: 'token', style: '', version: 1 };
  await paste(page, { 'application/x-lexical-editor': JSON.stringify({ namespace: 'message', nodes: [mention] }), 'text/plain': '@Goran Petrovic' });
  await composer(page).getByText('@Goran Petrovic').waitFor();
  await page.keyboard.press('Enter');
  await until('it is sent as plain text', async () => (await lastBody(page, 'Ben')).content === '@Goran Petrovic');
  await assertUntroubled(page);
  await page.context().close();
});

/** Shows the formats. */
const formats = (page) => page.getByRole('button', { name: 'Formats' }).click();
const sent = (page, text) => messages(page).getByText(text, { exact: true }).last().waitFor();
const send = (page) => page.getByRole('button', { name: 'Send', exact: true }).click();

test('after sending, the next message begins plain, and every format can be chosen for it', async () => {
  const page = await inChat('Ben', 'Hana Sato');
  await formats(page);
  await page.getByRole('button', { name: 'Bold' }).click();
  await page.keyboard.type('Loud');
  await page.keyboard.press('Enter');
  await sent(page, 'Loud');
  await page.keyboard.type('Quiet');
  await page.keyboard.press('Enter');
  await sent(page, 'Quiet');
  await until('it is plain', async () => (await lastBody(page, 'Ben')).content === 'Quiet');

  for (const [button, text, content] of [['Quotation', 'Said', '<blockquote>Said</blockquote>'], ['Block of code', 'let x', '<pre>let x</pre>'], ['List', 'First', '<ul><li>First</li></ul>'], ['Italic', 'Slanted', '<p><em>Slanted</em></p>']]) {
    await page.keyboard.type('Before');
    // By the button, which has the focus then: the editor is empty and nothing in it is selected.
    await send(page);
    await sent(page, 'Before');
    await page.getByRole('button', { name: button, exact: true }).click();
    await page.keyboard.type(text);
    await send(page);
    await until(`${button} is sent`, async () => (await lastBody(page, 'Ben')).content === content);
    await composer(page).click();
  }
  await assertUntroubled(page);
  await page.context().close();
});

test('a link is written, changed, refused in words, and found while one types', async () => {
  const page = await inChat('Ben', 'Hana Sato');
  const address = page.getByRole('textbox', { name: 'Address' });
  await page.keyboard.type('See ');
  await page.keyboard.press('Control+k');
  await address.waitFor();
  await page.keyboard.type('no address');
  await page.keyboard.press('Enter');
  await page.getByText('This is no address. One is, for example, example.org.').waitFor();
  await assertAccessible(page, 'an address that is none');
  await address.fill('example.org');
  await page.keyboard.press('Enter');
  await address.waitFor({ state: 'detached' });
  await page.keyboard.type(' now');
  await composer(page).getByRole('link', { name: 'example.org' }).waitFor();

  // Changed: it offers its own address.
  await composer(page).getByRole('link', { name: 'example.org' }).click();
  await page.getByRole('button', { name: 'Change the link' }).click();
  assert.equal(await address.inputValue(), 'https://example.org');
  await address.fill('example.org/plan');
  await page.getByRole('button', { name: 'Apply' }).click();
  await address.waitFor({ state: 'detached' });
  await composer(page).click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(', or https://a.example.com/b.c, or www.example.com too');
  await page.keyboard.press('Enter');

  await until('the links are sent', async () => /^<p>See <a href="https:\/\/example\.org\/plan"[^>]*>example\.org<\/a> now, or <a href="https:\/\/a\.example\.com\/b\.c"[^>]*>https:\/\/a\.example\.com\/b\.c<\/a>, or <a href="https:\/\/www\.example\.com"[^>]*>www\.example\.com<\/a> too<\/p>$/.test((await lastBody(page, 'Ben')).content));
  await assertUntroubled(page);
  await page.context().close();
});

test('a message that is too long is taken back, and one that is discarded comes back', async () => {
  const page = await inChat('Ben', 'Hana Sato');
  const long = 'long '.repeat(6_000).trim();
  await paste(page, { 'text/plain': long });
  await page.keyboard.press('Enter');
  await messages(page).getByText(/The message is too long/).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Try again' }).count(), 0);
  await page.getByRole('button', { name: 'Discard' }).click();
  await messages(page).getByText(/The message is too long/).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Undo' }).click();
  await messages(page).getByText(/The message is too long/).waitFor();
  await composer(page).click();
  await page.keyboard.type('Beside');
  await messages(page).getByRole('button', { name: 'Edit', exact: true }).click();
  await messages(page).getByText(/The message is too long/).waitFor({ state: 'detached' });
  const written = await composer(page).innerText();
  assert.equal(written.replace(/\s+/g, ' ').trim(), `Beside ${long}`);
  await composer(page).click();
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Delete');
  await assertUntroubled(page);
  await page.context().close();
});

test('the arrow up changes what one said last, and what is emptied is deleted when one says so', async () => {
  const page = await inChat('Ben', 'Hana Sato');
  await page.keyboard.type('To be corected');
  await page.keyboard.press('Enter');
  await sent(page, 'To be corected');
  await messages(page).getByRole('listitem', { name: 'Your message on its way' }).first().waitFor({ state: 'detached' });
  await page.keyboard.press('ArrowUp');
  await page.getByText('You are editing your message').waitFor();
  await until('the text is there', async () => (await composer(page).innerText()).trim() === 'To be corected');
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Delete');
  await page.keyboard.press('Enter');
  const asked = page.getByRole('alertdialog', { name: 'Delete the message?' });
  await asked.waitFor();
  await assertAccessible(page, 'the question after an emptied edit');
  await asked.getByRole('button', { name: 'Write on' }).click();
  await asked.waitFor({ state: 'detached' });
  await page.getByText('You are editing your message').waitFor();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await asked.getByRole('button', { name: 'Delete' }).click();
  await page.getByText('You are editing your message').waitFor({ state: 'detached' });
  await messages(page).getByText('To be corected').waitFor({ state: 'detached' });
  await assertUntroubled(page);
  await page.context().close();
});

test('somebody is mentioned by the whole name', async () => {
  const page = await inChat('Ben', 'Hana Sato');
  await page.keyboard.type('Hello @Hana S');
  await page.getByRole('option', { name: 'Hana Sato' }).waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.type('!');
  await page.keyboard.press('Enter');
  await until('she is mentioned', async () => /^<p>Hello <at id="0">Hana Sato<\/at> !<\/p>$/.test((await lastBody(page, 'Ben')).content));
  await page.context().close();
});
