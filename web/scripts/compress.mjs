// Puts the compressed forms of the built files beside them: the server sends them as they are.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** What has text in it; images and fonts are compressed already. */
const TEXT = new Set(['.js', '.css', '.svg', '.json', '.webmanifest', '.wasm', '.txt']);
/** Below this a compressed form saves no packet. */
const BYTES_MIN = 256;

const dist = new URL('../dist/', import.meta.url).pathname;
const total = { files: 0, plain: 0, brotli: 0 };
for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !TEXT.has(extname(entry.name))) continue;
  const file = join(entry.parentPath ?? entry.path, entry.name);
  const bytes = readFileSync(file);
  if (bytes.length < BYTES_MIN) continue;
  const brotli = brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
  writeFileSync(`${file}.br`, brotli);
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
  total.files += 1;
  total.plain += bytes.length;
  total.brotli += brotli.length;
}
const kilobytes = (bytes) => `${Math.round(bytes / 1000)} KB`;
console.log(`Compressed ${total.files} files: ${kilobytes(total.plain)} are ${kilobytes(total.brotli)}.`);
