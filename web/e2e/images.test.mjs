/** Images in messages: picked, pasted or dropped, described, sent, seen on the other side, enlarged. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { crc32, deflateSync } from 'node:zlib';

import { act, composer, hears, message, messages, newChat, openChat } from './chat.mjs';
import { assertAccessible, assertUntroubled, keep, NARROW, PHONE, press, serverForThisFile, signIn, until } from './harness.mjs';

const server = await serverForThisFile();

/** A PNG of this size; noise does not compress, one colour does. */
function png(width, height, isNoise = false) {
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc(body));
    return Buffer.concat([length, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const line = (y) => Buffer.concat([Buffer.from([0]), isNoise ? randomBytes(width * 3) : Buffer.alloc(width * 3, 40 + (y % 160))]);
  const rows = Buffer.concat(Array.from({ length: height }, (_, y) => line(y)));
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

function crc(bytes) {
  if (crc32) return crc32(bytes);
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return (sum ^ 0xffffffff) >>> 0;
}

const tray = (page) => page.getByRole('list', { name: 'Images to be sent' });
const pick = (page, ...files) => page.locator('input[type="file"]').setInputFiles(files.map(([name, mimeType, buffer]) => ({ name, mimeType, buffer })));

/** Pastes or drops a file, as the browser would. */
async function give(page, how, name, type, buffer, place = composer(page)) {
  await composer(page).click();
  return place.evaluate((element, [how, name, type, base64]) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], name, { type }));
    if (how === 'paste') element.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
    else return ['dragenter', 'dragover', 'drop'].map((kind) => element.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }))).at(-1);
    return undefined;
  }, [how, name, type, buffer.toString('base64')]);
}

const loaded = (page, name) => until(`${name} is shown`, async () => {
  const image = messages(page).getByRole('img', { name }).last();
  return (await image.count()) > 0 && image.evaluate((element) => element.complete && element.naturalWidth > 0);
});

test('images are picked, described, sent and seen on the other side, where they are enlarged by keyboard', async () => {
  const [one, two] = [await signIn(server, 'Ben'), await signIn(server, 'Hana', { viewport: PHONE, colorScheme: 'dark' })];
  await openChat(one, 'Hana Sato');
  await openChat(two, 'Ben Okafor');
  await composer(two).waitFor();
  await composer(one).click();
  await pick(one, ['plan.png', 'image/png', png(640, 400)], ['other.png', 'image/png', png(20, 20)]);
  await tray(one).getByRole('listitem').nth(1).waitFor();
  await tray(one).getByRole('textbox', { name: 'What the image shows' }).first().fill('Plan of the stand');
  await tray(one).getByRole('button', { name: 'Remove the image' }).nth(1).click();
  assert.equal(await tray(one).getByRole('listitem').count(), 1);
  await keep(one, 'images-composer');
  await assertAccessible(one, 'the composer with an image');
  await composer(one).click();
  await one.keyboard.type('Here it is.');
  await one.keyboard.press('Enter');
  await tray(one).waitFor({ state: 'detached' });
  for (const page of [one, two]) {
    await hears(page, 'Here it is.');
    await loaded(page, 'Plan of the stand');
  }
  // Its place was there before it: as wide as the message says, in the proportions of the image.
  const place = messages(one).getByRole('button', { name: 'Enlarge: Plan of the stand' });
  const { width, height } = await place.boundingBox();
  assert.deepEqual([Math.round(width), Math.round(height)], [480, 300]);
  await keep(one, 'images-message');
  await keep(two, 'images-message-phone');
  await assertAccessible(two, 'a message with an image');

  await message(two, 'Here it is.').focus();
  await press(two, 'Tab', 'the image', () => document.activeElement?.getAttribute('aria-label')?.startsWith('Enlarge') === true);
  await two.keyboard.press('Enter');
  const large = two.getByRole('dialog').getByRole('img', { name: 'Plan of the stand' });
  await large.waitFor();
  await keep(two, 'images-large-phone');
  await assertAccessible(two, 'an image that is enlarged');
  await two.keyboard.press('Escape');
  await large.waitFor({ state: 'detached' });

  // An edit of the text keeps the image; taking it away takes it away.
  await act(one, 'Here it is.', 'Edit');
  await tray(one).getByRole('listitem').waitFor();
  await composer(one).click();
  await one.keyboard.press('End');
  await one.keyboard.type(' Look.');
  await one.keyboard.press('Enter');
  for (const page of [one, two]) {
    await hears(page, 'Here it is. Look.');
    await loaded(page, 'Plan of the stand');
  }
  await act(one, 'Here it is. Look.', 'Edit');
  await tray(one).getByRole('button', { name: 'Remove the image' }).click();
  await one.getByRole('button', { name: 'Save' }).click();
  for (const page of [one, two]) await messages(page).getByRole('button', { name: 'Enlarge: Plan of the stand' }).waitFor({ state: 'detached' });
  for (const page of [one, two]) {
    await assertUntroubled(page);
    await page.context().close();
  }
});

