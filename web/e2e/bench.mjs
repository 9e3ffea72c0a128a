/**
 * Measures the client in Chromium against a whole server, and writes what it found to standard
 * output as a table for docs/performance.md. Fails where a promise about speed is broken.
 */
import { cpus } from 'node:os';

import { composer, messages, openChat, toNewest } from './chat.mjs';
import { closeBrowser, newProfile, Server, signIn } from './harness.mjs';

const MESSAGES = Number(process.env.MESSAGES ?? 50_000);
/** Sends that wait for the server at the same time. */
const AT_ONCE = 64;
/** With each picture: 14,000 pixels a second, faster than anybody reads or most wheels turn. */
const STEP_PX = 240;
const POURING_PER_S = 50;
const POURING_S = 10;

const rows = [];
const broken = [];
/** A line of the table, with the promise it is held against, if there is one. */
function report(what, value, unit, most) {
  const shown = Math.round(value * 10) / 10;
  rows.push(`| ${what} | ${shown.toLocaleString('en')} ${unit} | ${most === undefined ? '–' : `${most.toLocaleString('en')} ${unit}`} |`);
  if (most !== undefined && value > most) broken.push(`${what}: ${shown} ${unit}, at most ${most}`);
}

const percentile = (values, part) => values.toSorted((one, other) => one - other)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? 0;

const server = await Server.start();
try {
  await firstLoad();
  const chat = await server.chat(['Ben', 'Ada']);
  await fill(chat);
  await scroll(chat);
  await typing(chat);
} finally {
  await closeBrowser();
  await server.end();
}
console.log(`\n${cpus().length} cores (${cpus()[0].model}), Chromium, a development build of the server on the same machine.\n`);
console.log('| What | Measured | Promised |\n|---|---:|---:|');
console.log(rows.join('\n'));
if (broken.length > 0) {
  console.error(`\nNot as promised:\n  ${broken.join('\n  ')}`);
  process.exitCode = 1;
}

/** How much is fetched until the list of chats is there, and how long that takes, with an empty cache. */
async function firstLoad() {
  const signedIn = await signIn(server, 'Ben');
  const cookies = await signedIn.context().cookies();
  await signedIn.context().close();
  const times = [];
  const writing = [];
  const chat = await server.chat(['Ben', 'Hana']);
  let bytes = 0;
  for (let times_ = 0; times_ < 3; times_ += 1) {
    const context = await newProfile(server, { serviceWorkers: 'block' });
    await context.addCookies(cookies);
    const page = await context.newPage();
    const started = performance.now();
    await page.goto('/');
    await page.getByText('Hana Sato').first().waitFor();
    times.push(performance.now() - started);
    await page.waitForTimeout(300);
    bytes = await page.evaluate(() => performance.getEntriesByType('resource')
      .filter(({ name }) => new URL(name).pathname.endsWith('.js'))
      .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0));
    await context.close();
    const other = await newProfile(server, { serviceWorkers: 'block' });
    await other.addCookies(cookies);
    const opened = await other.newPage();
    const began = performance.now();
    await opened.goto(`/u/${server.person('Ben').id}/chats/${encodeURIComponent(chat)}`);
    await messages(opened).getByRole('listitem').last().waitFor();
    await composer(opened).waitFor();
    writing.push(performance.now() - began);
    await other.close();
  }
  report('JavaScript of the first load, compressed', bytes / 1000, 'KB', 300);
  report('First load until the chats are there, best of three', Math.min(...times), 'ms', 2000);
  report('First load of a chat until one can write in it, best of three', Math.min(...writing), 'ms', 2000);
}

/** Fills a chat with messages, as fast as the server takes them. */
async function fill(chat) {
  const started = performance.now();
  let next = 0;
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    while (next < MESSAGES) {
      next += 1;
      await server.say('Ada', chat, `Message ${next}: ${'something to read '.repeat(1 + (next % 5))}`);
    }
  }));
  report(`Filling a chat with ${MESSAGES.toLocaleString('en')} messages over HTTP`, (performance.now() - started) / 1000, 's');
}

