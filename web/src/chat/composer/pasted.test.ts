import { describe, expect, test } from 'vitest';

import { cleanPasted } from './pasted';

/** Shortened where a program repeats itself, and otherwise as it copies. */
const GOOGLE_DOCS = `<meta charset='utf-8'><meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-3f1c9a5e-7fff-2b1d-9c0e-5d2f8a1b6c47"><p dir="ltr" style="line-height:1.38;margin-top:0pt;margin-bottom:0pt;"><span style="font-size:11pt;font-family:Arial,sans-serif;color:#000000;background-color:transparent;font-weight:400;font-style:normal;font-variant:normal;text-decoration:none;vertical-align:baseline;white-space:pre;white-space:pre-wrap;">Plain, </span><span style="font-size:11pt;font-family:Arial,sans-serif;font-weight:700;font-style:normal;text-decoration:none;white-space:pre-wrap;">bold</span><span style="font-weight:400;font-style:normal;text-decoration:none;white-space:pre-wrap;">, </span><span style="font-weight:400;font-style:italic;text-decoration:none;white-space:pre-wrap;">italic</span><span style="font-weight:400;font-style:normal;text-decoration:none;white-space:pre-wrap;">, </span><span style="font-weight:400;font-style:normal;text-decoration:underline;-webkit-text-decoration-skip:none;text-decoration-skip-ink:none;white-space:pre-wrap;">underlined</span><span style="font-weight:400;text-decoration:none;white-space:pre-wrap;"> and </span><span style="font-weight:700;font-style:italic;text-decoration:line-through;white-space:pre-wrap;">gone</span><span style="font-weight:400;white-space:pre-wrap;">, see </span><a href="https://example.org/plan?a=1&amp;b=2" style="text-decoration:none;"><span style="color:#1155cc;font-weight:400;text-decoration:underline;white-space:pre-wrap;">the plan</span></a></p><br><h2 dir="ltr" style="line-height:1.38;"><span style="font-size:16pt;font-weight:400;white-space:pre-wrap;">Next steps</span></h2><ul style="margin-top:0;margin-bottom:0;padding-inline-start:48px;"><li dir="ltr" style="list-style-type:disc;font-weight:400;white-space:pre;" aria-level="1"><p dir="ltr" style="line-height:1.38;" role="presentation"><span style="font-weight:400;white-space:pre-wrap;">First</span></p></li><ul style="margin-top:0;"><li dir="ltr" style="list-style-type:circle;" aria-level="2"><p dir="ltr" role="presentation"><span style="font-weight:700;">Within</span></p></li></ul><li dir="ltr" aria-level="1"><p dir="ltr" role="presentation"><span>Second</span></p></li></ul></b><br class="Apple-interchange-newline">`;

const WORD = `<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word" xmlns="http://www.w3.org/TR/REC-html40">
<head>
<meta http-equiv=Content-Type content="text/html; charset=utf-8">
<meta name=Generator content="Microsoft Word 15">
<link rel=File-List href="file:///clip_filelist.xml">
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->
<style>
<!--
 @font-face {font-family:Wingdings; panose-1:5 0 0 0 0 0 0 0 0 0;}
 p.MsoNormal {margin-top:0cm; font-size:11.0pt;}
 @list l0:level1 {mso-level-number-format:bullet;}
-->
</style>
</head>
<body lang=EN-GB style='tab-interval:36.0pt;word-wrap:break-word'>
<!--StartFragment-->
<h1>The offer<o:p></o:p></h1>
<p class=MsoNormal>It is <b style='mso-bidi-font-weight:normal'>bold</b>, <span
style='font-weight:bold'>bold by style</span>,<span style='mso-spacerun:yes'>  </span><i>italic</i> and
<u>underlined</u>.<o:p></o:p></p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol;mso-fareast-font-family:Symbol;mso-bidi-font-family:
Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;
</span></span></span><![endif]>First<o:p></o:p></p>
<p class=MsoListParagraphCxSpMiddle style='margin-left:72.0pt;text-indent:-18.0pt;mso-list:l0 level2 lfo1'><![if !supportLists]><span
style='font-family:"Courier New"'><span style='mso-list:Ignore'>o<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;
</span></span></span><![endif]><b>Within</b><o:p></o:p></p>
<p class=MsoListParagraphCxSpLast style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;
</span></span></span><![endif]>Second<o:p></o:p></p>
<p class=MsoNormal>And in order:<o:p></o:p></p>
<p class=MsoListParagraph style='text-indent:-18.0pt;mso-list:l1 level1 lfo2'><![if !supportLists]><span
style='mso-list:Ignore'>1.<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span></span><![endif]>One<o:p></o:p></p>
<p class=MsoListParagraph style='text-indent:-18.0pt;mso-list:l1 level1 lfo2'><![if !supportLists]><span
style='mso-list:Ignore'>2.<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span></span><![endif]>Two<o:p></o:p></p>
<table class=MsoTableGrid border=1 cellspacing=0 cellpadding=0 style='border-collapse:collapse;mso-yfti-tbllook:1184'>
 <tr style='mso-yfti-irow:0'><td width=301 valign=top style='width:225.4pt'><p class=MsoNormal>Hall<o:p></o:p></p></td><td width=301><p class=MsoNormal>Price<o:p></o:p></p></td></tr>
 <tr><td><p class=MsoNormal>A</p></td><td><p class=MsoNormal><b>120</b></p></td></tr>
</table>
<p class=MsoNormal><span style='display:none;mso-hide:all'>hidden</span>End<a style='mso-footnote-id:ftn1' href="#_ftn1">[1]</a><o:p></o:p></p>
<!--EndFragment-->
</body>
</html>`;

