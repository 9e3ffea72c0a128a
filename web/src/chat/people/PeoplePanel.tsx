/** Who is in a chat, and from where. */
import { Button, makeStyles, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger, Text, tokens } from '@fluentui/react-components';
import { DismissRegular, MoreHorizontalRegular, PersonAddRegular } from '@fluentui/react-icons';
import { type KeyboardEvent, useMemo, useState } from 'react';

import { useLive, useSession } from '../../accounts/AccountContext';
import { PERSONAL_REALM, type Session } from '../../accounts/session';
import type { Chat, ChatMember } from '../../api/schema.gen';
import { Loading } from '../../app/Loading';
import { href, navigate } from '../../app/router';
import { useRoving } from '../../app/useRoving';
import { type T, useT } from '../../i18n';
import { compareNames } from '../../i18n/formats';
import type { Entry } from '../../live/state';
import { ExternalMark } from '../ExternalMark';
import { personOfMember } from '../naming';
import { PersonAvatar } from '../PersonAvatar';
import AddPeopleDialog from './AddPeopleDialog';
import { BlockDialog } from './BlockDialog';
import { unblock } from './blocking';
import { ProfileDialog } from './ProfileDialog';
import { RemoveDialog } from './RemoveDialog';
import ReportDialog from './ReportDialog';

const useStyles = makeStyles({
  panel: {
    flexShrink: 0,
    inlineSize: '320px',
    display: 'flex',
    flexDirection: 'column',
    minBlockSize: 0,
    overflowY: 'auto',
    backgroundColor: tokens.colorNeutralBackground2,
    borderInlineStartWidth: '1px',
    borderInlineStartStyle: 'solid',
    borderInlineStartColor: tokens.colorNeutralStroke2,
    '@media (max-width: 1099px)': { position: 'absolute', insetBlock: 0, insetInlineEnd: 0, zIndex: 5, maxInlineSize: '100%', boxShadow: tokens.shadow16 },
    '@media (max-width: 479px)': { inlineSize: '100%' },
  },
  head: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS, paddingInline: tokens.spacingHorizontalL, paddingBlock: tokens.spacingVerticalM },
  grow: { flexGrow: 1, minInlineSize: 0 },
  add: { marginInline: tokens.spacingHorizontalL, marginBlockEnd: tokens.spacingVerticalS },
  list: { padding: 0, paddingInline: tokens.spacingHorizontalS, listStyleType: 'none' },
  home: { paddingInline: tokens.spacingHorizontalS, paddingBlockStart: tokens.spacingVerticalM, paddingBlockEnd: tokens.spacingVerticalXS, color: tokens.colorNeutralForeground2, display: 'block' },
  // Of hundreds only those in view are laid out.
  member: { contentVisibility: 'auto', containIntrinsicBlockSize: 'auto 48px', display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS, paddingInline: tokens.spacingHorizontalS, paddingBlock: '6px', borderRadius: tokens.borderRadiusMedium, ':hover': { backgroundColor: tokens.colorNeutralBackground2Hover }, ':global([data-theme="highContrast"])': { ':hover': { backgroundColor: 'transparent', outline: `1px solid ${tokens.colorNeutralStroke1}` } } },
  text: { flexGrow: 1, minInlineSize: 0, display: 'flex', flexDirection: 'column' },
  name: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: tokens.spacingHorizontalXS },
  quiet: { color: tokens.colorNeutralForeground2 },
});

const OWN = 'own';
const PERSONAL = 'personal';