/** Opens the long chat and scrolls through the whole of it: up to the first message, page by page, and down again. */
async function scroll(chat) {
  const page = await signIn(server, 'Ben');
  const started = performance.now();
  await openChat(page, 'Ada Lindqvist');
  await messages(page).getByText(/^Message \d+/).last().waitFor();
  report('Opening the long chat', performance.now() - started, 'ms', 2000);
  await toNewest(page);
  const up = await through(page, -STEP_PX);
  report(`Scrolling up through all ${MESSAGES.toLocaleString('en')} messages, while their pages load`, up.ms / 1000, 's');
  reportFrames('Scrolling up', up.frames);
  const down = await through(page, STEP_PX * 4);
  reportFrames('Thrown down again, four times as fast', down.frames);
  await type(page, chat, 'With all of them loaded');
  report('Elements in the list of messages', await messages(page).evaluate((list) => list.querySelectorAll('*').length), '', 10_000);
  await page.context().close();
}

function reportFrames(what, frames) {
  report(`${what}, median time between pictures`, percentile(frames, 0.5), 'ms', 34);
  report(`${what}, 95th percentile`, percentile(frames, 0.95), 'ms');
  report(`${what}, 99th percentile`, percentile(frames, 0.99), 'ms');
  report(`${what}, longest`, frames.reduce((most, one) => Math.max(most, one), 0), 'ms');
}

/** Scrolls by so much with each picture until the first, or last, message is there; gives the times between pictures. */
function through(page, step) {
  return messages(page).evaluate(async (list, { step, last, waitMs }) => {
    const frames = [];
    const started = performance.now();
    let before = started;
    let moved = started;
    let at = list.scrollTop;
    const isThere = () => (step < 0
      ? list.scrollTop <= 0 && [...list.querySelectorAll('[data-bubble]')].some((bubble) => bubble.textContent.startsWith('Message 1:'))
      : list.scrollTop + list.clientHeight >= list.scrollHeight - 2 && [...list.querySelectorAll('[data-bubble]')].some((bubble) => bubble.textContent.startsWith(`Message ${last}:`)));
    while (!isThere()) {
      const now = await new Promise((resolve) => requestAnimationFrame(resolve));
      frames.push(now - before);
      before = now;
      list.scrollTop += step;
      // At the beginning of what is loaded it waits for the page before, but not for ever.
      if (Math.abs(list.scrollTop - at) > 1) moved = now;
      at = list.scrollTop;
      if (now - moved > waitMs) throw new Error(`nothing moves any more at ${list.scrollTop} of ${list.scrollHeight}: ${list.querySelector('[data-bubble]')?.textContent}`);
    }
    return { frames: frames.slice(1), ms: performance.now() - started };
  }, { step, last: MESSAGES, waitMs: 30_000 });
}

/** Measures typing in a chat that has just been opened. */
async function typing(chat) {
  const page = await signIn(server, 'Ben');
  await openChat(page, 'Ada Lindqvist');
  await type(page, chat, 'Just opened');
  await page.context().close();
}

/** Types while messages pour in, and measures from each key to the picture that shows it. */
async function type(page, chat, when) {
  await composer(page).click();
  await page.evaluate(() => {
    window.keys = [];
    document.addEventListener('keydown', () => {
      const pressed = performance.now();
      requestAnimationFrame(() => requestAnimationFrame(() => window.keys.push(performance.now() - pressed)));
    }, true);
  });
  let isPouring = true;
  let poured = 0;
  const pouring = (async () => {
    const started = performance.now();
    while (isPouring) {
      const due = Math.floor(((performance.now() - started) / 1000) * POURING_PER_S);
      const late = Array.from({ length: Math.max(0, due - poured) }, (_, at) => server.say('Ada', chat, `Pouring ${poured + at}`));
      poured += late.length;
      await Promise.all(late);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return poured / ((performance.now() - started) / 1000);
  })();
  const end = performance.now() + POURING_S * 1000;
  while (performance.now() < end) await page.keyboard.type('typing ', { delay: 40 });
  isPouring = false;
  report(`${when}: messages that pour in while somebody types, a second`, await pouring, '');
  const keys = await page.evaluate(() => window.keys);
  report(`${when}: from a key to its picture meanwhile, median`, percentile(keys, 0.5), 'ms', 50);
  report(`${when}: from a key to its picture, 95th percentile`, percentile(keys, 0.95), 'ms', 100);
  report(`${when}: from a key to its picture, longest`, Math.max(...keys), 'ms');
}
