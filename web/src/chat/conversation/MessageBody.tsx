/** What a message says, as elements: nothing of a message is ever put into the page as HTML. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { createElement, Fragment, memo, type ReactNode, useMemo } from 'react';

import type { ChatMessage } from '../../api/schema.gen';
import { HostedImage, imageNumber, type ImagePlace, LocalImage, type LocalImages, localName } from './HostedImage';
import { useTabIndex } from './reachable';
import { cleanFragment, hostToShow, safeHref, sizeOf, splitLinks } from './sanitise';

const useStyles = makeStyles({
  body: {
    minInlineSize: 0,
    overflowWrap: 'anywhere',
    lineHeight: tokens.lineHeightBase300,
    '& p + p': { marginBlockStart: tokens.spacingVerticalXS },
    '& ul, & ol': { paddingInlineStart: '24px' },
    '& blockquote': {
      margin: 0,
      paddingInlineStart: tokens.spacingHorizontalS,
      borderInlineStartWidth: '3px',
      borderInlineStartStyle: 'solid',
      borderInlineStartColor: tokens.colorNeutralStroke1,
      color: tokens.colorNeutralForeground2,
    },
    '& code': { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200, backgroundColor: tokens.colorNeutralBackground4, borderRadius: tokens.borderRadiusSmall, paddingInline: '3px' },
    '& pre': { margin: 0, marginBlock: tokens.spacingVerticalXS, padding: tokens.spacingHorizontalS, whiteSpace: 'pre-wrap', fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200, backgroundColor: tokens.colorNeutralBackground4, borderRadius: tokens.borderRadiusMedium },
    '& pre code': { backgroundColor: 'transparent', padding: 0 },
    '& table': { borderCollapse: 'collapse', display: 'block', overflowX: 'auto', maxInlineSize: '100%' },
    '& td, & th': { border: `1px solid ${tokens.colorNeutralStroke1}`, padding: '4px 8px', textAlign: 'start', overflowWrap: 'break-word' },
    '& a': { color: tokens.colorBrandForegroundLink, textDecorationLine: 'underline' },
    '& h1, & h2, & h3': { fontSize: tokens.fontSizeBase400, fontWeight: tokens.fontWeightSemibold },
  },
  text: { whiteSpace: 'pre-wrap' },
  mention: { color: tokens.colorBrandForeground1, fontWeight: tokens.fontWeightSemibold },
  host: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
});

export const MessageBody = memo(function MessageBody({ message }: { message: ChatMessage }) {
  const { chatId, id: messageId } = message;
  const place = useMemo(() => (chatId ? { chatId, messageId } : null), [chatId, messageId]);
  return <BodyView body={message.body} mentions={message.mentions} images={place} />;
});

interface Props {
  readonly body: ChatMessage['body'];
  readonly mentions: readonly Pick<ChatMessage['mentions'][number], 'id' | 'mentionText'>[];
  /** Where the images of the body are; without it they are left out. */
  readonly images?: ImagePlace | null;
  /** Images of a message that is on its way. */
  readonly local?: LocalImages | null;
}

export function BodyView({ body, mentions, images = null, local = null }: Props) {
  const styles = useStyles();
  const content = useMemo(() => {
    const look = { mention: styles.mention, host: styles.host, images, local };
    return body.contentType === 'html' ? elementsOf(cleanFragment(body.content), mentions, look) : linked(body.content, look);
  }, [body, mentions, images, local, styles.mention, styles.host]);
  return <div dir="auto" className={mergeClasses(styles.body, body.contentType !== 'html' && styles.text)}>{content}</div>;
}

interface Look {
  readonly mention: string;
  readonly host: string;
  readonly images: ImagePlace | null;
  readonly local: LocalImages | null;
}

/** Elements that have another name here, or none. */
const renamed: Record<string, string> = { codeblock: 'pre', strike: 's', emoji: 'span', b: 'strong', i: 'em', h1: 'h4', h2: 'h4', h3: 'h4' };
const empty = new Set(['br', 'hr']);

function elementsOf(parent: Node, mentions: Props['mentions'], look: Look): ReactNode {
  return Array.from(parent.childNodes, (node, at) => <Fragment key={at}>{elementOf(node, mentions, look)}</Fragment>);
}

function elementOf(node: Node, mentions: Props['mentions'], look: Look): ReactNode {
  if (node.nodeType === Node.TEXT_NODE) return isInLink(node) ? node.textContent : linked(node.textContent ?? '', look);
  if (!(node instanceof Element)) return null;
  const tag = node.localName;
  if (tag === 'attachment') return null;
  if (tag === 'img') {
    return imageOf(node, look);
  }
  if (tag === 'at') {
    const mention = mentions.find((one) => String(one.id) === node.getAttribute('id'));
    return <span className={look.mention}>@{mention?.mentionText ?? node.textContent}</span>;
  }
  if (tag === 'emoji') return node.getAttribute('alt') ?? node.textContent;
  if (tag === 'a') {
    return <SafeLink url={safeHref(node.getAttribute('href'))} text={node.textContent ?? ''} hostClass={look.host}>{elementsOf(node, mentions, look)}</SafeLink>;
  }
  const name = renamed[tag] ?? tag;
  if (empty.has(name)) return createElement(name);
  // Only tables are pushed aside when they are wide, also by keyboard: everything else breaks.
  return createElement(name, name === 'table' ? { tabIndex: 0 } : attributesOf(node), elementsOf(node, mentions, look));
}

function imageOf(node: Element, { images, local }: Look): ReactNode {
  const src = node.getAttribute('src');
  const alt = node.getAttribute('alt') ?? '';
  const number = images && imageNumber(src, images);
  if (images && number) return <HostedImage place={images} number={number} alt={alt} size={sizeOf(node)} />;
  const name = local && localName(src);
  return local && name ? <LocalImage images={local} name={name} alt={alt} size={sizeOf(node)} /> : null;
}

function attributesOf(element: Element): Record<string, number> {
  const given: Record<string, number> = {};
  for (const [name, property] of [['start', 'start'], ['colspan', 'colSpan'], ['rowspan', 'rowSpan']] as const) {
    const value = Number.parseInt(element.getAttribute(name) ?? '', 10);
    if (value > 0 && value < 1_000) given[property] = value;
  }
  return given;
}

function isInLink(node: Node): boolean {
  return node.parentElement?.closest('a, pre, code, codeblock') != null;
}

function linked(text: string, look: Look): ReactNode {
  return splitLinks(text).map((part, at) =>
    part.url ? <SafeLink key={at} url={part.url} text={part.text} hostClass={look.host}>{part.text}</SafeLink> : <Fragment key={at}>{part.text}</Fragment>,
  );
}

/** Opens apart from this page, tells nobody where it was pressed, and shows its real host. */
function SafeLink({ url, text, hostClass, children }: { url: URL | null; text: string; hostClass: string; children: ReactNode }) {
  const tabIndex = useTabIndex();
  if (!url) return children;
  const host = hostToShow(url, text);
  return (
    <>
      <a href={url.href} tabIndex={tabIndex} target="_blank" rel="noopener noreferrer nofollow" title={url.href}>{children}</a>
      {host && <span className={hostClass}> ({host})</span>}
    </>
  );
}
