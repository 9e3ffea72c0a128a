/** The bar with the areas and the accounts, and the area itself beside or above it. */
import { Avatar, CounterBadge, makeStyles, mergeClasses, Text, tokens, Tooltip } from '@fluentui/react-components';
import {
  AddRegular,
  ChatFilled,
  ChatRegular,
  SettingsFilled,
  SettingsRegular,
  ShieldPersonFilled,
  ShieldPersonRegular,
} from '@fluentui/react-icons';
import { type ReactNode, useEffect, useRef } from 'react';

import { useSession } from '../accounts/AccountContext';
import type { Session } from '../accounts/session';
import { badgeText, useUnread } from '../chat/unread';
import { useT } from '../i18n';
import { homeName } from '../accounts/homeName';
import { ConnectionNote } from './ConnectionNote';
import { Logo } from './Logo';
import { href, Link } from './router';
import { SHORT } from './short';
import { UnreadTitle } from './UnreadTitle';

const useStyles = makeStyles({
  frame: {
    flexGrow: 1,
    minBlockSize: 0,
    display: 'flex',
    '@media (max-width: 639px)': { flexDirection: 'column-reverse' },
  },
  // As high as what is in it: see `SHORT`.
  whole: { [SHORT]: { minBlockSize: 'auto' } },
  wholeFrame: { [SHORT]: { minBlockSize: 'auto', flexShrink: 0 } },
  bar: {
    flexShrink: 0,
    inlineSize: '72px',
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'stretch',
    gap: tokens.spacingVerticalXS,
    paddingBlockStart: tokens.spacingVerticalS,
    paddingBlockEnd: tokens.spacingVerticalS,
    backgroundColor: tokens.colorNeutralBackground4,
    borderInlineEndWidth: '1px',
    borderInlineEndStyle: 'solid',
    borderInlineEndColor: tokens.colorNeutralStroke2,
    boxSizing: 'border-box',
    // Beside what is scrolled it stays in sight.
    '@media (max-height: 399px) and (min-width: 640px)': { position: 'sticky', insetBlockStart: 0, alignSelf: 'flex-start', blockSize: '100dvh' },
    '@media (max-width: 639px)': {
      inlineSize: 'auto',
      flexDirection: 'row',
      justifyContent: 'space-around',
      alignItems: 'center',
      paddingBlockStart: '2px',
      borderInlineEndWidth: '0',
      borderBlockStartWidth: '1px',
      borderBlockStartStyle: 'solid',
      borderBlockStartColor: tokens.colorNeutralStroke2,
      paddingBlockEnd: 'env(safe-area-inset-bottom)',
    },
  },
  logo: {
    display: 'flex',
    justifyContent: 'center',
    paddingBlock: tokens.spacingVerticalS,
    '@media (max-width: 639px)': { display: 'none' },
  },
  // As many as are signed in: they are scrolled, so that the settings stay in reach.
  accounts: {
    flexShrink: 1,
    minBlockSize: '48px',
    minInlineSize: 0,
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalXS,
    overflowY: 'auto',
    overflowX: 'hidden',
    scrollbarWidth: 'thin',
    '@media (max-width: 639px)': { flexDirection: 'row', alignItems: 'center', overflowX: 'auto', overflowY: 'hidden' },
  },
  item: {
    position: 'relative',
    flexShrink: 0,
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    gap: '2px',
    paddingBlock: tokens.spacingVerticalS,
    marginInline: tokens.spacingHorizontalXS,
    borderRadius: tokens.borderRadiusMedium,
    textDecorationLine: 'none',
    color: tokens.colorNeutralForeground2,
    fontSize: '24px',
    lineHeight: 1,
    ':hover': { backgroundColor: tokens.colorNeutralBackground4Hover, color: tokens.colorNeutralForeground2Hover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
    '@media (max-width: 639px)': { minInlineSize: '52px', paddingBlock: '6px' },
  },
  current: {
    color: tokens.colorBrandForeground1,
    '::before': {
      content: '""',
      position: 'absolute',
      insetInlineStart: '-4px',
      insetBlock: '10px',
      inlineSize: '3px',
      borderRadius: '2px',
      backgroundColor: tokens.colorBrandStroke1,
    },
    '@media (max-width: 639px)': { '::before': { display: 'none' } },
  },
  label: { maxInlineSize: '72px', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  badge: { position: 'absolute', insetBlockStart: '2px', insetInlineEnd: '8px' },
  space: { flexGrow: 1, '@media (max-width: 639px)': { display: 'none' } },
  area: {
    flexGrow: 1,
    minInlineSize: 0,
    minBlockSize: 0,
    display: 'flex',
    flexDirection: 'column',
  },
  content: { flexGrow: 1, minBlockSize: 0, display: 'flex', flexDirection: 'column' },
  skip: {
    position: 'absolute',
    insetBlockStart: '-100px',
    insetInlineStart: tokens.spacingHorizontalM,
    zIndex: 1000,
    padding: tokens.spacingHorizontalM,
    backgroundColor: tokens.colorNeutralBackground1,
    color: tokens.colorBrandForegroundLink,
    borderRadius: tokens.borderRadiusMedium,
    boxShadow: tokens.shadow8,
    ':focus': { insetBlockStart: tokens.spacingVerticalM },
  },
});

interface Props {
  readonly sessions: readonly Session[];
  readonly area: string;
  readonly children: ReactNode;
}

export function Frame({ sessions, area, children }: Props) {
  const styles = useStyles();
  const t = useT();
  const session = useSession();
  const isChat = area !== 'settings' && area !== 'admin';
  return (
    <div className={mergeClasses(styles.frame, isChat && styles.wholeFrame)}>
      <a className={styles.skip} href="#main">{t('frame.skipToContent')}</a>
      <nav className={styles.bar} aria-label={t('frame.areas')}>
        <span className={styles.logo}><Logo /></span>
        <div className={styles.accounts} data-accounts>
          {sessions.map((one) => (
            <AccountItem key={one.id} session={one} isCurrent={isChat && one === session} isAlone={sessions.length === 1} />
          ))}
          <Tooltip content={t('frame.addAccount')} relationship="label" positioning="after">
            <Link className={styles.item} href={href('sign-in')}><AddRegular /></Link>
          </Tooltip>
        </div>
        <span className={styles.space} />
        {session.isAdministrator && (
          <Link className={mergeClasses(styles.item, area === 'admin' && styles.current)} href={href('u', session.id, 'admin')} aria-current={area === 'admin' ? 'page' : undefined}>
            {area === 'admin' ? <ShieldPersonFilled /> : <ShieldPersonRegular />}
            <Text size={100} className={styles.label}>{t('frame.admin')}</Text>
          </Link>
        )}
        <Link className={mergeClasses(styles.item, area === 'settings' && styles.current)} href={href('u', session.id, 'settings')} aria-current={area === 'settings' ? 'page' : undefined}>
          {area === 'settings' ? <SettingsFilled /> : <SettingsRegular />}
          <Text size={100} className={styles.label}>{t('frame.settings')}</Text>
        </Link>
      </nav>
      <div className={mergeClasses(styles.area, isChat && styles.whole)}>
        <ConnectionNote />
        <div id="main" tabIndex={-1} className={mergeClasses(styles.content, isChat && styles.whole)}>{children}</div>
      </div>
      <UnreadTitle sessions={sessions} />
    </div>
  );
}

/** The inbox of an account: alone it is simply “Chat”, beside others it shows whose it is. */
function AccountItem({ session, isCurrent, isAlone }: { session: Session; isCurrent: boolean; isAlone: boolean }) {
  const styles = useStyles();
  const t = useT();
  const unread = useUnread(session);
  const name = isAlone ? t('frame.chat') : homeName(session, t);
  const item = useRef<HTMLAnchorElement>(null);
  // Of many the one that is shown stays in sight.
  useEffect(() => {
    if (isCurrent && item.current) reveal(item.current);
  }, [isCurrent]);
  const label = unread > 0 ? t('frame.inboxUnread', { name: `${session.user.displayName}, ${name}`, count: unread, shown: badgeText(unread) }) : t('frame.inbox', { name: `${session.user.displayName}, ${name}` });
  return (
    <Link ref={item} className={mergeClasses(styles.item, isCurrent && styles.current)} href={href('u', session.id, 'chats')} aria-label={label} aria-current={isCurrent ? 'page' : undefined}>
      {isAlone ? (isCurrent ? <ChatFilled /> : <ChatRegular />) : <Avatar name={session.user.displayName} color="colorful" idForColor={session.id} size={28} aria-hidden="true" />}
      <Text size={100} className={styles.label}>{name}</Text>
      {unread > 0 && <CounterBadge className={styles.badge} size="small" color="danger">{badgeText(unread)}</CounterBadge>}
    </Link>
  );
}

/** Scrolls what is around an element so far that all of it is seen; the page itself stays. */
function reveal(element: HTMLElement): void {
  const around = element.parentElement;
  if (!around) return;
  const [one, box] = [element.getBoundingClientRect(), around.getBoundingClientRect()];
  around.scrollLeft += Math.min(0, one.left - box.left) + Math.max(0, one.right - box.right);
  around.scrollTop += Math.min(0, one.top - box.top) + Math.max(0, one.bottom - box.bottom);
}
