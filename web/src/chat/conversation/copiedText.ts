/** The text of a message as it is copied: with its lines, unlike what stands in lists. */
import type { ChatMessage } from '../../api/schema.gen';

const BLOCKS = new Set(['BLOCKQUOTE', 'CODEBLOCK', 'DIV', 'H1', 'H2', 'H3', 'HR', 'LI', 'OL', 'P', 'PRE', 'TABLE', 'TR', 'UL']);

export function copiedText({ contentType, content }: ChatMessage['body']): string {
  if (contentType !== 'html') return content.trim();
  // Inert: a parsed document neither loads nor runs anything.
  const lines = new Lines();
  lines.children(new DOMParser().parseFromString(content, 'text/html').body, false);
  return lines.all();
}

class Lines {
  private readonly done: string[] = [];
  private line = '';
  /** What comes before the first text of an item, and how deep it is. */
  private mark = '';
  private depth = -1;

  all(): string {
    this.close();
    return this.done.join('\n').trim();
  }

  children(of: Element, isCode: boolean): void {
    for (const node of of.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) this.text(node.nodeValue ?? '', isCode);
      else if (node.nodeType === Node.ELEMENT_NODE) this.element(node as Element, isCode);
    }
  }

  private element(element: Element, isCode: boolean): void {
    const tag = element.tagName;
    if (tag === 'BR') return this.break();
    if (tag === 'IMG') return this.text(element.getAttribute('alt') ?? '', isCode);
    if ((tag === 'TD' || tag === 'TH') && element.previousElementSibling) this.line += '\t';
    const isBlock = BLOCKS.has(tag);
    if (isBlock) this.close();
    const isList = tag === 'UL' || tag === 'OL';
    if (isList) this.depth += 1;
    if (tag === 'LI') this.mark = '  '.repeat(Math.max(0, this.depth)) + markOf(element);
    this.children(element, isCode || tag === 'PRE' || tag === 'CODEBLOCK');
    if (isList) this.depth -= 1;
    if (isBlock) this.close();
  }

  private text(text: string, isCode: boolean): void {
    if (isCode) {
      for (const [at, part] of text.split('\n').entries()) {
        if (at > 0) this.break();
        this.put(part);
      }
      return;
    }
    const shown = text.replace(/[ \t\r\n\f]+/g, ' ');
    this.put(/(^|\s)$/.test(this.line) ? shown.replace(/^ /, '') : shown);
  }

  private put(text: string): void {
    if (text === '') return;
    this.line += this.mark + text;
    this.mark = '';
  }

  private break(): void {
    this.done.push(this.line.trimEnd());
    this.line = '';
  }

  private close(): void {
    if (this.line.trim() !== '') this.break();
    this.line = '';
  }
}

function markOf(item: Element): string {
  const list = item.parentElement;
  if (list?.tagName !== 'OL') return '• ';
  const first = Number(list.getAttribute('start') ?? 1);
  return `${(Number.isInteger(first) ? first : 1) + [...list.children].indexOf(item)}. `;
}
