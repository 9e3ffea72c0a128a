/** Between the editor's document and what a message carries: small HTML, or plain text when that says it all. */
import { $isCodeNode } from '@lexical/code-core';
import { $isLinkNode } from '@lexical/link';
import { $isListItemNode, $isListNode, type ListNode } from '@lexical/list';
import { $isHeadingNode, $isQuoteNode } from '@lexical/rich-text';
import { $getRoot, $isElementNode, $isLineBreakNode, $isParagraphNode, $isTextNode, type ElementNode, type LexicalNode, type TextFormatType } from 'lexical';

import type { ChatMessage, NewChatMessage } from '../../api/schema.gen';
import { cleanFragment } from '../conversation/sanitise';
import type { Picture } from '../../live/pictures';
import { $isMentionNode } from './MentionNode';

export type Written = Pick<NewChatMessage, 'body' | 'mentions' | 'hostedContents'>;
type NewMention = NonNullable<NewChatMessage['mentions']>[number];

const formats: readonly [TextFormatType, string][] = [
  ['bold', 'strong'],
  ['italic', 'em'],
  ['underline', 'u'],
  ['strikethrough', 's'],
  ['code', 'code'],
];

/** What was written, or null when it is nothing. Called inside `editorState.read`. */
export function $written(): Written | null {
  const root = $getRoot();
  if (root.getTextContent().trim() === '') return null;
  const mentions: NewMention[] = [];
  if (root.getChildren().every($isPlain)) {
    const lines = root.getChildren().map((child) => child.getTextContent());
    return { body: { contentType: 'text', content: lines.join('\n').trim() } };
  }
  const content = trimmed(root.getChildren()).map((child) => $html(child, mentions)).join('');
  return { body: { contentType: 'html', content }, ...(mentions.length > 0 ? { mentions } : {}) };
}

/** What was written with images below it; null when there is neither. */
export function withPictures(written: Written | null, pictures: readonly Picture[]): Written | null {
  if (pictures.length === 0) return written;
  const text = written?.body?.content ?? '';
  const html = written?.body?.contentType === 'html' ? text : text.split('\n').filter((line, _at, all) => line !== '' || all.length > 1).map((line) => `<p>${escaped(line) || '<br>'}</p>`).join('');
  const images = pictures.map((picture, at) => `<p>${image(picture, at)}</p>`).join('');
  const fresh = pictures.flatMap(({ content }, at) => (content ? [{ '@microsoft.graph.temporaryId': nameOf(at), contentType: content.type, contentBytes: content.base64 }] : []));
  return { ...written, body: { contentType: 'html', content: html + images }, ...(fresh.length > 0 ? { hostedContents: fresh } : {}) };
}

/** New images have names that no number looks like. */
function nameOf(at: number): string {
  return `new-${at}`;
}

function image({ alt, width, height, number }: Picture, at: number): string {
  const size = width && height ? ` width="${width}" height="${height}"` : '';
  return `<img src="../hostedContents/${number ?? nameOf(at)}/$value" alt="${escaped(alt.trim())}"${size}>`;
}

/** The first line, for the list of chats. */
export function $firstLine(): string {
  return $getRoot().getTextContent().trim().split('\n')[0]?.slice(0, 200) ?? '';
}

function $isPlain(node: LexicalNode): boolean {
  if (!$isParagraphNode(node)) return false;
  return node.getChildren().every((child) => $isLineBreakNode(child) || ($isTextNode(child) && !$isMentionNode(child) && child.getFormat() === 0));
}

/** Without the empty lines at both ends. */
function trimmed(nodes: readonly LexicalNode[]): readonly LexicalNode[] {
  const isEmpty = (node: LexicalNode | undefined) => $isParagraphNode(node) && node.getTextContent().trim() === '';
  let [from, to] = [0, nodes.length];
  while (from < to && isEmpty(nodes[from])) from += 1;
  while (to > from && isEmpty(nodes[to - 1])) to -= 1;
  return nodes.slice(from, to);
}

