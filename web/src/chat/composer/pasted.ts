/**
 * HTML that was copied elsewhere, as what a message can hold. Editors say in styles what others say in
 * tags, and the page's policy refuses styles wherever HTML is parsed: they are read as text. The result
 * is built anew from a few tags and the text; nothing else that was pasted is in it.
 */
import { safeHref } from '../conversation/sanitise';

/** Longer HTML is pasted as the plain text that comes with it: no message is so long, even from an editor that says much. */
const HTML_CHARACTERS_MAX = 2_000_000;
/** Where the text of a style attribute is while HTML is parsed. */
const LOOK = 'data-look';

const DROPPED = new Set([
  'AUDIO', 'BUTTON', 'CANVAS', 'DATALIST', 'EMBED', 'HEAD', 'IFRAME', 'INPUT', 'LINK', 'MATH', 'META', 'NOSCRIPT', 'OBJECT', 'SCRIPT', 'SELECT',
  'STYLE', 'SVG', 'TEMPLATE', 'TEXTAREA', 'TITLE', 'VIDEO', 'XML', 'XMP',
]);
const BLOCKS = new Set([
  'ADDRESS', 'ARTICLE', 'ASIDE', 'BODY', 'CAPTION', 'CENTER', 'DD', 'DETAILS', 'DIV', 'DL', 'DT', 'FIELDSET', 'FIGCAPTION', 'FIGURE', 'FOOTER', 'FORM',
  'HEADER', 'HR', 'LI', 'MAIN', 'NAV', 'OL', 'P', 'SECTION', 'SUMMARY', 'TABLE', 'TBODY', 'TD', 'TFOOT', 'TH', 'THEAD', 'TR', 'UL',
]);

type Format = 'strong' | 'em' | 'u' | 's' | 'code';
const FORMATS: readonly Format[] = ['strong', 'em', 'u', 's', 'code'];
const formatOfTag: Readonly<Record<string, Format>> = {
  B: 'strong', STRONG: 'strong', TH: 'strong', EM: 'em', I: 'em', U: 'u', INS: 'u', S: 's', STRIKE: 's', DEL: 's', CODE: 'code', KBD: 'code', SAMP: 'code', TT: 'code',
};

interface Look {
  readonly formats: ReadonlySet<Format>;
  readonly href: string | null;
  /** Whether a line break in the text is one on the screen. */
  readonly keepsLines: boolean;
}

/** What a message can hold of pasted HTML, as HTML; empty when nothing, or when it is too much. */
export function cleanPasted(html: string): string {
  if (html.length > HTML_CHARACTERS_MAX) return '';
  const pasted = new DOMParser().parseFromString(withoutStyles(html), 'text/html');
  return new Rewriting().of(pasted.body);
}

