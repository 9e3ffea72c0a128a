/**
 * What the tests in a browser share: a server with the demonstration, people who are signed in,
 * and the things that must never happen, which are watched on every page.
 */
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { promisify } from 'node:util';

import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';

import { useClient } from './otherClient.mjs';

const PROGRAM = process.env.VISAVIS ?? new URL('../../target/debug/visavis', import.meta.url).pathname;
const CHROMIUM = process.env.CHROMIUM || '/usr/bin/chromium';
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run', '--disable-gpu-watchdog'];
const START_MS_MAX = 90_000;
/** A server that is asked to end and a browser that is closed take less, or something is wrong. */
const END_MS_MAX = 30_000;
/** What is still found wrong with a page after so long is wrong. */
const STAYS_MS = 5_000;
/** Longer than anything takes on a busy machine; what is waited for usually takes a moment. */
export const WAIT_MS_MAX = 45_000;

export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };
export const NARROW = { width: 320, height: 640 };

const ARTEFACTS = new URL('../../artefacts/', import.meta.url).pathname;

/** A server on a free port with a demonstration of its own. */
export class Server {
  static async start() {
    const server = new Server();
    server.data = mkdtempSync(join(tmpdir(), 'visavis-e2e-'));
    await server.serve('127.0.0.1:0');
    server.demo = JSON.parse(readFileSync(join(server.data, 'demo.json'), 'utf8'));
    return server;
  }

  async serve(listen) {
    const child = spawn(PROGRAM, ['serve', '--demo', '--data', this.data, '--listen', listen], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    // Nothing of a test that is given up stays behind.
    process.once('exit', () => child.kill('SIGKILL'));
    let said = '';
    let complained = '';
    child.stderr.on('data', (text) => (complained = (complained + text).slice(-4000)));
    this.url = await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`the server did not start: ${said}${complained}`)), START_MS_MAX);
      child.on('error', reject);
      child.on('exit', (code) => reject(new Error(`the server ended with ${code}: ${complained}`)));
      child.stdout.on('data', (text) => {
        said += text;
        const found = /listening on (\S+)/.exec(said);
        if (!found) return;
        clearTimeout(timer);
        resolve(found[1]);
      });
    });
  }

  /** Stops the process and keeps its data, so that it can be started again at the same address. */
  async stop() {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await inTime('the server ends', ended);
  }

  async startAgain() {
    await this.serve(new URL(this.url).host);
  }

  async end() {
    if (this.child.exitCode === null) await this.stop();
    rmSync(this.data, { recursive: true, force: true });
  }

  /** Somebody of the demonstration, by the first name. */
  person(name) {
    const found = this.demo.accounts.find((account) => account.displayName.split(' ')[0] === name);
    if (!found) throw new Error(`nobody is called ${name}`);
    return found;
  }

  /** A call of the API past the browser, as somebody. */
  async call(name, method, path, body) {
    const response = await fetch(`${this.url}/v1.0/${path}`, {
      method,
      headers: { authorization: `Bearer ${this.person(name).token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const answer = text ? JSON.parse(text) : null;
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return answer;
  }

  /** The chat of these people, made if need be; the first starts it, the others accept. */
  async chat(names, topic) {
    const members = names.map((name) => ({
      '@odata.type': '#microsoft.graph.aadUserConversationMember',
      roles: ['owner'],
      'user@odata.bind': `${this.url}/v1.0/users('${this.person(name).mail}')`,
    }));
    const chatType = topic ? 'group' : 'oneOnOne';
    const chat = await this.call(names[0], 'POST', 'chats', { chatType, ...(topic ? { topic } : {}), members });
    return chat.id;
  }

  /** A command of the operator, who has the data folder at hand. */
  async operate(...words) {
    await promisify(execFile)(PROGRAM, ['--data', this.data, ...words]);
  }

  /** Somebody whom the demonstration does not have. */
  async newcomer(displayName, mail, ...words) {
    const { password } = this.demo.accounts[0];
    await this.operate('account', 'create', '--name', displayName, '--address', mail, '--password', password, ...words);
    const answer = await fetch(`${this.url}/v1.0/auth/signIn`, {
      method: 'POST',
      headers: { origin: this.url, 'content-type': 'application/json' },
      body: JSON.stringify({ address: mail, password }),
    });
    const { account } = await answer.json();
    const [token] = /vv_[^;]+/.exec(answer.headers.get('set-cookie'));
    this.demo.accounts.push({ id: account.id, displayName, mail, password, token });
  }

  async say(name, chat, content, contentType = 'text') {
    return this.call(name, 'POST', `chats/${encodeURIComponent(chat)}/messages`, { body: { contentType, content } });
  }

  /** Somebody has read a chat: it opens at its end. */
  async read(name, chat) {
    return this.call(name, 'POST', `chats/${encodeURIComponent(chat)}/markChatReadForUser`, { user: { id: this.person(name).id } });
  }
}

/** A server for all tests of a file. It ends after them, and the browser with it. */
export async function serverForThisFile() {
  const server = await Server.start();
  after(async () => {
    await closeBrowser();
    await server.end();
  });
  return server;
}

/** A promise: several may ask for the browser at once, and there is one. */
let browser = null;

/** The one browser of this run. */
function launched() {
  browser ??= chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  return browser;
}

export async function closeBrowser() {
  const closing = browser?.then((one) => one.close());
  browser = null;
  await inTime('the browser closes', closing);
}

async function inTime(what, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it did not come about that ${what}`)), END_MS_MAX);
  });
  await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** A profile of the browser with nobody signed in: cookies and storage are its own. */
