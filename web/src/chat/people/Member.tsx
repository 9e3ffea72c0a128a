/** Somebody in the list of people of a chat, and what can be done there. */
import { Button, makeStyles, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger, Text, tokens } from '@fluentui/react-components';
import { MoreHorizontalRegular } from '@fluentui/react-icons';

import { useLive, useSession } from '../../accounts/AccountContext';
import { PERSONAL_REALM, type Session } from '../../accounts/session';
import type { Chat, ChatMember } from '../../api/schema.gen';
import { useT } from '../../i18n';
import type { Entry } from '../../live/state';
import { ExternalMark } from '../ExternalMark';
import { personOfMember } from '../naming';
import { PersonAvatar } from '../PersonAvatar';
import { unblock } from './blocking';
import type { MemberRow } from './homes';

const useStyles = makeStyles({
  item: { paddingInline: tokens.spacingHorizontalS },
  home: { paddingInline: tokens.spacingHorizontalS, paddingBlockStart: tokens.spacingVerticalM, paddingBlockEnd: tokens.spacingVerticalXS, color: tokens.colorNeutralForeground2, display: 'block' },
  member: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS, paddingInline: tokens.spacingHorizontalS, paddingBlock: '6px', borderRadius: tokens.borderRadiusMedium, ':hover': { backgroundColor: tokens.colorNeutralBackground2Hover }, ':global([data-theme="highContrast"])': { ':hover': { backgroundColor: 'transparent', outline: `1px solid ${tokens.colorNeutralStroke1}` } } },
  text: { flexGrow: 1, minInlineSize: 0, display: 'flex', flexDirection: 'column' },
  name: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: tokens.spacingHorizontalXS },
  quiet: { color: tokens.colorNeutralForeground2 },
});

/** What a dialog is opened for. */
export type MemberAct = 'profile' | 'remove' | 'block' | 'report';

interface Props {
  readonly row: MemberRow;
  readonly entry: Entry;
  readonly index: number;
  readonly count: number;
  readonly isReachable: boolean;
  readonly onAsk: (member: ChatMember, act: MemberAct) => void;
}

export function Member({ row: { member, heading }, entry, index, count, isReachable, onAsk }: Props) {
  const styles = useStyles();
  const t = useT();
  const session = useSession();
  const person = personOfMember(member);
  const isMe = member.userId === session.id;
  const isBlocked = useLive((state) => state.blocked.has(person.id));
  const isGroup = entry.chat.chatType === 'group';
  return (
    <div role="listitem" aria-setsize={count} aria-posinset={index + 1} className={styles.item}>
      {heading && <Text as="h4" size={200} weight="semibold" className={styles.home}>{heading}</Text>}
      <div className={styles.member}>
        <PersonAvatar id={person.id} name={person.displayName} size={32} />
        <span className={styles.text}>
          <span className={styles.name}>
            <Text weight="semibold">{person.displayName}</Text>
            {isMe && <Text size={200} className={styles.quiet}>{t('people.you')}</Text>}
            {isBlocked && <Text size={200} className={styles.quiet}>{t('people.blocked')}</Text>}
            <ExternalMark person={person} />
          </span>
          <Text size={200} truncate wrap={false} className={styles.quiet}>{member.isPending ? t('people.pending') : person.email}</Text>
        </span>
        <Menu>
          <MenuTrigger disableButtonEnhancement>
            <Button data-roving={member.id} tabIndex={isReachable ? 0 : -1} size="small" appearance="subtle" icon={<MoreHorizontalRegular />} aria-label={t('people.actions', { name: person.displayName })} />
          </MenuTrigger>
          <MenuPopover>
            <MenuList>
              <MenuItem onClick={() => onAsk(member, 'profile')}>{t('people.profile')}</MenuItem>
              {!isMe && isGroup && entry.chat.viewpoint.isMember && mayRemove(entry.chat, session) && <MenuItem onClick={() => onAsk(member, 'remove')}>{t('people.remove')}</MenuItem>}
              {!isMe && <MenuItem onClick={() => onAsk(member, 'report')}>{t('report.person', { name: person.displayName })}</MenuItem>}
              {!isMe && person.isExternal && !isBlocked && <MenuItem onClick={() => onAsk(member, 'block')}>{t('people.block', { name: person.displayName })}</MenuItem>}
              {isBlocked && <MenuItem onClick={() => void unblock(session, person, t)}>{t('people.unblock', { name: person.displayName })}</MenuItem>}
            </MenuList>
          </MenuPopover>
        </Menu>
      </div>
    </div>
  );
}

/** Whoever has a personal account removes nobody from a group that an organisation's person began (U-48). */
function mayRemove({ tenantId }: Chat, { isPersonal }: Session): boolean {
  return !isPersonal || tenantId === PERSONAL_REALM;
}