/** The same HTML with its styles where no policy looks for them. What is missed is refused by the browser, and no more. */
function withoutStyles(html: string): string {
  return html
    .replace(/<[a-z](?:[^"'<>]|"[^"]*"|'[^']*')*>/gi, (tag) => tag.replace(/"[^"]*"|'[^']*'|([\s/])style(?=\s*=)/gi, (part, before?: string) => (before === undefined ? part : `${before}${LOOK}`)))
    // Raw text as well, and nothing that a browser applies.
    .replace(/<(\/?)style(?![\w-])/gi, '<$1xmp');
}

/** The style of an element, by the names of properties. */
function styleOf(element: Element): ReadonlyMap<string, string> {
  const text = (element.getAttribute(LOOK) ?? '').toLowerCase();
  return new Map(text.split(';').map((part) => {
    const at = part.indexOf(':');
    return [part.slice(0, at).trim(), part.slice(at + 1).replace('!important', '').trim()] as const;
  }));
}

class Rewriting {
  private readonly page = new DOMParser().parseFromString('', 'text/html');
  /** Where text goes now; null between lines. */
  private line: HTMLElement | null = null;
  /** A block that all lines go to, such as an item, with breaks between them. */
  private host: HTMLElement | null = null;
  /** What separates lines in it. */
  private gap = '\n';
  /** What comes before the next text: line breaks, a space, the edges of cells. */
  private due = '';
  /** What was said last in the line. */
  private said = '';
  /** The lists that an item can go on, the outermost first. */
  private lists: { readonly element: HTMLElement; readonly level: number }[] = [];

  of(body: HTMLElement): string {
    this.children(body, { formats: new Set(), href: null, keepsLines: false });
    this.close();
    const { body: made } = this.page;
    if (made.textContent?.trim() === '') return '';
    // A part of a line goes into the line where it is pasted.
    const [only, ...more] = made.children;
    return only?.tagName === 'P' && more.length === 0 ? only.innerHTML : made.innerHTML;
  }

  private children(of: Element, look: Look): void {
    for (const node of of.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) this.text(node.nodeValue ?? '', look);
      else if (node.nodeType === Node.ELEMENT_NODE) this.element(node as Element, look);
    }
  }

  private element(element: Element, outer: Look): void {
    const tag = element.tagName.toUpperCase();
    const style = styleOf(element);
    if (DROPPED.has(tag) || style.get('display') === 'none' || style.get('mso-list') === 'ignore') return;
    const look = lookOf(element, tag, style, outer);
    if (tag === 'BR') {
      // The end of what was copied rather than a line of it.
      if (element.className !== 'Apple-interchange-newline') this.break();
    } else if (tag === 'IMG') this.image(element, look);
    else if (/^H[1-6]$/.test(tag)) this.block(tag < 'H4' ? tag : 'H3', () => this.children(element, without(look, 'strong')));
    else if (tag === 'BLOCKQUOTE') this.block(tag, () => this.children(element, look));
    else if (tag === 'PRE' || (BLOCKS.has(tag) && isCode(style))) this.code(element, tag, look);
    else if (tag === 'TABLE' && isGrid(element)) this.grid(element, look);
    else if (tag === 'LI') this.item(element, levelOf(element), element.parentElement?.tagName === 'OL' ? 'ol' : 'ul', look);
    else if (/level\d/.test(style.get('mso-list') ?? '')) this.officeItem(element, style.get('mso-list') ?? '', look);
    else if (BLOCKS.has(tag)) {
      this.close();
      this.children(element, look);
      this.close();
    } else this.children(element, look);
  }

  private text(text: string, look: Look): void {
    if (look.keepsLines && /[\r\n]/.test(text)) {
      for (const [at, line] of text.split(/\r\n?|\n/).entries()) {
        if (at > 0) this.break();
        this.text(line, { ...look, keepsLines: false });
      }
      return;
    }
    const shown = text.replace(/[ \t\r\n\f]+/g, ' ');
    if (shown === '' || (shown === ' ' && this.line === null)) return;
    const line = this.open();
    this.put(line, this.said === '' || /\s$/.test(this.said) ? shown.replace(/^ /, '') : shown, look);
  }

  private put(line: HTMLElement, text: string, { formats, href }: Look): void {
    if (text === '') return;
    this.said = text;
    let place: Node = line;
    if (href) {
      const last = line.lastElementChild;
      if (last && last === line.lastChild && last.getAttribute('href') === href) place = last;
      else {
        const link = this.page.createElement('a');
        link.setAttribute('href', href);
        place = line.appendChild(link);
      }
    }
    for (const format of FORMATS) {
      // A link is underlined by itself.
      if (formats.has(format) && !(href && format === 'u')) place = place.appendChild(this.page.createElement(format));
    }
    place.appendChild(this.page.createTextNode(text));
  }

  /** The line where text goes, with what is due before it. */
  private open(): HTMLElement {
    if (!this.line) this.said = '';
    this.line ??= this.host ?? this.paragraph();
    if (this.due === '') return this.line;
    if (!this.line.hasChildNodes()) this.due = this.due.replace(/^ +/, '');
    for (const part of this.due.split(/(\n)/)) {
      if (part) this.line.append(part === '\n' ? this.page.createElement('br') : part);
    }
    this.said = this.due;
    this.due = '';
    return this.line;
  }

  private paragraph(): HTMLElement {
    this.lists = [];
    return this.page.body.appendChild(this.page.createElement('p'));
  }

  /** Ends the line. */
  private close(): void {
    if (!this.line) return;
    this.due = this.host && this.line.hasChildNodes() ? this.gap : '';
    trimEnd(this.line);
    this.line = null;
  }

  private break(): void {
    if (this.host) this.due += this.line || this.host.hasChildNodes() ? this.gap : '';
    else if (this.line) this.due += '\n';
    // A line of nothing else is an empty one.
    else this.line = this.paragraph();
  }

  /** Everything that `fill` says in one block: a new one, or the one that all lines go to already. */
  private block(tag: string, fill: () => void): void {
    this.close();
    if (this.host) {
      fill();
      this.close();
      return;
    }
    this.lists = [];
    const block = this.page.createElement(tag);
    this.page.body.append(block);
    this.within(block, fill);
    if (block.textContent?.trim() === '') block.remove();
  }

  private within(host: HTMLElement, fill: () => void): void {
    this.host = host;
    this.due = '';
    fill();
    this.close();
    this.host = null;
    this.due = '';
  }

  private code(element: Element, tag: string, look: Look): void {
    const text = plain(element).replace(/^\n|\s+$/g, '');
    if (text === '') return;
    if (this.host || (tag !== 'PRE' && !text.includes('\n'))) {
      this.close();
      return this.text(text, { ...look, keepsLines: true, formats: this.host ? look.formats : new Set(['code']) });
    }
    this.block('pre', () => this.open().append(text));
  }

  private image(image: Element, look: Look): void {
    const name = image.getAttribute('alt') ?? '';
    // Many a chat and web page shows emoji as images.
    if (/^\p{Extended_Pictographic}.{0,12}$/u.test(name)) this.text(name, look);
  }

  /** Cells one beside the other in a line for each row. */
  private grid(table: Element, look: Look): void {
    this.close();
    for (const row of table.querySelectorAll('tr')) {
      const fill = () => {
        const gap = this.gap;
        this.gap = ' ';
        for (const [at, cell] of [...row.children].entries()) {
          this.close();
          this.due = at > 0 ? `${this.due.trimEnd()} | ` : '';
          this.children(cell, lookOf(cell, cell.tagName, styleOf(cell), look));
        }
        this.gap = gap;
      };
      this.block('p', fill);
    }
  }

  /** An item of a list of Word and Outlook, which are paragraphs: the mark is a part of the text, and the level in the style. */
  private officeItem(paragraph: Element, list: string, look: Look): void {
    const mark = [...paragraph.querySelectorAll('span')].find((one) => styleOf(one).get('mso-list') === 'ignore')?.textContent?.trim() ?? '';
    this.item(paragraph, Number(/level(\d)/.exec(list)?.[1] ?? 1), /^\(?\w+[.)]/.test(mark) ? 'ol' : 'ul', look);
  }

  private item(element: Element, level: number, tag: 'ol' | 'ul', look: Look): void {
    this.close();
    const outer = this.host;
    if (outer && outer.tagName !== 'LI') {
      this.text(tag === 'ul' ? '• ' : '– ', look);
      this.children(element, look);
      this.close();
      return;
    }
    this.within(this.itemAt(level, tag, element.parentElement), () => this.children(element, look));
    this.host = outer;
    // What follows a list in the item that it is in.
    if (outer) this.due = this.gap;
  }

  private itemAt(level: number, tag: 'ol' | 'ul', from: Element | null): HTMLElement {
    const isOver = (list: (typeof this.lists)[number] | undefined) => list !== undefined && (list.level > level || (list.level === level && list.element.tagName.toLowerCase() !== tag));
    while (isOver(this.lists.at(-1))) this.lists.pop();
    const last = this.lists.at(-1);
    if (last?.level === level) return last.element.appendChild(this.page.createElement('li'));
    const list = this.page.createElement(tag);
    const start = Number((from?.tagName === 'OL' && from.getAttribute('start')) || 1);
    if (Number.isInteger(start) && start > 1) list.setAttribute('start', String(start));
    (last?.element.lastElementChild ?? this.page.body).append(list);
    this.lists.push({ element: list, level });
    return list.appendChild(this.page.createElement('li'));
  }
}

function lookOf(element: Element, tag: string, style: ReadonlyMap<string, string>, outer: Look): Look {
  const formats = new Set(outer.formats);
  const set = (format: Format, isOn: boolean) => (isOn ? formats.add(format) : formats.delete(format));
  const ofTag = formatOfTag[tag];
  if (ofTag) formats.add(ofTag);
  const weight = style.get('font-weight');
  if (weight) set('strong', weight.startsWith('bold') || Number(weight) >= 600);
  const slope = style.get('font-style');
  if (slope) set('em', /^(?:italic|oblique)/.test(slope));
  const lines = style.get('text-decoration-line') ?? style.get('text-decoration');
  // What is around an element keeps its lines, whatever the element says of its own.
  if (lines) {
    set('u', outer.formats.has('u') || lines.includes('underline'));
    set('s', outer.formats.has('s') || lines.includes('line-through'));
  }
  const space = style.get('white-space');
  const href = tag === 'A' ? (safeHref(element.getAttribute('href'))?.href ?? null) : outer.href;
  return { formats, href, keepsLines: space ? space.startsWith('pre') : outer.keepsLines };
}

function without(look: Look, format: Format): Look {
  return { ...look, formats: new Set([...look.formats].filter((one) => one !== format)) };
}

/** Code as editors of code say it: all in one size, with the lines as they are. */
function isCode(style: ReadonlyMap<string, string>): boolean {
  return (style.get('white-space') ?? '').startsWith('pre') && /mono|consol|courier|menlo/.test(style.get('font-family') ?? '');
}

/** Whether a table is one of values, rather than the layout of a page or an e-mail. */
function isGrid(table: Element): boolean {
  return table.querySelector('table, h1, h2, h3, ul, ol, blockquote, pre') === null && [...table.querySelectorAll('tr')].some((row) => row.children.length > 1);
}

/** How deep an item is: some say so, and others have one list in the other. */
function levelOf(item: Element): number {
  let depth = 0;
  for (let above = item.parentElement; above; above = above.parentElement) if (/^[UO]L$/.test(above.tagName)) depth += 1;
  return Math.max(1, depth, Number(item.getAttribute('data-aria-level') ?? item.getAttribute('aria-level') ?? 0) || 0);
}

/** The text of code, with its lines. */
function plain(element: Element): string {
  let text = '';
  for (const node of element.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) text += node.nodeValue ?? '';
    if (node.nodeType !== Node.ELEMENT_NODE) continue;
    const tag = node.nodeName.toUpperCase();
    const isBlock = BLOCKS.has(tag);
    if (isBlock && text !== '' && !text.endsWith('\n')) text += '\n';
    if (tag === 'BR') text += '\n';
    else if (!DROPPED.has(tag)) text += plain(node as Element);
    if (isBlock && !text.endsWith('\n')) text += '\n';
  }
  return text;
}

/** Takes the space at the end of a line away. */
function trimEnd(line: HTMLElement): void {
  let last: Node | null = line;
  while (last?.lastChild) last = last.lastChild;
  if (last?.nodeType === Node.TEXT_NODE && line.tagName !== 'PRE') last.nodeValue = (last.nodeValue ?? '').replace(/[\s\u00a0]+$/, '');
}
