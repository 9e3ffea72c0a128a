import { render, screen } from '@testing-library/react';
import { afterEach, describe, expect, test, vi } from 'vitest';

import { imageNumber } from './HostedImage';
import { renderFor, serve } from '../../test/render';
import { message } from '../../test/samples';
import { BodyView, MessageBody } from './MessageBody';
import { hostToShow, safeHref, splitLinks } from './sanitise';

afterEach(() => vi.unstubAllGlobals());

function shown(content: string, contentType: 'html' | 'text' = 'html'): HTMLElement {
  return render(<BodyView body={{ contentType, content }} mentions={[{ id: 0, mentionText: 'Ada' }]} />).container;
}

/** Ways in which others were attacked; none may leave anything that runs, loads or looks like the page. */
const attacks = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg onload=alert(1)>',
  '<svg><script>alert(1)</script></svg>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
  '<a href="javascript:alert(1)">x</a>',
  '<a href=" javascript:alert(1)">x</a>',
  '<a href="java\nscript:alert(1)">x</a>',
  '<a href="&#106;avascript:alert(1)">x</a>',
  '<a href="data:text/html,<script>alert(1)</script>">x</a>',
  '<a href="vbscript:alert(1)">x</a>',
  '<p onclick="alert(1)" onmouseover="alert(1)">x</p>',
  '<p style="position:fixed;inset:0;background:url(https://evil.example)">x</p>',
  '<iframe src="https://evil.example"></iframe>',
  '<object data="https://evil.example"></object><embed src="https://evil.example">',
  '<form action="https://evil.example"><input name=password><button>Sign in</button></form>',
  '<style>body{display:none}</style>',
  '<link rel=stylesheet href="https://evil.example/x.css"><meta http-equiv=refresh content="0;url=https://evil.example"><base href="https://evil.example">',
  '<template><script>alert(1)</script></template>',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '<video src=x onerror=alert(1)></video><audio src=x onerror=alert(1)></audio>',
  '<details open ontoggle=alert(1)>x</details>',
  '<div id="main" class="fui-Button" data-actions="1" contenteditable>x</div>',
  '<x-custom onclick=alert(1)>x</x-custom>',
  '<at id="0" onclick=alert(1)>x</at>',
  '<p>x</p><textarea><img src=x onerror=alert(1)></textarea>',
  '"><img src=x onerror=alert(1)>',
];

describe('attacks', () => {
  test.each(attacks)('%s', (attack) => {
    const place = shown(attack);
    const allowed = new Set(['div', 'p', 'a', 'span', 'strong', 'table', 'tbody', 'tr', 'td']);
    for (const element of place.querySelectorAll('*')) {
      expect(allowed, element.outerHTML).toContain(element.localName);
      const own = new Set(['href', 'target', 'rel', 'title', 'class', 'dir']);
      for (const { name, value } of element.attributes) {
        expect(own, element.outerHTML).toContain(name);
        if (name === 'href') expect(value).toMatch(/^(https?|mailto|tel):/);
        if (name === 'class') expect(value).not.toContain('fui-Button');
      }
    }
  });
});

describe('bodies', () => {
  test('keep what people write', () => {
    const place = shown('<p>One <b>two</b> <i>three</i> <s>four</s></p><ul><li>five</li></ul><ol start="3"><li>six</li></ol><pre>seven</pre><blockquote>eight</blockquote>');
    expect(place.querySelector('strong')).toHaveTextContent('two');
    expect(place.querySelector('em')).toHaveTextContent('three');
    expect(place.querySelector('ol')).toHaveAttribute('start', '3');
    expect(place.querySelector('pre')).toHaveTextContent('seven');
  });

  test('plain text stays text, with its lines', () => {
    const place = shown('<b>not bold</b>\nsecond line', 'text');
    expect(place.querySelector('b, strong')).toBeNull();
    expect(place.textContent).toBe('<b>not bold</b>\nsecond line');
  });

  test('mentions are named by the message, not by the body', () => {
    expect(shown('<at id="0">Somebody else</at>')).toHaveTextContent('@Ada');
  });

  test('places of quotes are not shown', () => {
    expect(shown('<attachment id="1"></attachment><p>Answer</p>').textContent).toBe('Answer');
  });
});

describe('links', () => {
  test('open apart, tell nothing of this page and show their real host', () => {
    const link = shown('<a href="https://evil.example/login">https://bank.example</a>');
    expect(link.querySelector('a')).toHaveAttribute('rel', 'noopener noreferrer nofollow');
    expect(link.querySelector('a')).toHaveAttribute('target', '_blank');
    expect(link).toHaveTextContent('(evil.example)');
  });

  test('a link that says where it leads says it once', () => {
    expect(shown('<a href="https://contoso.example/x">https://contoso.example/x</a>').textContent).toBe('https://contoso.example/x');
  });

  test('a user before the host does not hide it', () => {
    expect(hostToShow(safeHref('https://bank.example@evil.example/')!, 'https://bank.example@evil.example/')).toBe('evil.example');
  });

  test('in plain text are found without the full stop after them', () => {
    expect(splitLinks('See https://contoso.example/a, or (https://fabrikam.example).').filter((part) => part.url).map((part) => part.text)).toEqual([
      'https://contoso.example/a',
      'https://fabrikam.example',
    ]);
  });

  test('in code are no links', () => {
    expect(shown('<pre>https://contoso.example</pre>').querySelector('a')).toBeNull();
  });
});

describe('images', () => {
  const place = { chatId: '19:a@thread.v2', messageId: '77' };

  test('are those of the message itself, whatever address stands there', () => {
    expect(imageNumber('https://x/v1.0/chats/19%3Aa%40thread.v2/messages/77/hostedContents/1/$value', place)).toBe('1');
    expect(imageNumber('https://x/v1.0/chats/19:a@thread.v2/messages/78/hostedContents/1/$value', place)).toBeNull();
    expect(imageNumber('https://x/v1.0/chats/19:b@thread.v2/messages/77/hostedContents/1/$value', place)).toBeNull();
    expect(imageNumber('https://tracker.example/pixel.png', place)).toBeNull();
    expect(imageNumber('https://x/v1.0/chats/19:a@thread.v2/messages/77/hostedContents/../../me/$value', place)).toBeNull();
  });

  test('from elsewhere are not shown at all', () => {
    expect(shown('<p>a<img src="https://tracker.example/pixel.png">b</p>').querySelector('img')).toBeNull();
  });

  test('have their place before they come, and a name to be enlarged by', () => {
    serve({});
    const src = 'https://x/v1.0/chats/chat-1/messages/1767340800000/hostedContents/1/$value';
    const shown = message('1767340800000', { body: { contentType: 'html', content: `<p><img src="${src}" alt="The stand" width="960" height="480"></p>` } });
    renderFor(<MessageBody message={shown} />);
    const button = screen.getByRole('button', { name: 'Enlarge: The stand' });
    expect(button).toHaveStyle({ inlineSize: '480px', aspectRatio: '960 / 480' });
  });

  test('on their way are shown from what is sent', () => {
    const local = new Map([['new-0', { type: 'image/png', base64: 'AAAA' }]]);
    const { container } = render(<BodyView body={{ contentType: 'html', content: '<p><img src="../hostedContents/new-0/$value" alt="x"><img src="../hostedContents/new-1/$value" alt="y"></p>' }} mentions={[]} local={local} />);
    expect([...container.querySelectorAll('img')].map((image) => image.getAttribute('src'))).toEqual(['data:image/png;base64,AAAA']);
  });
});