const OUTLOOK_WEB = `<html><body>
<!--StartFragment--><div class="elementToProof" style="text-align: left; background-color: rgb(255, 255, 255); margin: 0px; font-family: Aptos, Calibri, sans-serif; font-size: 12pt; color: rgb(0, 0, 0);">Dear Hana,</div><div class="elementToProof" style="font-family: Aptos;"><br></div><div class="elementToProof" style="font-family: Aptos;"><b>From:</b>&nbsp;<span style="font-style: italic;">Ada</span></div><ul style="margin-top: 0px;"><li style="font-size: 12pt;"><div role="presentation" class="elementToProof">One</div></li><li><div role="presentation">Two</div></li></ul><blockquote style="border-left: 3px solid rgb(200, 200, 200); padding-left: 1ex;"><div>Said before</div><div>in two lines</div></blockquote><!--EndFragment-->
</body></html>`;

const LIBRE_OFFICE = `<!DOCTYPE html>
<html>
<head>
	<meta http-equiv="content-type" content="text/html; charset=utf-8"/>
	<title></title>
	<meta name="generator" content="LibreOffice 24.2.7.2 (Linux)"/>
	<style type="text/css">
		@page { size: 21cm 29.7cm; margin: 2cm }
		p { line-height: 115%; margin-bottom: 0.25cm; background: transparent }
	</style>
</head>
<body lang="en-GB" link="#000080" vlink="#800000" dir="ltr"><p style="line-height: 100%; margin-bottom: 0cm">
Plain <b>bold</b> <i>italic</i> <u>underlined</u> <strike>gone</strike>
<font face="Liberation Mono, monospace"><font size="2" style="font-size: 10pt">typed</font></font></p>
<ol>
	<li><p style="line-height: 100%; margin-bottom: 0cm">First</p></li>
	<ol type="a">
		<li><p style="line-height: 100%">Within</p></li>
		<li><p style="line-height: 100%">Within, too</p></li>
	</ol>
	<li><p style="line-height: 100%">Second</p></li>
</ol>
</body>
</html>`;

const EXCEL = `<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel" xmlns="http://www.w3.org/TR/REC-html40">
<head><meta name=ProgId content=Excel.Sheet><style><!--table {mso-displayed-decimal-separator:"\\.";} .xl65 {font-weight:700;} --></style></head>
<body link="#0563C1" vlink="#954F72">
<table border=0 cellpadding=0 cellspacing=0 width=192 style='border-collapse:collapse;width:144pt'>
<!--StartFragment-->
 <col width=64 span=3 style='width:48pt'>
 <tr height=20 style='height:15.0pt'>
  <td height=20 class=xl65 width=64 style='height:15.0pt;width:48pt'>Hall</td>
  <td class=xl65 width=64 style='width:48pt'>Area</td>
  <td class=xl65 width=64>Price</td>
 </tr>
 <tr height=20>
  <td height=20>A &amp; B</td>
  <td></td>
  <td align=right style='font-weight:700'>1&nbsp;200</td>
 </tr>
 <tr height=20><td></td><td></td><td></td></tr>
 <tr height=20><td></td><td align=right>7</td><td></td></tr>
<!--EndFragment-->
</table>
</body>
</html>`;

