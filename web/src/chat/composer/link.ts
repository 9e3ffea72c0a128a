/** Links in what is written: which words are addresses, and what they lead to. */
import { $createLinkNode, $isAutoLinkNode, $isLinkNode, $toggleLink } from '@lexical/link';
import { createLinkMatcherWithRegExp } from '@lexical/react/LexicalAutoLinkPlugin';
import { $createParagraphNode, $createTextNode, $findMatchingParent, $getRoot, $getSelection, $isRangeSelection, type RangeSelection } from 'lexical';

import { safeHref } from '../conversation/sanitise';

const WITH_SCHEME = /^(?:https?:\/\/|mailto:|tel:)/i;
const ADDRESS = /(?:https?:\/\/[^\s<>"']+|\bwww\.[^\s<>"'.]+\.[^\s<>"']*)[^\s<>"'.,;:!?)\]}]/i;

/** What becomes a link while it is typed. */
export const MATCHERS = [createLinkMatcherWithRegExp(ADDRESS, (text) => (WITH_SCHEME.test(text) ? text : `https://${text}`))];

/** Where something that somebody wrote as an address leads; null when it is none. */
export function addressOf(written: string): string | null {
  const text = written.trim();
  if (text === '' || /\s/.test(text)) return null;
  if (WITH_SCHEME.test(text)) return safeHref(text) && text;
  if (/^[^@/:]+@[^@/:]+\.[^@/:]+$/.test(text)) return `mailto:${text}`;
  const host = safeHref(`https://${text}`)?.hostname ?? '';
  return host === 'localhost' || /[^.]\.[^.]/.test(host) ? `https://${text}` : null;
}

/** Where what is changed is: after sending there is no line yet, and nothing is selected. */
export function $begin(): RangeSelection {
  const root = $getRoot();
  if (root.isEmpty()) return root.append($createParagraphNode()).selectEnd();
  const selection = $getSelection();
  return $isRangeSelection(selection) ? selection : root.selectEnd();
}

/** The address to offer: that of the link, or what is selected when it is one. */
export function $address(): string {
  const selection = $getSelection();
  if (!$isRangeSelection(selection)) return '';
  const link = $findMatchingParent(selection.anchor.getNode(), $isLinkNode);
  return link ? link.getURL() : (addressOf(selection.getTextContent()) ?? '');
}

/** Makes a link of what is selected, changes the one under the cursor, or writes one. Null takes it away. */
export function $link(address: string | null, shown: string): void {
  const selection = $begin();
  let link = $findMatchingParent(selection.anchor.getNode(), $isLinkNode);
  if ($isAutoLinkNode(link)) {
    if (address === null) return void link.setIsUnlinked(true);
    // One that says its own address would have it again at once.
    link = link.replace($createLinkNode(address), true);
  }
  if (!selection.isCollapsed() || address === null) $toggleLink(address);
  else if (link) link.setURL(address);
  else selection.insertNodes([$createLinkNode(address).append($createTextNode(shown))]);
  return undefined;
}
