/**
 * From the HTML of a message to a tree of what may be shown. The server cleans on the way in; here
 * it is done again, since a message may come from a server that did not, and the tree is built as
 * elements of our own rather than put into the page as text.
 */
import createDOMPurify from 'dompurify';

const TAGS = [
  'a', 'at', 'attachment', 'b', 'blockquote', 'br', 'code', 'codeblock', 'del', 'div', 'em', 'emoji', 'h1', 'h2', 'h3', 'hr', 'i', 'img', 'li',
  'ol', 'p', 'pre', 's', 'span', 'strike', 'strong', 'sub', 'sup', 'table', 'tbody', 'td', 'th', 'thead', 'tr', 'u', 'ul',
];

/** The longest side that is believed. */
const SIDE_PX_MAX = 20_000;

const purify = createDOMPurify(window);

/** The cleaned content of a body. */
export function cleanFragment(html: string): DocumentFragment {
  return purify.sanitize(html, {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ['href', 'src', 'id', 'alt', 'width', 'height', 'start', 'colspan', 'rowspan'],
    ADD_URI_SAFE_ATTR: ['width', 'height', 'start', 'colspan', 'rowspan'],
    // And where images of messages are: pushed ones know no host, and those on their way no message.
    ALLOWED_URI_REGEXP: /^(?:(?:https?|mailto|tel):|\/v1\.0\/|\.\.\/hostedContents\/)/i,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    CUSTOM_ELEMENT_HANDLING: { tagNameCheck: null, attributeNameCheck: null, allowCustomizedBuiltInElements: false },
    KEEP_CONTENT: true,
    RETURN_DOM_FRAGMENT: true,
  });
}

/** How large an image says it is, in pixels; null when it does not, or not in earnest. */
export function sizeOf(image: Element): { readonly width: number; readonly height: number } | null {
  const [width, height] = ['width', 'height'].map((name) => Number(image.getAttribute(name)));
  const isSize = (value: number | undefined): value is number => value !== undefined && Number.isInteger(value) && value > 0 && value <= SIDE_PX_MAX;
  return isSize(width) && isSize(height) ? { width, height } : null;
}

/** An address to open, or null when it is none that should be opened. */
export function safeHref(href: string | null): URL | null {
  if (!href) return null;
  try {
    const url = new URL(href);
    return ['http:', 'https:', 'mailto:', 'tel:'].includes(url.protocol) ? url : null;
  } catch {
    return null;
  }
}

/** The host to show beside a link whose text does not say where it leads. */
export function hostToShow(url: URL, text: string): string | null {
  if (url.protocol === 'mailto:' || url.protocol === 'tel:') return null;
  const shown = text.trim().toLowerCase();
  const written = /^(?:https?:\/\/)?([^/\s?#]+)/.exec(shown)?.[1];
  // An address with a user before the host looks like another host: `https://bank.example@evil.example`.
  if (url.username || url.password) return url.host;
  return written === url.host || written === url.host.replace(/^www\./, '') ? null : url.host;
}

const ADDRESS = /\bhttps?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}]/gi;

/** Plain text in parts: what is an address, and what is not. */
export function splitLinks(text: string): readonly { readonly text: string; readonly url: URL | null }[] {
  const parts: { text: string; url: URL | null }[] = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    if (match.index > end) parts.push({ text: text.slice(end, match.index), url: null });
    parts.push({ text: match[0], url: safeHref(match[0]) });
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), url: null });
  return parts;
}