const WEB_PAGE = `<meta charset='utf-8'><h2 style="box-sizing: border-box; font-weight: 600; font-size: 1.5em; color: rgb(31, 35, 40);">Install</h2><p style="box-sizing: border-box; font-weight: 400; text-decoration-thickness: initial; white-space: normal;">Run<span>&nbsp;</span><code style="font-family: ui-monospace, monospace; white-space: break-spaces;">make</code><span>&nbsp;</span>first, <em>then</em> read <a href="https://example.org/docs" style="color: rgb(9, 105, 218); text-decoration: underline;">the <strong style="font-weight: 600;">docs</strong></a>.<br>Or <a href="/relative">not</a>.</p><div class="highlight"><pre style="font-family: monospace; white-space: pre;"><span style="color: red">make</span> all
  make install</pre></div><blockquote><p>One</p><p>Two</p></blockquote><ol start="3"><li>Three</li><li>Four<ul><li>Within</li></ul></li></ol><p>Well <img class="emoji" alt="🎉" src="https://example.org/e.png"> <img alt="A chart" src="https://example.org/c.png"></p>`;

const VS_CODE = `<meta charset='utf-8'><div style="color: #cccccc;background-color: #1f1f1f;font-family: 'Droid Sans Mono', 'monospace', monospace;font-weight: normal;font-size: 14px;line-height: 19px;white-space: pre;"><div><span style="color: #c586c0;">if</span><span style="color: #cccccc;"> (a </span><span style="color: #d4d4d4;">&lt;</span><span style="color: #cccccc;"> b) {</span></div><div><span style="color: #cccccc;">    </span><span style="color: #dcdcaa;">run</span><span style="color: #cccccc;">();</span></div><br><div><span style="color: #cccccc;">}</span></div></div>`;

describe('pasted HTML', () => {
  test('of Google Docs keeps what its styles say, and is not bold as a whole', () => {
    expect(cleanPasted(GOOGLE_DOCS)).toBe(
      '<p>Plain, <strong>bold</strong>, <em>italic</em>, <u>underlined</u> and <strong><em><s>gone</s></em></strong>, see <a href="https://example.org/plan?a=1&amp;b=2">the plan</a></p>'
      + '<p></p><h2>Next steps</h2><ul><li>First<ul><li><strong>Within</strong></li></ul></li><li>Second</li></ul>',
    );
  });

  test('of Word has lists where Word has paragraphs with marks, and its tables as lines', () => {
    expect(cleanPasted(WORD)).toBe(
      '<h1>The offer</h1><p>It is <strong>bold</strong>, <strong>bold by style</strong>, <em>italic</em> and <u>underlined</u>.</p><p></p>'
      + '<ul><li>First<ul><li><strong>Within</strong></li></ul></li><li>Second</li></ul><p>And in order:</p><ol><li>One</li><li>Two</li></ol>'
      + '<p>Hall | Price</p><p>A | <strong>120</strong></p><p>End[1]</p>',
    );
  });

  test('of Outlook keeps its lines, lists and quotations', () => {
    expect(cleanPasted(OUTLOOK_WEB)).toBe('<p>Dear Hana,</p><p></p><p><strong>From:</strong>\u00a0<em>Ada</em></p><ul><li>One</li><li>Two</li></ul><blockquote>Said before<br>in two lines</blockquote>'.replace('\u00a0', '&nbsp;'));
  });

  test('of LibreOffice keeps formats and nested lists', () => {
    expect(cleanPasted(LIBRE_OFFICE)).toBe('<p>Plain <strong>bold</strong> <em>italic</em> <u>underlined</u> <s>gone</s> typed</p><ol><li>First<ol><li>Within</li><li>Within, too</li></ol></li><li>Second</li></ol>');
  });

  test('of Excel has a line for each row, and shows where cells are', () => {
    expect(cleanPasted(EXCEL)).toBe('<p>Hall | Area | Price</p><p>A &amp; B | | <strong>1&nbsp;200</strong></p><p>| 7</p>');
  });

  test('of a web page keeps code, links, quotations and emoji', () => {
    expect(cleanPasted(WEB_PAGE)).toBe(
      '<h2>Install</h2><p>Run&nbsp;<code>make</code>&nbsp;first, <em>then</em> read <a href="https://example.org/docs">the <strong>docs</strong></a>.<br>Or not.</p>'
      + '<pre>make all\n  make install</pre><blockquote>One<br>Two</blockquote><ol start="3"><li>Three</li><li>Four<ul><li>Within</li></ul></li></ol><p>Well 🎉</p>',
    );
  });

  test('of VS Code is a block of code, and one line of it a piece of code', () => {
    expect(cleanPasted(VS_CODE)).toBe('<pre>if (a &lt; b) {\n    run();\n\n}</pre>');
    expect(cleanPasted(VS_CODE.replace(/<div><span style="color: #cccccc;"> {4}.*<\/div><\/div>$/, '</div>'))).toBe('<code>if (a &lt; b) {</code>');
  });

  test('that is a part of a line has no block around it', () => {
    expect(cleanPasted('<meta charset="utf-8"><span style="font-weight: 700">word</span>')).toBe('<strong>word</strong>');
    expect(cleanPasted('<b>a</b>\n<i>b</i>')).toBe('<strong>a</strong> <em>b</em>');
  });

  test('without text is nothing', () => {
    expect(cleanPasted('')).toBe('');
    expect(cleanPasted('<img src="https://example.org/a.png" alt="A chart"><p>&nbsp;</p>')).toBe('');
    expect(cleanPasted(`<p>${'x'.repeat(2_000_000)}</p>`)).toBe('');
  });
});

