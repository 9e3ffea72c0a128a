// Every language says everything, with the same parameters; nothing is left over.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const src = new URL('../src/', import.meta.url).pathname;
const folders = readdirSync(src, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name === 'catalogues')
  .map((entry) => join(entry.parentPath, entry.name));
const sources = readdirSync(src, { recursive: true })
  .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('schema.gen.ts'))
  .map((name) => readFileSync(join(src, name), 'utf8'))
  .join('\n');
const problems = [];

for (const folder of folders) {
  const read = (file) => JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const english = read('en.json');
  for (const file of readdirSync(folder)) {
    const texts = read(file);
    const where = join(folder, file).slice(src.length);
    for (const key of Object.keys(english)) {
      if (!(key in texts)) problems.push(`${where}: ${key} is missing`);
      else if (parameters(english[key]) !== parameters(texts[key])) problems.push(`${where}: ${key} has other parameters than in English`);
      else if (typeof texts[key] === 'object') problems.push(...missingForms(where, key, texts[key], file));
    }
    for (const key of Object.keys(texts)) {
      if (!(key in english)) problems.push(`${where}: ${key} is not in English`);
      if (JSON.stringify(texts[key]) === '""') problems.push(`${where}: ${key} is empty`);
    }
  }
  for (const key of Object.keys(english)) {
    if (!isUsed(key)) problems.push(`${join(folder, 'en.json').slice(src.length)}: ${key} is used nowhere`);
  }
}

/** The names in braces, once each. `count` may be left out of a form: “one message”. */
function parameters(text) {
  const all = typeof text === 'string' ? text : Object.values(text).join(' ');
  const names = new Set(Array.from(all.matchAll(/\{(\w+)\}/g), (match) => match[1]));
  names.delete('count');
  return [...names].toSorted().join();
}

function missingForms(where, key, text, file) {
  const wanted = new Intl.PluralRules(file.replace('.json', '')).resolvedOptions().pluralCategories;
  return wanted.filter((form) => !(form in text)).map((form) => `${where}: ${key} lacks the form ${form}`);
}

/** Keys are written whole, or made from a prefix that ends with a dot: `failure.${reason}`. */
function isUsed(key) {
  if (sources.includes(`'${key}'`)) return true;
  const prefixes = key.split('.').map((_, at, words) => words.slice(0, at).join('.')).filter(Boolean);
  return prefixes.some((prefix) => sources.includes(`\`${prefix}.\${`));
}

if (problems.length > 0) {
  process.stderr.write(`${problems.join('\n')}\n`);
  process.exit(1);
}
process.stdout.write(`${folders.length} catalogues are complete.\n`);
