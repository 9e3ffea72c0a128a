/**
 * A client with one more language, made as anybody would make one: by a file in each folder of
 * catalogues. Its words are half as long again, full of accents, and run from right to left. It is
 * built beside the real one and served in its place, under the real server's policy.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';

const web = new URL('../', import.meta.url).pathname;
/** The language of the file: a real one, so that numbers, dates, plurals and direction are real. */
export const LANGUAGE = 'ar';

/** Copies the client, adds the language, has it checked as every other, and builds it. */
export function buildOtherClient() {
  const folder = mkdtempSync(join(tmpdir(), 'visavis-client-'));
  for (const part of ['src', 'public', 'scripts', 'index.html', 'package.json', 'tsconfig.json', 'vite.config.ts', 'vite.shell.ts']) {
    cpSync(join(web, part), join(folder, part), { recursive: true });
  }
  symlinkSync(join(web, 'node_modules'), join(folder, 'node_modules'));
  for (const catalogues of ['src/i18n/catalogues', 'src/admin/catalogues']) {
    const english = JSON.parse(readFileSync(join(folder, catalogues, 'en.json'), 'utf8'));
    writeFileSync(join(folder, catalogues, `${LANGUAGE}.json`), JSON.stringify(translated(english), null, 2));
  }
  const run = (program, ...words) => execFileSync(program, words, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  run(process.execPath, 'scripts/check-catalogues.mjs');
  run(process.execPath, join(web, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'error');
  return { dist: join(folder, 'dist'), end: () => rmSync(folder, { recursive: true, force: true }) };
}

const KINDS = { '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.png': 'image/png', '.webmanifest': 'application/manifest+json' };

/** Serves a built client in place of the one inside the server; the rest, and the policy, is the server's. */
export async function useClient(context, dist) {
  const page = readFileSync(join(dist, 'index.html'), 'utf8');
  const assets = new Set(readdirSync(join(dist, 'assets')));
  // To the browser such a page comes from nowhere, and would not be allowed to talk to this machine.
  await context.grantPermissions(['local-network-access']);
  await context.route('**/*', async (route) => {
    const { pathname } = new URL(route.request().url());
    if (route.request().resourceType() === 'document') {
      const answer = await route.fetch();
      const nonce = /name="csp-nonce" content="([^"]*)"/.exec(await answer.text())?.[1];
      return nonce === undefined ? route.fulfill({ response: answer }) : route.fulfill({ response: answer, body: page.replace('name="csp-nonce" content=""', `name="csp-nonce" content="${nonce}"`) });
    }
    const file = join(dist, pathname);
    if (pathname.startsWith('/assets/') && assets.has(pathname.slice('/assets/'.length)) && existsSync(file)) {
      return route.fulfill({ body: readFileSync(file), contentType: KINDS[extname(file)] ?? 'application/octet-stream' });
    }
    return route.fallback();
  });
}

/** Every plural form that the language has, for texts that have forms. */
function translated(english) {
  const { pluralCategories } = new Intl.PluralRules(LANGUAGE).resolvedOptions();
  return Object.fromEntries(Object.entries(english).map(([key, text]) => [
    key,
    typeof text === 'string' ? other(text) : Object.fromEntries(pluralCategories.map((form) => [form, other(text[form] ?? text.other)])),
  ]));
}

const ACCENTED = { a: 'å', e: 'ë', i: 'ï', o: 'ø', u: 'ü', y: 'ÿ', A: 'Å', E: 'Ë', I: 'Ï', O: 'Ø', U: 'Ü', c: 'ç', n: 'ñ', s: 'š' };
/** A letter that runs from right to left, before and after every text. */
const EDGE = 'ﻡ';

/** A text in the other language: its parameters stay, its words grow. */
export function other(text) {
  const parts = text.split(/(\{\w+\})/);
  const grown = parts.map((part) => (/^\{\w+\}$/.test(part) ? part : part.split(' ').map(lengthened).join(' ')));
  return `${EDGE}${grown.join('')}${EDGE}`;
}

/** As German is longer than English: short words most. */
function lengthened(word) {
  const accented = Array.from(word, (letter) => ACCENTED[letter] ?? letter).join('');
  return word.length < 3 ? accented : `${accented}${'ö'.repeat(Math.ceil(word.length / (word.length < 8 ? 2 : 3)))}`;
}
