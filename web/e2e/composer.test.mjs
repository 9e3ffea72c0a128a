/** The place to write: what is pasted there, and what its buttons and keys do. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { composer, messages, openChat } from './chat.mjs';
import { assertUntroubled, serverForThisFile, signIn, until } from './harness.mjs';

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