describe('lists', () => {
  test('of Word on the web, each item in a list of its own, are one list', () => {
    const item = (level: number, text: string) => `<div class="ListContainerWrapper"><ul role="list"><li data-aria-level="${level}" role="listitem"><p><span>${text}</span></p></li></ul></div>`;
    expect(cleanPasted(item(1, 'a') + item(2, 'b') + item(2, 'c') + item(1, 'd'))).toBe('<ul><li>a<ul><li>b</li><li>c</li></ul></li><li>d</li></ul>');
  });

  test('that begin deeper, and change their kind, stay lists', () => {
    expect(cleanPasted('<ul><ul><li>a</li><li>b</li></ul><li>c</li></ul><ol><li>d</li></ol>')).toBe('<ul><li>a</li><li>b</li></ul><ul><li>c</li></ul><ol><li>d</li></ol>');
  });

  test('in a quotation are lines of it', () => {
    expect(cleanPasted('<blockquote>Say:<ul><li>a</li><li><b>b</b></li></ul></blockquote>')).toBe('<blockquote>Say:<br>• a<br>• <strong>b</strong></blockquote>');
  });
});

describe('of pasted HTML', () => {
  test.each([
    ['scripts', 'a<script>alert(1)</script><noscript>x</noscript><template>x</template>', 'a'],
    ['handlers', '<p onclick="alert(1)" id="root" class="x"><img src=x onerror=alert(1)>a</p>', 'a'],
    ['addresses that are none to open', '<a href="javascript:alert(1)">a</a><a href="data:text/html,x">b</a>', 'ab'],
    ['frames, forms and drawings', '<iframe srcdoc="x"></iframe><form action="https://evil.example"><input value="x"><button>y</button>a</form><svg><style>x</style><a href="https://evil.example">y</a></svg>', 'a'],
    ['styles, also in quotation marks that nobody closed', '<style>p { color: red }</style><p title="a > b" style="color: red">a</p><p style="b', 'a'],
    ['comments and sections', '<!-- a --><![CDATA[b]]><?php c ?>d', 'd'],
    ['text that looks like a tag', '<p>a &lt;img src=x onerror=alert(1)&gt; style="b"</p>', 'a &lt;img src=x onerror=alert(1)&gt; style="b"'],
  ])('%s have no effect', (_what, html, clean) => {
    expect(cleanPasted(html)).toBe(clean);
  });

  test('nothing is left but a few tags and addresses', () => {
    const everything = [GOOGLE_DOCS, WORD, OUTLOOK_WEB, LIBRE_OFFICE, EXCEL, WEB_PAGE, VS_CODE].map(cleanPasted).join('');
    const page = new DOMParser().parseFromString(everything, 'text/html');
    const seen = [...page.body.querySelectorAll('*')].flatMap((element) => [element.tagName, ...[...element.attributes].map(({ name }) => name)]);
    expect([...new Set(seen)].toSorted()).toEqual(['A', 'BLOCKQUOTE', 'BR', 'CODE', 'EM', 'H1', 'H2', 'LI', 'OL', 'P', 'PRE', 'S', 'STRONG', 'U', 'UL', 'href', 'start']);
  });

  test('long and hostile text is read in a moment', () => {
    const begin = performance.now();
    for (const part of ['<a "', '<a \'"', '<style', '<p style=', '<li>x', '<td>x', 'x <br>']) cleanPasted(part.repeat(1_000));
    expect(performance.now() - begin).toBeLessThan(10_000);
  });
});