function $html(node: LexicalNode, mentions: NewMention[]): string {
  if ($isMentionNode(node)) return mention(node.userId, node.getTextContent().replace(/^@/, ''), mentions);
  if ($isTextNode(node)) return $textHtml(node.getTextContent(), (format) => node.hasFormat(format));
  if ($isLineBreakNode(node)) return '<br>';
  if (!$isElementNode(node)) return escaped(node.getTextContent());
  const inner = $inner(node, mentions);
  if ($isParagraphNode(node)) return inner ? `<p>${inner}</p>` : '<p><br></p>';
  if ($isHeadingNode(node)) return `<${heading(node.getTag())}>${inner}</${heading(node.getTag())}>`;
  if ($isQuoteNode(node)) return `<blockquote>${inner}</blockquote>`;
  if ($isCodeNode(node)) return `<pre>${escaped(node.getTextContent())}</pre>`;
  if ($isListNode(node)) return $listHtml(node, mentions);
  if ($isLinkNode(node)) return `<a href="${escaped(node.getURL())}">${inner}</a>`;
  return inner;
}

function $inner(node: ElementNode, mentions: NewMention[]): string {
  return node.getChildren().map((child) => $html(child, mentions)).join('');
}

/** A list in a list is an item of its own to the editor, and a part of the item before it to everybody else. */
function $listHtml(list: ListNode, mentions: NewMention[]): string {
  const items: string[] = [];
  for (const item of list.getChildren()) {
    const inner = $isElementNode(item) ? $inner(item, mentions) : $html(item, mentions);
    const isNested = $isListItemNode(item) && $isListNode(item.getFirstChild());
    items.push(isNested ? (items.pop() ?? '') + inner : inner);
  }
  const tag = list.getTag();
  const start = tag === 'ol' && list.getStart() > 1 ? ` start="${list.getStart()}"` : '';
  return `<${tag}${start}>${items.map((inner) => `<li>${inner}</li>`).join('')}</${tag}>`;
}

function $textHtml(text: string, hasFormat: (format: TextFormatType) => boolean): string {
  return formats.reduce((html, [format, tag]) => (hasFormat(format) ? `<${tag}>${html}</${tag}>` : html), escaped(text));
}

/** The server keeps three levels of headings. */
function heading(tag: string): string {
  return ['h1', 'h2', 'h3'].includes(tag) ? tag : 'h3';
}

function mention(userId: string, name: string, mentions: NewMention[]): string {
  const id = mentions.length;
  mentions.push({ id, mentionText: name, mentioned: { user: { id: userId, displayName: name } } });
  return `<at id="${id}">${escaped(name)}</at>`;
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** The body of a message as a document to be edited: mentions say whom they mean. */
export function documentOf({ body, mentions }: ChatMessage | NewChatMessage): Document {
  const page = new DOMParser().parseFromString('', 'text/html');
  if (body?.contentType !== 'html') {
    for (const line of (body?.content ?? '').split('\n')) {
      const paragraph = page.createElement('p');
      paragraph.textContent = line;
      page.body.append(paragraph);
    }
    return page;
  }
  page.body.append(page.importNode(cleanFragment(body.content ?? ''), true));
  for (const element of page.querySelectorAll('at')) {
    const mention = mentions?.find((one) => String(one.id) === element.getAttribute('id'));
    const userId = mention?.mentioned?.user?.id;
    if (!userId) continue;
    // As a span: an unknown element would count as a block, and the space before it would go.
    const span = page.createElement('span');
    span.dataset['user'] = userId;
    span.textContent = element.textContent;
    element.replaceWith(span);
  }
  for (const element of page.querySelectorAll('attachment')) element.remove();
  // Images are beside the text.
  for (const image of page.querySelectorAll('p > img')) if (image.parentElement?.textContent === '') image.parentElement.remove();
  return page;
}
