import { CodeNode } from '@lexical/code-core';
import { $generateNodesFromDOM } from '@lexical/html';
import { LinkNode } from '@lexical/link';
import { ListItemNode, ListNode } from '@lexical/list';
import { HeadingNode, QuoteNode } from '@lexical/rich-text';
import { $getRoot, $insertNodes, createEditor } from 'lexical';
import { describe, expect, test } from 'vitest';

import type { Picture } from '../../live/pictures';
import type { NewChatMessage } from '../../api/schema.gen';
import { MentionNode } from './MentionNode';
import { $written, withPictures } from './serialise';
import { $takeBack } from './takenBack';
import { picturesToSend } from './usePictures';

const fresh: Picture = { id: 'a', alt: 'A "stand"', width: 30, height: 20, number: null, content: { type: 'image/png', base64: 'AAAA', bytes: 3 } };
const kept: Picture = { id: '2', alt: '', width: null, height: null, number: '2', content: null };

describe('what is written with images', () => {
  test('has them below the text, by a name, with their size and what they show', () => {
    expect(withPictures({ body: { contentType: 'text', content: 'One <b>\n\nTwo' } }, [fresh])).toEqual({
      body: { contentType: 'html', content: '<p>One &lt;b&gt;</p><p><br></p><p>Two</p><p><img src="../hostedContents/new-0/$value" alt="A &quot;stand&quot;" width="30" height="20"></p>' },
      hostedContents: [{ '@microsoft.graph.temporaryId': 'new-0', contentType: 'image/png', contentBytes: 'AAAA' }],
    });
  });

  test('may be nothing but images', () => {
    expect(withPictures(null, [fresh])?.body?.content).toBe('<p><img src="../hostedContents/new-0/$value" alt="A &quot;stand&quot;" width="30" height="20"></p>');
  });

  test('keeps images that the message has by their number, and its formats', () => {
    expect(withPictures({ body: { contentType: 'html', content: '<p><strong>x</strong></p>' } }, [kept])).toEqual({
      body: { contentType: 'html', content: '<p><strong>x</strong></p><p><img src="../hostedContents/2/$value" alt=""></p>' },
    });
  });

  test('is as it was without images', () => {
    const written = { body: { contentType: 'text' as const, content: 'x' } };
    expect(withPictures(written, [])).toBe(written);
    expect(withPictures(null, [])).toBeNull();
  });
});

/** What becomes of HTML that goes through the editor. */
function through(html: string): string | null | undefined {
  const editor = createEditor({ nodes: [CodeNode, HeadingNode, LinkNode, ListItemNode, ListNode, QuoteNode] });
  editor.update(() => {
    $getRoot().select();
    $insertNodes($generateNodesFromDOM(editor, new DOMParser().parseFromString(html, 'text/html')));
  }, { discrete: true });
  return editor.read($written)?.body?.content;
}

test('a message that was not sent goes back into the editor below what is there', () => {
  const editor = createEditor({ nodes: [CodeNode, HeadingNode, LinkNode, ListItemNode, ListNode, MentionNode, QuoteNode] });
  const back = (message: NewChatMessage) => {
    editor.update(() => $takeBack(editor, message), { discrete: true });
    return editor.read($written);
  };
  expect(back({ body: { contentType: 'text', content: 'One\nTwo' } })).toEqual({ body: { contentType: 'text', content: 'One\nTwo' } });
  const mentions = [{ id: 0, mentionText: 'Hana Sato', mentioned: { user: { id: 'person-hana', displayName: 'Hana Sato' } } }];
  const images = '<p><img src="../hostedContents/new-0/$value" alt="A stand" width="30" height="20"></p>';
  expect(back({ body: { contentType: 'html', content: `<p><strong>Three</strong> <at id="0">Hana Sato</at></p>${images}` }, mentions })).toEqual({
    body: { contentType: 'html', content: '<p>One</p><p>Two</p><p><strong>Three</strong> <at id="0">Hana Sato</at></p>' },
    mentions,
  });
});

test('its images go back beside it', () => {
  const sent = withPictures({ body: { contentType: 'text', content: 'x' } }, [fresh])!;
  expect(picturesToSend(sent)).toMatchObject([{ alt: 'A "stand"', width: 30, height: 20, number: null, content: { type: 'image/png', base64: 'AAAA', bytes: 3 } }]);
  expect(withPictures({ body: { contentType: 'text', content: 'x' } }, picturesToSend(sent))).toEqual(sent);
});

test.each([
  ['a list in an item', '<ul><li>a<ul><li>b</li><li>c<ol><li>d</li></ol></li></ul></li><li>e</li></ul>'],
  ['a list that begins later', '<ol start="3"><li>a</li><li><strong>b</strong></li></ol>'],
  ['a list after a quotation', '<blockquote>a<br>b</blockquote><ul><li>c</li></ul>'],
])('%s stays where it is', (_what, html) => {
  expect(through(html)).toBe(html);
});

test('a list in no item has one', () => {
  expect(through('<ul><ul><li>a</li></ul><li>b</li></ul>')).toBe('<ul><li><ul><li>a</li></ul></li><li>b</li></ul>');
});