test('what is pasted or dropped is an image, is made small enough, or is refused with the reason', async () => {
  const page = await signIn(server, 'Ben', { viewport: NARROW });
  await openChat(page, 'Ada Lindqvist');
  await composer(page).waitFor();
  const photograph = png(900, 900, true);
  assert.ok(photograph.length > 1_441_792, 'larger than a message may be');
  await give(page, 'paste', 'photograph.png', 'image/png', photograph);
  await tray(page).getByRole('listitem').waitFor();
  // Anywhere on the conversation.
  await give(page, 'drop', 'small.png', 'image/png', png(30, 30), messages(page));
  await tray(page).getByRole('listitem').nth(1).waitFor();
  await keep(page, 'images-composer-narrow');
  await give(page, 'drop', 'plan.svg', 'image/svg+xml', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'));
  await page.getByText('plan.svg cannot be sent: only PNG, JPEG, GIF and WebP images can be.').first().waitFor();
  await give(page, 'drop', 'contract.pdf', 'application/pdf', Buffer.from('%PDF-1.7'));
  await page.getByText('Only images can be sent, other files not yet.').first().waitFor();
  // Where nothing takes it the browser does not open it in place of the page.
  assert.equal(await give(page, 'drop', 'lost.png', 'image/png', png(30, 30), page.getByRole('navigation', { name: 'Areas' })), false);
  assert.equal(await tray(page).getByRole('listitem').count(), 2);
  await composer(page).click();
  await page.keyboard.press('Enter');
  await loaded(page, 'Image');
  await messages(page).getByRole('button', { name: 'Enlarge: Image' }).nth(1).waitFor();
  const sent = await server.call('Ada', 'GET', `chats/${new URL(page.url()).pathname.split('/').at(-1)}/messages?$top=1&$orderby=createdDateTime desc`);
  const { body, id } = sent.value[0];
  assert.match(body.content, /<img src="[^"]+" alt="" width="900" height="900">/);
  const images = await server.call('Ada', 'GET', `chats/${encodeURIComponent(sent.value[0].chatId)}/messages/${id}/hostedContents`);
  assert.deepEqual(images.value.map((image) => image.contentType), ['image/jpeg', 'image/png']);
  assert.ok(images.value[0].size <= 1_048_576);
  // The list says what it is.
  await page.getByRole('button', { name: 'Back' }).click();
  await page.getByText('You: Image').waitFor();
  await assertUntroubled(page);
  await page.context().close();
});

test('nothing of an image shows before a request is accepted; then it does', async () => {
  const [one, two] = [await signIn(server, 'Daniel'), await signIn(server, 'Isaac')];
  await newChat(one, [server.person('Isaac').mail]);
  await composer(one).waitFor();
  await pick(one, ['first.png', 'image/png', png(60, 40)]);
  await tray(one).getByRole('textbox', { name: 'What the image shows' }).fill('A first picture');
  await composer(one).click();
  await one.keyboard.press('Enter');
  await loaded(one, 'A first picture');
  await openChat(two, 'Daniel Weiss');
  await two.getByRole('button', { name: 'Preview messages' }).click();
  const preview = two.getByRole('list', { name: 'What the request says' });
  await preview.getByText('An image. It is shown once you accept.').waitFor();
  assert.equal(await preview.locator('img').count(), 0);
  assert.ok(!(await two.content()).includes('A first picture'));
  await keep(two, 'images-preview');
  await two.getByRole('button', { name: 'Accept', exact: true }).click();
  await loaded(two, 'A first picture');
  for (const page of [one, two]) {
    await assertUntroubled(page);
    await page.context().close();
  }
});

test('where a personal account began, people of organisations are told that they cannot send images', async () => {
  const chat = await server.chat(['Kim', 'Ben'], undefined);
  await server.say('Kim', chat, 'Hello from home.');
  const page = await signIn(server, 'Ben');
  const mine = (await server.call('Ben', 'GET', `chats/${encodeURIComponent(chat)}`));
  if (mine.contactRequest?.state === 'pending') await server.call('Ben', 'POST', `chats/${encodeURIComponent(chat)}/acceptRequest`, {});
  await page.goto(`/u/${server.person('Ben').id}/chats/${encodeURIComponent(chat)}`);
  await composer(page).waitFor();
  await page.getByRole('button', { name: 'Add images' }).press('Enter');
  await page.getByText('In a chat that a personal account began, people of organisations cannot send images.').first().waitFor();
  await give(page, 'drop', 'small.png', 'image/png', png(30, 30));
  assert.equal(await tray(page).count(), 0);
  await keep(page, 'images-not-allowed');
  await page.context().close();
});
