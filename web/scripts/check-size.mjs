// What the first screen of the chat loads must stay small: the page's own scripts, compressed as
// they are served. The editor, the administration centre and dialogs come when they are needed.
import { readFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';

const BYTES_MAX = 300 * 1024;
const dist = new URL('../dist/', import.meta.url);
const page = readFileSync(new URL('index.html', dist), 'utf8');
const files = new Set(Array.from(page.matchAll(/\/(assets\/[^"]+\.js)"/g), (match) => match[1]));
if (files.size === 0) throw new Error('dist/index.html names no script');
const bytes = [...files].reduce((sum, file) => sum + brotliCompressSync(readFileSync(new URL(file, dist))).length, 0);
const shown = `The first load is ${Math.round(bytes / 1024)} KB of ${BYTES_MAX / 1024} KB of compressed JavaScript in ${files.size} files.\n`;
if (bytes > BYTES_MAX) {
  process.stderr.write(shown);
  process.exit(1);
}
process.stdout.write(shown);
