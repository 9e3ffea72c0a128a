/** Entries of lists of domains and people: read from whatever somebody pastes or imports. */

export type EntryKind = 'domain' | 'person';

/** A line that cannot become an entry, and why. */
export interface Problem {
  readonly line: number;
  readonly text: string;
  readonly why: 'invalid' | 'duplicate' | 'listed' | 'tooMany';
}

export interface Reading {
  /** New entries in normal form, in their order. */
  readonly entries: readonly string[];
  readonly problems: readonly Problem[];
}

const LABEL = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;
const ACCOUNT_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const HEADINGS = new Set(['domain', 'domains', 'domäne', 'address', 'adresse', 'email', 'e-mail', 'person', 'user']);
const DOMAIN_BYTES_MAX = 253;
const EMAIL_BYTES_MAX = 254;

/** Reads lines, and several entries of a line apart by commas, semicolons or blanks. */
export function readEntries(text: string, kind: EntryKind, listed: readonly string[], max: number): Reading {
  const known = new Set(listed);
  const entries: string[] = [];
  const problems: Problem[] = [];
  const fresh = new Set<string>();
  text.split(/\r\n|\r|\n/).forEach((line, index) => {
    for (const part of partsOf(line, kind)) {
      const place = { line: index + 1, text: part };
      if (index === 0 && HEADINGS.has(part.toLowerCase())) continue;
      const entry = normalised(part, kind);
      if (entry === null) problems.push({ ...place, why: 'invalid' });
      else if (fresh.has(entry)) problems.push({ ...place, why: 'duplicate' });
      else if (known.has(entry)) problems.push({ ...place, why: 'listed' });
      else if (listed.length + entries.length >= max) problems.push({ ...place, why: 'tooMany' });
      else {
        fresh.add(entry);
        entries.push(entry);
      }
    }
  });
  return { entries, problems };
}

/** A person as mail programs write them, `"Nguyen, Kim" <kim@mail.example>`. */
const NAMED = /(^|[,;])\s*(?:"[^"]*"|[^,;<>"]*)\s*<([^<>\s]+@[^<>\s]+)>/g;

/** What of a line may be an entry. Of a row of a table that was pasted it is the first cell, unless all are entries. */
function partsOf(line: string, kind: EntryKind): readonly string[] {
  const cells = line.split('\t').map(unquoted).filter(Boolean);
  const isTable = cells.length > 1 && !cells.every((cell) => normalised(cell, kind) !== null);
  const words = isTable ? (cells[0] ?? '') : line;
  const plain = kind === 'person' ? words.replace(NAMED, '$1 $2') : words;
  return plain.split(/[\s,;]+/).map(unquoted).filter(Boolean);
}

/** What a file has of entries: the first column of a table; all of a text, and of a single line. */
export function entriesOfFile(name: string, content: string): string {
  const text = content.replace(/^\uFEFF/, '');
  const isLine = !/[\r\n]/.test(text.trim());
  return /\.csv$/i.test(name) && !isLine ? firstColumn(text) : text;
}

/** The first column of a comma- or semicolon-separated file, line by line. */
export function firstColumn(csv: string): string {
  return csv
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .map((line) => /^\s*(?:"((?:[^"]|"")*)"|([^,;\t]*))/.exec(line))
    .map((match) => (match?.[1]?.replaceAll('""', '"') ?? match?.[2] ?? '').trim())
    .join('\n');
}

/** A list as a file that spreadsheets open and `firstColumn` reads. */
export function toCsv(heading: string, entries: readonly string[]): string {
  return [heading, ...entries].map(quotedCell).join('\r\n').concat('\r\n');
}

/** A cell of such a file; spreadsheets must not take it for a formula. */
export function quotedCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",;\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function unquoted(text: string): string {
  return text.trim().replace(/^["'<]+|["'>]+$/g, '');
}

/** An entry in the form that the server keeps, or null. */
export function normalised(text: string, kind: EntryKind): string | null {
  return kind === 'domain' ? domainOf(text.replace(/^@/, '')) : personOf(text);
}

function domainOf(text: string): string | null {
  const ascii = asciiOf(text.toLowerCase().replace(/\.$/, ''));
  if (ascii === null || ascii.length > DOMAIN_BYTES_MAX) return null;
  const labels = ascii.split('.');
  const last = labels.at(-1) ?? '';
  return labels.length >= 2 && labels.every((label) => LABEL.test(label)) && !/^\d+$/.test(last) ? ascii : null;
}

/** The form of an international name in the domain name system. */
function asciiOf(text: string): string | null {
  if (/^[\w.-]*$/.test(text)) return text;
  try {
    const { hostname, host } = new URL(`http://${text}`);
    return host === hostname && !/[/?#@:]/.test(text) ? hostname : null;
  } catch {
    return null;
  }
}

function personOf(text: string): string | null {
  const lower = text.toLowerCase().replace(/^8:orgid:/, '');
  if (ACCOUNT_ID.test(lower)) return lower;
  const at = lower.lastIndexOf('@');
  const local = lower.slice(0, at);
  if (at < 1 || local.length > 64 || /[\s"(),:;<>[\\\]@]/.test(local)) return null;
  const domain = domainOf(lower.slice(at + 1));
  const address = domain === null ? null : `${local}@${domain}`;
  return address !== null && address.length <= EMAIL_BYTES_MAX ? address : null;
}
