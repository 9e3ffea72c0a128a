/** One chat in the list. */
import { AvatarGroup, AvatarGroupItem, Badge, CounterBadge, makeStyles, mergeClasses, Text, tokens } from '@fluentui/react-components';
import { AlertOffRegular, PersonAddRegular, PinRegular } from '@fluentui/react-icons';
import { memo } from 'react';

import { useLiveOf } from '../../accounts/AccountContext';
import { AccountHome } from '../../accounts/AccountHome';
import { href, Link } from '../../app/router';
import { useT } from '../../i18n';
import { listTime } from '../../i18n/formats';
import { ExternalMark } from '../ExternalMark';
import { isOfBlocked, previewText } from '../messageText';
import { formerCounterpart, homeOf, homesOf, others } from '../naming';
import { PersonAvatar } from '../PersonAvatar';
import { ChatMenu, type ListAct } from './ChatMenu';
import { badgeText } from '../unread';
import type { Row } from './rows';

const useStyles = makeStyles({
  item: {
    position: 'relative',
    marginInline: tokens.spacingHorizontalS,
    borderRadius: tokens.borderRadiusMedium,
    ':hover': { backgroundColor: tokens.colorNeutralBackground2Hover },
    // There the colour under the pointer leaves nothing of the grades of text: a line does it.
    ':global([data-theme="highContrast"])': { ':hover': { backgroundColor: 'transparent', outline: `1px solid ${tokens.colorNeutralStroke1}` } },
    ':hover [data-menu]': { opacity: 1 },
    ':focus-within [data-menu]': { opacity: 1 },
    // What stands there gives way.
    ':hover [data-menu-place]': { display: 'block' },
    ':focus-within [data-menu-place]': { display: 'block' },
  },
  open: {
    backgroundColor: tokens.colorNeutralBackground1Selected,
    ':hover': { backgroundColor: tokens.colorNeutralBackground1Selected },
    ':global([data-theme="highContrast"])': {
      backgroundColor: 'transparent',
      outline: `2px solid ${tokens.colorBrandStroke1}`,
      ':hover': { backgroundColor: 'transparent', outline: `2px solid ${tokens.colorBrandStroke1}` },
    },
  },
  link: {
    display: 'grid',
    gridTemplateColumns: 'auto 1fr',
    alignItems: 'center',
    columnGap: tokens.spacingHorizontalM,
    paddingInline: tokens.spacingHorizontalS,
    paddingBlock: '10px',
    color: 'inherit',
    textDecorationLine: 'none',
    borderRadius: 'inherit',
    outlineStyle: 'none',
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
    ':global([data-density="compact"])': { paddingBlock: '4px' },
  },
  body: { minInlineSize: 0, display: 'flex', flexDirection: 'column', gap: '2px' },
  line: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalXS, minInlineSize: 0 },
  title: { flexShrink: 1, minInlineSize: '3em' },
  grow: { flexGrow: 1, minInlineSize: 0 },
  quiet: { color: tokens.colorNeutralForeground2 },
  time: { flexShrink: 0, color: tokens.colorNeutralForeground2 },
  unread: { color: tokens.colorBrandForeground1 },
  count: { flexShrink: 0 },
  draft: { color: tokens.colorStatusDangerForeground1 },
  account: { flexShrink: 0, whiteSpace: 'nowrap', maxInlineSize: '9em', overflow: 'hidden', textOverflow: 'ellipsis' },
  icon: { flexShrink: 0, display: 'inline-flex', color: tokens.colorNeutralForeground2 },
  // Where there is no pointer to hover with, the menu always stands there.
  menuPlace: { display: 'none', flexShrink: 0, inlineSize: '24px', '@media (hover: none)': { display: 'block' } },
  menu: { position: 'absolute', insetInlineEnd: tokens.spacingHorizontalXS, insetBlockEnd: '6px', opacity: 0, '@media (hover: none)': { opacity: 1 } },
});

interface Props {
  readonly row: Row;
  readonly index: number;
  readonly count: number;
  readonly isOpen: boolean;
  readonly isReachable: boolean;
  readonly showsAccount: boolean;
  readonly onFocus: (key: string) => void;
  readonly onAsk: (row: Row, act: ListAct) => void;
}

