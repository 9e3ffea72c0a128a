/**
 * Measures the client in Chromium against a whole server, and writes what it found to standard
 * output as a table for docs/performance.md. Fails where a promise about speed is broken.
 */
import { cpus } from 'node:os';

import { composer, messages, openChat } from './chat.mjs';
import { closeBrowser, newProfile, Server, signIn } from './harness.mjs';

const MESSAGES = Number(process.env.MESSAGES ?? 50_000);
/** Sends that wait for the server at the same time. */
const AT_ONCE = 64;
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
  await scroll();
  await type(chat);
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
  let bytes = 0;
  for (let times_ = 0; times_ < 3; times_ += 1) {
    const context = await newProfile(server, { serviceWorkers: 'block' });
    await context.addCookies(cookies);
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    await devtools.send('Network.enable');
    const scripts = new Map();
    devtools.on('Network.responseReceived', ({ requestId, type }) => type === 'Script' && scripts.set(requestId, 0));
    devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => scripts.has(requestId) && scripts.set(requestId, encodedDataLength));
    const started = performance.now();
    await page.goto('/');
    await page.getByText('Hana Sato').first().waitFor();
    times.push(performance.now() - started);
    await page.waitForTimeout(300);
    bytes = [...scripts.values()].reduce((sum, one) => sum + one, 0);
    await context.close();
  }
  report('JavaScript of the first load, compressed', bytes / 1000, 'KB', 300);
  report('First load until the chats are there, best of three', Math.min(...times), 'ms', 2000);
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

/** Pictures that the page draws while something happens, as the times between them. */
async function framesDuring(page, act) {
  await page.evaluate(() => {
    window.frames_ = [];
    let before = performance.now();
    const draw = (now) => {
      window.frames_.push(now - before);
      before = now;
      window.drawing = requestAnimationFrame(draw);
    };
    window.drawing = requestAnimationFrame(draw);
  });
  await act();
  return page.evaluate(() => {
    cancelAnimationFrame(window.drawing);
    return window.frames_.slice(1);
  });
}

/** Opens the long chat and scrolls up through it for a while, page by page. */
async function scroll() {
  const page = await signIn(server, 'Ben');
  const started = performance.now();
  await openChat(page, 'Ada Lindqvist');
  await messages(page).getByText(/^Message \d+/).last().waitFor();
  report('Opening the long chat', performance.now() - started, 'ms', 2000);
  const box = await messages(page).boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  const frames = await framesDuring(page, async () => {
    for (let turn = 0; turn < 200; turn += 1) {
      await page.mouse.wheel(0, -400);
      await page.waitForTimeout(16);
    }
  });
  report('Scrolling up, median time between pictures', percentile(frames, 0.5), 'ms', 34);
  report('Scrolling up, 95th percentile', percentile(frames, 0.95), 'ms');
  report('Elements in the list of messages', await messages(page).evaluate((list) => list.querySelectorAll('*').length), '', 10_000);
  await page.context().close();
}

/** Types while messages pour in, and measures from each key to the picture that shows it. */
async function type(chat) {
  const page = await signIn(server, 'Ben');
  await openChat(page, 'Ada Lindqvist');
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
  report('Messages that poured in meanwhile, a second', await pouring, '');
  const keys = await page.evaluate(() => window.keys);
  report('From a key to its picture while they pour in, median', percentile(keys, 0.5), 'ms', 100);
  report('From a key to its picture, 95th percentile', percentile(keys, 0.95), 'ms');
  report('From a key to its picture, longest', Math.max(...keys), 'ms');
  await page.context().close();
}
