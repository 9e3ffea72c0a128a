import { describe, expect, test } from 'vitest';

import type { Picture } from '../../live/pictures';
import { withPictures } from './serialise';

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
