import { describe, expect, it } from 'vitest';

import { entriesOfFile, firstColumn, normalised, readEntries, toCsv } from './entries';

describe('reading entries', () => {
  it('takes lines, commas, semicolons and blanks, and skips a heading', () => {
    const { entries, problems } = readEntries('domain\r\nA.example, b.example;c.example\n\n  @d.example. ', 'domain', [], 10);
    expect(entries).toEqual(['a.example', 'b.example', 'c.example', 'd.example']);
    expect(problems).toEqual([]);
  });

  it('names the line of what cannot be used, and why', () => {
    const { entries, problems } = readEntries('a.example\nno domain\na.example\nold.example\nb.example\nc.example', 'domain', ['old.example'], 3);
    expect(entries).toEqual(['a.example', 'b.example']);
    expect(problems).toEqual([
      { line: 2, text: 'no', why: 'invalid' },
      { line: 2, text: 'domain', why: 'invalid' },
      { line: 3, text: 'a.example', why: 'duplicate' },
      { line: 4, text: 'old.example', why: 'listed' },
      { line: 6, text: 'c.example', why: 'tooMany' },
    ]);
  });

  it('brings domains into the form that the server keeps', () => {
    expect(normalised('Bücher.example', 'domain')).toBe('xn--bcher-kva.example');
    for (const bad of ['', 'localhost', '-a.example', 'a..example', '10.0.0.1', 'a.example/x', 'a b', `${'a'.repeat(64)}.example`]) {
      expect(normalised(bad, 'domain'), bad).toBeNull();
    }
  });

  it('reads people by address or account id, also in the form of scripts', () => {
    expect(normalised('Ann@Mail.example', 'person')).toBe('ann@mail.example');
    expect(normalised('8:orgid:00000000-0000-7000-8000-00000000000A', 'person')).toBe('00000000-0000-7000-8000-00000000000a');
    for (const bad of ['ann', '@mail.example', 'ann@mail', 'a@b@c.example', 'a nn@mail.example']) expect(normalised(bad, 'person'), bad).toBeNull();
  });
});

describe('what people paste', () => {
  it('gives the first column of a table, and all of a row of entries', () => {
    expect(readEntries('a.example\ta partner since 2020\nb.example\t', 'domain', [], 10)).toEqual({ entries: ['a.example', 'b.example'], problems: [] });
    expect(readEntries('a.example\tb.example', 'domain', [], 10).entries).toEqual(['a.example', 'b.example']);
  });

  it('gives people as mail programs write them, without their names', () => {
    const { entries, problems } = readEntries('Kim Nguyen <Kim@Mail.example>, "Nguyen, Pia" <pia@mail.example>; <lu@mail.example>', 'person', [], 10);
    expect(entries).toEqual(['kim@mail.example', 'pia@mail.example', 'lu@mail.example']);
    expect(problems).toEqual([]);
  });
});

describe('files', () => {
  it('give all of a text or of a single line, and the first column of a table', () => {
    expect(entriesOfFile('list.txt', 'a.example, b.example, c.example\nd.example')).toBe('a.example, b.example, c.example\nd.example');
    expect(entriesOfFile('list.csv', 'a.example,b.example\n')).toBe('a.example,b.example\n');
    expect(entriesOfFile('list.csv', 'a.example,ours\nb.example,theirs')).toBe('a.example\nb.example');
  });

  it('are read back as they were written', () => {
    const entries = ['a.example', 'b.example'];
    const { entries: read } = readEntries(firstColumn(toCsv('domain', entries)), 'domain', [], 10);
    expect(read).toEqual(entries);
  });

  it('keep the line of each row and take the first column only', () => {
    expect(firstColumn('\uFEFF"a.example",note\n\nb.example;x')).toBe('a.example\n\nb.example');
  });

  it('have nothing in them that a spreadsheet would run', () => {
    expect(toCsv('address', ['=cmd@x.example'])).toBe("address\r\n'=cmd@x.example\r\n");
  });
});
