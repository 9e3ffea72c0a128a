import { describe, expect, test } from 'vitest';

import { copiedText } from './copiedText';

const html = (content: string) => copiedText({ contentType: 'html', content });

describe('a text that is copied', () => {
  test('that is plain is as it was written', () => {
    expect(copiedText({ contentType: 'text', content: 'One\n\n  Two <b>\n' })).toBe('One\n\n  Two <b>');
  });

  test.each([
    ['paragraphs and breaks', '<p>One <strong>and</strong>\n more</p>\n<p>Two<br>Three</p><p><br></p><p>Four</p>', 'One and more\nTwo\nThree\n\nFour'],
    ['lists, one in the other', '<p>Bring:</p><ul><li>a</li><li>b<ol start="3"><li>c</li><li>d</li></ol></li></ul><p>End</p>', 'Bring:\n• a\n• b\n  3. c\n  4. d\nEnd'],
    ['code', '<pre>if (a &lt; b) {\n    run();\n}</pre><p>Well</p>', 'if (a < b) {\n    run();\n}\nWell'],
    ['a table', '<table><tr><td>Hall</td><td>Price</td></tr><tr><td>A</td><td>120</td></tr></table>', 'Hall\tPrice\nA\t120'],
    ['mentions, links and images', '<p><at id="0">Hana</at>, see <a href="https://example.org">this</a> <img src="x" alt="A chart"></p><attachment id="1"></attachment>', 'Hana, see this A chart'],
    ['nothing', '<p><br></p>', ''],
  ])('keeps its lines: %s', (_, content, text) => {
    expect(html(content)).toBe(text);
  });
});
