/** Whose chat this is, and what can be done with it. */
import { Button, makeStyles, Text, ToggleButton, tokens, Tooltip } from '@fluentui/react-components';
import { PeopleRegular } from '@fluentui/react-icons';
import { useEffect, useRef } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { BackIcon } from '../../app/icons';
import { isNowhere } from '../../app/nowhere';
import { href, navigate } from '../../app/router';
import { SHORT } from '../../app/short';
import { useT } from '../../i18n';
import type { Entry } from '../../live/state';
import { ExternalMark } from '../ExternalMark';
import { counterpart, formerCounterpart, titleOf } from '../naming';
import { PersonAvatar } from '../PersonAvatar';
import { ConversationMenu } from './ConversationMenu';
import { PresenceText } from './PresenceText';

const useStyles = makeStyles({
  header: {
    flexShrink: 0,
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalM,
    minBlockSize: '60px',
    paddingInline: tokens.spacingHorizontalL,
    paddingBlock: tokens.spacingVerticalS,
    backgroundColor: tokens.colorNeutralBackground1,
    borderBlockEndWidth: '1px',
    borderBlockEndStyle: 'solid',
    borderBlockEndColor: tokens.colorNeutralStroke2,
    boxSizing: 'border-box',
    [SHORT]: { minBlockSize: '44px', paddingBlock: '0' },
    '@media (max-width: 479px)': { gap: tokens.spacingHorizontalS, paddingInline: tokens.spacingHorizontalS },
  },
  back: { display: 'none', '@media (max-width: 799px)': { display: 'inline-flex' } },
  // The name needs the room more.
  avatar: { display: 'inline-flex', '@media (max-width: 359px)': { display: 'none' } },
  text: { flexGrow: 1, minInlineSize: 0 },
  title: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS, minInlineSize: 0 },
  name: { minInlineSize: 0, outlineStyle: 'none' },
  beside: { display: 'contents', '@media (max-width: 479px)': { display: 'none' } },
  below: { display: 'none', '@media (max-width: 479px)': { display: 'inline-flex', flexShrink: 0 } },
  line: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalXS, minInlineSize: 0 },
  quiet: { color: tokens.colorNeutralForeground2, display: 'block' },
});

export function ConversationHeader({ entry, showsPeople }: { entry: Entry; showsPeople: boolean }) {
  const styles = useStyles();
  const t = useT();
  const session = useSession();
  const other = counterpart(entry, session.id);
  const whose = other ?? formerCounterpart(entry, session.id);
  const title = titleOf(entry, session.id, t);
  // Where contact is off nobody is shown as being there, whatever was known before.
  const showsPresence = !entry.chat.sendRefusal;
  const count = entry.members?.length ?? 0;
  const here = href('u', session.id, 'chats', entry.chat.id);
  const header = useRef<HTMLElement>(null);

  // The list that was pressed is gone on a phone: who listens must not begin at the top of the page.
  useEffect(() => {
    if (isNowhere()) header.current?.querySelector('h2')?.focus({ preventScroll: true });
  }, []);

  // The panel that was closed from within is gone.
  const showedPeople = useRef(showsPeople);
  useEffect(() => {
    if (showedPeople.current && !showsPeople && isNowhere()) header.current?.querySelector<HTMLElement>('[aria-pressed]')?.focus();
    showedPeople.current = showsPeople;
  }, [showsPeople]);

  return (
    <header ref={header} className={styles.header}>
      <Button className={styles.back} appearance="subtle" icon={<BackIcon />} aria-label={t('common.back')} onClick={() => navigate(href('u', session.id, 'chats'))} />
      <span className={styles.avatar}><PersonAvatar id={whose?.id ?? entry.chat.id} name={whose?.displayName ?? title} size={40} showsPresence={showsPresence && other !== null} /></span>
      <div className={styles.text}>
        <div className={styles.title}>
          <Text as="h2" tabIndex={-1} dir="auto" size={400} weight="semibold" truncate wrap={false} className={styles.name}>{title}</Text>
          {other && <span className={styles.beside}><ExternalMark person={other} tabIndex={0} /></span>}
        </div>
        {other ? <span className={styles.line}><span className={styles.below}><ExternalMark person={other} tabIndex={0} /></span><PresenceText person={other} showsPresence={showsPresence} /></span> : <Text size={200} className={styles.quiet}>{t(entry.chat.viewpoint.isMember ? 'chat.memberCount' : 'chat.memberCountThen', { count })}</Text>}
      </div>
      <Tooltip content={t('people.title')} relationship="label">
        <ToggleButton appearance="subtle" icon={<PeopleRegular />} checked={showsPeople} onClick={() => navigate(showsPeople ? here : `${here}/people`, { replace: true })} />
      </Tooltip>
      <ConversationMenu entry={entry} />
    </header>
  );
}