export async function newProfile(server, options = {}) {
  const context = await (await launched()).newContext({
    baseURL: server.url,
    viewport: DESKTOP,
    locale: 'en-GB',
    reducedMotion: 'reduce',
    ...(process.env.CLIENT_DIST ? { serviceWorkers: 'block' } : {}),
    ...options,
  });
  context.setDefaultTimeout(WAIT_MS_MAX);
  await context.addInitScript(() => {
    window.violations = [];
    document.addEventListener('securitypolicyviolation', (event) => {
      window.violations.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile ?? ''}`);
    });
  });
  // While one works on the client: a built one from its folder, without building the server anew.
  if (process.env.CLIENT_DIST) await useClient(context, process.env.CLIENT_DIST);
  const troubles = [];
  context.troubles = troubles;
  context.on('page', (page) => {
    page.on('pageerror', (error) => troubles.push(`error: ${error.message}`));
    page.on('dialog', (dialog) => {
      troubles.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('console', (message) => {
      if (/Content Security Policy|Refused to/.test(message.text())) troubles.push(`policy: ${message.text()}`);
    });
  });
  return context;
}

/** Signs somebody of the demonstration in through the page, in a profile of their own if none is given. */
export async function signIn(server, name, options = {}) {
  const { context = await newProfile(server, options), isFurther = false } = options;
  const page = await context.newPage();
  const person = server.person(name);
  await page.goto(isFurther ? '/sign-in' : '/');
  await enter(page, person.mail, person.password);
  await page.waitForURL('**/u/*/chats*');
  return page;
}

/** Fills in the page of sign-ins: the address, then the password. */
export async function enter(page, address, password) {
  await page.getByRole('textbox', { name: 'E-mail address' }).fill(address);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('textbox', { name: 'Password' }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Fails if anything happened that never may: a broken policy, an error of a script, a dialog. */
export async function assertUntroubled(page) {
  const violations = await page.evaluate(() => window.violations);
  const troubles = [...page.context().troubles, ...violations];
  if (troubles.length > 0) throw new Error(`on ${page.url()}:\n  ${troubles.join('\n  ')}`);
}

/** Keeps what the page looks like, for people to look at. */
export async function keep(page, name) {
  mkdirSync(ARTEFACTS, { recursive: true });
  await page.screenshot({ path: join(ARTEFACTS, `${name}.png`) });
}

/** Fails if axe finds anything that stays, by all rules or by some. A dialog that has just closed hides the page a moment longer than it is there itself. */
export async function assertAccessible(page, what, rules = null) {
  const problems = await staying(() => axe(page, rules));
  if (problems.length > 0) throw new Error(`axe on ${what}:\n  ${problems.join('\n  ')}`);
}

/** What is found wrong with a page and stays: what floats over it finds its place a moment later than the page. */
export async function staying(find) {
  const end = performance.now() + STAYS_MS;
  for (;;) {
    const found = await find();
    if (found.length === 0 || performance.now() > end) return found;
    await new Promise((resolve) => setTimeout(resolve, STAYS_MS / 20));
  }
}

/** What axe finds. Fluent's own focus guards are empty, focusable and hidden on purpose. */
async function axe(page, rules) {
  // A page that has axe already does not need its half a megabyte again.
  const axeSource = (await page.evaluate(() => typeof window.axe === 'object')) ? ';' : undefined;
  // There are no frames, so axe needs no page of its own to put its findings together.
  const builder = new AxeBuilder({ page, axeSource }).setLegacyMode(true).exclude('[data-tabster-dummy]').options({ resultTypes: ['violations'] });
  const found = await (rules ? builder.withRules(rules) : builder).analyze();
  return found.violations.map(({ id, impact, nodes }) => {
    const where = nodes.slice(0, 4).map((node) => `${node.target.join(' ')}: ${node.failureSummary?.split('\n').slice(1, 3).join(' ')}`);
    return `${id} (${impact}):\n    ${where.join('\n    ')}`;
  });
}

/** Waits until something holds, and says what did not. */
export async function until(what, isSo, within = WAIT_MS_MAX) {
  const end = performance.now() + within;
  for (;;) {
    if (await isSo()) return;
    if (performance.now() > end) throw new Error(`it did not come about that ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Presses a key until the focus is where it is wanted. */
export async function press(page, key, what, isThere) {
  for (let times = 0; times < 80; times += 1) {
    if (await page.evaluate(isThere)) return;
    await page.keyboard.press(key);
    // The focus moves with the next picture.
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  }
  throw new Error(`${key} does not lead to ${what}`);
}