export default function PeoplePanel({ entry }: { entry: Entry }) {
  const styles = useStyles();
  const t = useT();
  const session = useSession();
  const [isAdding, setAdding] = useState(false);
  const homes = useMemo(() => homesIn(entry.members ?? [], t), [entry.members, t]);
  const roving = useRoving(useMemo(() => homes.flatMap(({ members }) => members.map(({ id }) => id)), [homes]));
  const isGroup = entry.chat.chatType === 'group';
  const close = () => navigate(href('u', session.id, 'chats', entry.chat.id), { replace: true });
  // What Escape closes in a menu or a dialog of the panel stands elsewhere in the page.
  const escape = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key === 'Escape' && !event.defaultPrevented && event.currentTarget.contains(event.target as Node)) close();
  };
  return (
    <aside className={styles.panel} aria-label={t('people.title')} onKeyDown={escape} {...roving.box}>
      <div className={styles.head}>
        <Text as="h3" size={400} weight="semibold" className={styles.grow}>{t('people.title')}</Text>
        <Button appearance="subtle" icon={<DismissRegular />} aria-label={t('common.close')} onClick={close} />
      </div>
      {entry.chat.viewpoint.isMember && (
        <Button className={styles.add} icon={<PersonAddRegular />} onClick={() => setAdding(true)}>{isGroup ? t('people.add') : t('people.newGroup')}</Button>
      )}
      {!entry.members && <Loading />}
      {homes.map(({ key, name, members }) => (
        <section key={key}>
          <Text size={200} weight="semibold" className={styles.home}>{t('people.home', { name, count: members.length })}</Text>
          <ul className={styles.list}>
            {members.map((member) => <Member key={member.id} member={member} entry={entry} isReachable={member.id === roving.reachable} />)}
          </ul>
        </section>
      ))}
      {isAdding && <AddPeopleDialog entry={entry} onClose={() => setAdding(false)} />}
    </aside>
  );
}

interface Home {
  readonly key: string;
  readonly name: string;
  readonly members: readonly ChatMember[];
}

/** Members by where they belong, not by what that calls itself: one's own people first, personal accounts last. */
function homesIn(members: readonly ChatMember[], t: T): readonly Home[] {
  const rank = (key: string) => (key === OWN ? 0 : key === PERSONAL ? 2 : 1);
  const byKey = Map.groupBy(members, ({ isExternal, organisationName, tenantId }) => (!isExternal ? OWN : organisationName ? `of ${tenantId}` : PERSONAL));
  return [...byKey]
    .map(([key, some]) => ({ key, members: some.toSorted((one, other) => compareNames(one.displayName, other.displayName)), name: key === OWN ? t('people.own') : (some[0]?.organisationName && key !== PERSONAL ? some[0].organisationName : t('people.personalAccounts')) }))
    .toSorted((one, other) => rank(one.key) - rank(other.key) || compareNames(one.name, other.name) || (one.key < other.key ? -1 : 1));
}

/** Whoever has a personal account removes nobody from a group that an organisation's person began (U-48). */
function mayRemove({ tenantId }: Chat, { isPersonal }: Session): boolean {
  return !isPersonal || tenantId === PERSONAL_REALM;
}

function Member({ member, entry, isReachable }: { member: ChatMember; entry: Entry; isReachable: boolean }) {
  const styles = useStyles();
  const t = useT();
  const session = useSession();
  const [act, setAct] = useState<'profile' | 'remove' | 'block' | 'report' | null>(null);
  const person = personOfMember(member);
  const isMe = member.userId === session.id;
  const isBlocked = useLive((state) => state.blocked.has(person.id));
  const isGroup = entry.chat.chatType === 'group';
  return (
    <li className={styles.member}>
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
            <MenuItem onClick={() => setAct('profile')}>{t('people.profile')}</MenuItem>
            {!isMe && isGroup && entry.chat.viewpoint.isMember && mayRemove(entry.chat, session) && <MenuItem onClick={() => setAct('remove')}>{t('people.remove')}</MenuItem>}
            {!isMe && <MenuItem onClick={() => setAct('report')}>{t('report.person', { name: person.displayName })}</MenuItem>}
            {!isMe && person.isExternal && !isBlocked && <MenuItem onClick={() => setAct('block')}>{t('people.block', { name: person.displayName })}</MenuItem>}
            {isBlocked && <MenuItem onClick={() => void unblock(session, person, t)}>{t('people.unblock', { name: person.displayName })}</MenuItem>}
          </MenuList>
        </MenuPopover>
      </Menu>
      {act === 'profile' && <ProfileDialog person={person} onAsk={setAct} onClose={() => setAct(null)} />}
      {act === 'remove' && <RemoveDialog entry={entry} member={member} onClose={() => setAct(null)} />}
      {act === 'report' && <ReportDialog chatId={entry.chat.id} reported={{ kind: 'person', userId: person.id, name: person.displayName }} onClose={() => setAct(null)} />}
      {act === 'block' && <BlockDialog entry={entry} person={person} onClose={() => setAct(null)} />}
    </li>
  );
}