export const ChatRow = memo(function ChatRow({ row, index, count, isOpen, isReachable, showsAccount, onFocus, onAsk }: Props) {
  const styles = useStyles();
  const t = useT();
  const { entry, session } = row;
  const people = others(entry, session.id);
  const outsider = people.find((person) => person.isExternal && person.trust !== 'familiar') ?? people.find((person) => person.isExternal);
  const elsewhere = homesOf(outsider ? people.filter((person) => homeOf(person) !== homeOf(outsider)) : []);
  const further = [...elsewhere.organisations, ...(elsewhere.hasPersonal ? [t('banner.personal')] : [])];
  return (
    <div role="listitem" aria-setsize={count} aria-posinset={index + 1} data-index={index} className={mergeClasses(styles.item, isOpen && styles.open)}>
      <Link
        href={href('u', session.id, 'chats', entry.chat.id)}
        className={styles.link}
        tabIndex={isReachable ? 0 : -1}
        aria-current={isOpen ? 'true' : undefined}
        onFocus={() => onFocus(row.key)}
      >
        <RowAvatar row={row} />
        <span className={styles.body}>
          <span className={styles.line}>
            <Text dir="auto" truncate wrap={false} className={styles.title} weight={row.unread > 0 ? 'bold' : 'regular'}>{row.title}</Text>
            {outsider && <ExternalMark person={outsider} further={further} isNarrow />}
            <span className={styles.grow} />
            {row.isPinned && <span className={styles.icon} role="img" aria-label={t('list.pinned')}><PinRegular /></span>}
            {row.isMuted && <span className={styles.icon} role="img" aria-label={t('list.muted')}><AlertOffRegular /></span>}
            <Text size={200} className={mergeClasses(styles.time, row.unread > 0 && styles.unread)}>{listTime(row.at)}</Text>
          </span>
          <span className={styles.line}>
            <Preview row={row} />
            {showsAccount && <Badge size="small" appearance="outline" shape="rounded" className={styles.account}><AccountHome session={session} /></Badge>}
            <Unread row={row} />
            <span data-menu-place className={styles.menuPlace} />
          </span>
        </span>
      </Link>
      <span data-menu className={styles.menu}><ChatMenu row={row} isReachable={isReachable} onAsk={onAsk} /></span>
    </div>
  );
});

function RowAvatar({ row: { entry, session, title, isRequest } }: { row: Row }) {
  const people = others(entry, session.id);
  const [first, second] = people;
  if (entry.chat.chatType === 'group' && first && second && !isRequest) {
    return (
      <AvatarGroup size={40} layout="pie" aria-hidden="true">
        {people.slice(0, 3).map((person) => <AvatarGroupItem key={person.id} name={person.displayName} initials={person.displayName.charAt(0)} color="colorful" idForColor={person.id} />)}
      </AvatarGroup>
    );
  }
  const whose = first ?? formerCounterpart(entry, session.id);
  return <PersonAvatar id={whose?.id ?? entry.chat.id} name={whose?.displayName ?? title} size={40} session={session} showsPresence={entry.chat.chatType === 'oneOnOne' && !isRequest && !entry.chat.sendRefusal} />;
}

function Preview({ row: { entry, session, draft, isRequest, unread } }: { row: Row }) {
  const styles = useStyles();
  const t = useT();
  const request = entry.chat.contactRequest;
  const blocked = useLiveOf(session, (state) => state.blocked);
  if (isRequest) {
    return (
      <>
        <span className={styles.icon}><PersonAddRegular /></span>
        <Text size={200} truncate wrap={false} className={styles.grow} weight="semibold">{t(entry.chat.chatType === 'group' ? 'list.invitesYou' : 'list.wantsContact')}</Text>
      </>
    );
  }
  if (draft?.text) {
    return <Text dir="auto" size={200} truncate wrap={false} className={styles.grow}><span className={styles.draft}>{t('list.draft')}</span> {draft.text}</Text>;
  }
  // Where nothing is counted, others are there to talk to.
  if (request?.state === 'pending' && request.messagesAllowed != null) {
    return <Text size={200} truncate wrap={false} className={mergeClasses(styles.grow, styles.quiet)}>{t('list.waiting')}</Text>;
  }
  return (
    <Text dir="auto" size={200} truncate wrap={false} className={mergeClasses(styles.grow, unread === 0 && styles.quiet)}>
      {isOfBlocked(entry.preview, blocked) ? t('message.ofBlocked') : entry.preview ? previewText(entry.preview, session.id, entry.chat.chatType === 'group', t) : t('list.noMessages')}
    </Text>
  );
}

function Unread({ row }: { row: Row }) {
  const styles = useStyles();
  const t = useT();
  if (row.unread === 0 || row.isRequest) return null;
  const shown = badgeText(row.unread);
  return <CounterBadge size="small" appearance="filled" color={row.isMuted ? 'informative' : 'brand'} className={styles.count} aria-label={t('list.unread', { count: row.unread, shown })} role="img">{shown}</CounterBadge>;
}
