import { AutoLinkNode, LinkNode } from '@lexical/link';
import { $createParagraphNode, $createTextNode, $getRoot, $getSelection, $isRangeSelection, createEditor } from 'lexical';
import { describe, expect, test } from 'vitest';

import { $address, $begin, $link, addressOf, MATCHERS } from './link';
import { $written } from './serialise';

test.each([
  ['example.org', 'https://example.org'],
  [' www.example.org/a?b#c ', 'https://www.example.org/a?b#c'],
  ['http://intranet/', 'http://intranet/'],
  ['localhost:8080', 'https://localhost:8080'],
  ['hana@fabrikam.example', 'mailto:hana@fabrikam.example'],
  ['tel:+4930901820', 'tel:+4930901820'],
  ['', null],
  ['https://', null],
  ['example', null],
  ['two words.org', null],
  ['javascript:alert(1)', null],
  ['data:text/html,x', null],
  ['ftp://example.org', null],
  ['.org', null],
])('what is written as “%s” leads to %s', (written, address) => {
  expect(addressOf(written)).toBe(address);
});

test.each([
  ['See www.example.org.', 'www.example.org', 'https://www.example.org'],
  ['See https://example.org/a, too', 'https://example.org/a', 'https://example.org/a'],
  ['HTTP://example.org', 'HTTP://example.org', 'HTTP://example.org'],
])('in “%s” an address is found', (text, found, url) => {
  expect(MATCHERS[0]!(text)).toMatchObject({ text: found, url });
});

test.each(['www.', 'www.example', 'www.example.', 'awww.example.org', 'example.org'])('in “%s” none is', (text) => {
  expect(MATCHERS[0]!(text)).toBeNull();
});

describe('a link', () => {
  /** An editor with a text of which some is selected; what is done to it, and what is written then. */
  function after(text: string | null, select: readonly [number, number] | null, act: () => void): string | null | undefined {
    const editor = createEditor({ nodes: [LinkNode, AutoLinkNode] });
    editor.update(() => {
      if (text === null) return;
      const node = $createTextNode(text);
      $getRoot().append($createParagraphNode().append(node));
      if (select) node.select(...select);
    }, { discrete: true });
    editor.update(act, { discrete: true });
    return editor.read($written)?.body?.content;
  }

  test('is made of what is selected', () => {
    expect(after('see the plan', [8, 12], () => $link('https://example.org', 'example.org'))).toBe('<p>see the <a href="https://example.org">plan</a></p>');
  });

  test('is written where nothing is selected, also when there is nothing at all', () => {
    expect(after('see ', [4, 4], () => $link('https://example.org', 'example.org'))).toBe('<p>see <a href="https://example.org">example.org</a></p>');
    expect(after(null, null, () => $link('https://example.org', 'example.org'))).toBe('<p><a href="https://example.org">example.org</a></p>');
  });

  test('offers its own address, is changed as a whole, and taken away', () => {
    const within = (act: () => void) => after('plan', [0, 4], () => {
      $link('https://example.org', '');
      $getRoot().getFirstDescendant()!.selectStart();
      $begin().getNodes();
      act();
    });
    expect(within(() => expect($address()).toBe('https://example.org'))).toBe('<p><a href="https://example.org">plan</a></p>');
    expect(within(() => $link('https://example.com', ''))).toBe('<p><a href="https://example.com">plan</a></p>');
    expect(within(() => $link(null, ''))).toBe('plan');
  });

  test('offers what is selected if it is an address', () => {
    after('see www.example.org', [4, 19], () => expect($address()).toBe('https://www.example.org'));
    after('see the plan', [8, 12], () => expect($address()).toBe(''));
  });

  test('of a new line begins where there was none', () => {
    after(null, null, () => {
      $begin();
      const selection = $getSelection();
      expect($isRangeSelection(selection) && selection.anchor.getNode().getType()).toBe('paragraph');
    });
  });
});
