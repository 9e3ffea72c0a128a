// Styles name sides by the direction of the text, so that right-to-left works: `marginInlineStart`,
// not `marginLeft`. Sizes are logical, too; a few must go by the name that Fluent's own styles have.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const src = new URL('../src/', import.meta.url).pathname;
const PHYSICAL = /\b(margin|padding|border|inset)(Left|Right)\w*\s*:|\b(left|right)\s*:\s*['"`\d-]|\b(textAlign|float|clear|captionSide)\s*:\s*'(left|right)'|\bborder(Top|Bottom)(Left|Right)Radius\s*:|\bshorthands\.(padding|margin|inset|borderRadius)\((?:[^(),]+,){3}/;
const problems = [];
for (const name of readdirSync(src, { recursive: true })) {
  if (!/\.tsx?$/.test(name) || /\.test\.tsx?$/.test(name)) continue;
  const lines = readFileSync(join(src, name), 'utf8').split('\n');
  for (const [at, line] of lines.entries()) {
    const found = PHYSICAL.exec(line);
    if (found) problems.push(`src/${name}:${at + 1}: ${found[0].trim()} names a side of the screen: say it by the direction of the text`);
  }
}
if (problems.length > 0) {
  process.stderr.write(`${problems.join('\n')}\n`);
  process.exit(1);
}
process.stdout.write('Styles go with the direction of the text.\n');
