/** Who is in a chat, and from where. */
import { Button, makeStyles, Text, tokens } from '@fluentui/react-components';
import { DismissRegular, PersonAddRegular } from '@fluentui/react-icons';
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { VList, type VListHandle } from 'virtua';

import { useSession } from '../../accounts/AccountContext';
import type { ChatMember } from '../../api/schema.gen';
import { Loading } from '../../app/Loading';
import { href, navigate } from '../../app/router';
import { LIST_BLOCK_SIZE, SHORT } from '../../app/short';
import { useRoving } from '../../app/useRoving';
import { useT } from '../../i18n';
import type { Entry } from '../../live/state';
import { personOfMember } from '../naming';
import AddPeopleDialog from './AddPeopleDialog';
import { BlockDialog } from './BlockDialog';
import { FLOATS, useFloats } from './floats';
import { rowsByHome } from './homes';
import { Member, type MemberAct } from './Member';
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
    backgroundColor: tokens.colorNeutralBackground2,
    borderInlineStartWidth: '1px',
    borderInlineStartStyle: 'solid',
    borderInlineStartColor: tokens.colorNeutralStroke2,
    [SHORT]: { overflowY: 'auto' },
    [FLOATS]: { position: 'absolute', insetBlock: 0, insetInlineEnd: 0, zIndex: 5, maxInlineSize: '100%', boxShadow: tokens.shadow16 },
    '@media (max-width: 479px)': { inlineSize: '100%' },
  },
  head: { flexShrink: 0, display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS, paddingInline: tokens.spacingHorizontalL, paddingBlock: tokens.spacingVerticalM },
  grow: { flexGrow: 1, minInlineSize: 0, outlineStyle: 'none' },
  add: { flexShrink: 0, marginInline: tokens.spacingHorizontalL, marginBlockEnd: tokens.spacingVerticalS },
  all: { flexGrow: 1, minBlockSize: 0, overflowY: 'auto', paddingBlockEnd: tokens.spacingVerticalM, [SHORT]: { flexShrink: 0, minBlockSize: 'auto', overflowY: 'visible' } },
  some: { flexGrow: 1, minBlockSize: 0, [SHORT]: { flexShrink: 0, blockSize: LIST_BLOCK_SIZE } },
});

/** As many are all drawn: the browser's own search finds them, and they are printed. Of more, those in view. */
const DRAWN_MAX = 40;

export default function PeoplePanel({ entry }: { entry: Entry }) {
  const styles = useStyles();
  const t = useT();
  const session = useSession();
  const [isAdding, setAdding] = useState(false);
  const [asked, setAsked] = useState<{ member: ChatMember; act: MemberAct } | null>(null);
  const ask = useCallback((member: ChatMember, act: MemberAct) => setAsked({ member, act }), []);
  const floats = useFloats();
  const panel = useRef<HTMLElement>(null);
  // What lies under it cannot be reached meanwhile, and whoever was there goes on here.
  useEffect(() => {
    if (floats) panel.current?.querySelector('h3')?.focus({ preventScroll: true });
  }, [floats]);
  const list = useRef<VListHandle>(null);
  const rows = useMemo(() => rowsByHome(entry.members ?? [], t), [entry.members, t]);
  const isLong = rows.length > DRAWN_MAX;
  const roving = useRoving(useMemo(() => rows.map(({ member }) => member.id), [rows]), isLong ? (index) => list.current?.scrollToIndex(index, { align: 'nearest' }) : undefined);
  const close = () => navigate(href('u', session.id, 'chats', entry.chat.id), { replace: true });
  // What Escape closes in a menu or a dialog of the panel stands elsewhere in the page.
  const escape = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key === 'Escape' && !event.defaultPrevented && event.currentTarget.contains(event.target as Node)) close();
  };
  const members = rows.map((row, index) => (
    <Member key={row.member.id} row={row} entry={entry} index={index} count={rows.length} isReachable={row.member.id === roving.reachable} onAsk={ask} />
  ));
  return (
    <aside ref={panel} className={styles.panel} aria-label={t('people.title')} onKeyDown={escape} {...roving.box}>
      <div className={styles.head}>
        <Text as="h3" tabIndex={-1} size={400} weight="semibold" className={styles.grow}>{t('people.title')}</Text>
        <Button appearance="subtle" icon={<DismissRegular />} aria-label={t('common.close')} onClick={close} />
      </div>
      {entry.chat.viewpoint.isMember && (
        <Button className={styles.add} icon={<PersonAddRegular />} onClick={() => setAdding(true)}>{entry.chat.chatType === 'group' ? t('people.add') : t('people.newGroup')}</Button>
      )}
      {!entry.members && <Loading />}
      {members.length > 0 && (isLong ? (
        <div className={styles.some}>
          <VList ref={list} role="list" aria-label={t('people.title')} keepMounted={[rows.findIndex(({ member }) => member.id === roving.reachable)]}>{members}</VList>
        </div>
      ) : (
        <div role="list" aria-label={t('people.title')} className={styles.all}>{members}</div>
      ))}
      {isAdding && <AddPeopleDialog entry={entry} onClose={() => setAdding(false)} />}
      {asked && <MemberDialog entry={entry} member={asked.member} act={asked.act} onAsk={ask} onClose={() => setAsked(null)} />}
    </aside>
  );
}

interface DialogProps {
  readonly entry: Entry;
  readonly member: ChatMember;
  readonly act: MemberAct;
  readonly onAsk: (member: ChatMember, act: MemberAct) => void;
  readonly onClose: () => void;
}

/** Beside the list rather than in a row, which is there only while it is in view. */
function MemberDialog({ entry, member, act, onAsk, onClose }: DialogProps) {
  const person = personOfMember(member);
  switch (act) {
    case 'profile':
      return <ProfileDialog person={person} onAsk={(next) => onAsk(member, next)} onClose={onClose} />;
    case 'remove':
      return <RemoveDialog entry={entry} member={member} onClose={onClose} />;
    case 'report':
      return <ReportDialog chatId={entry.chat.id} reported={{ kind: 'person', userId: person.id, name: person.displayName }} onClose={onClose} />;
    case 'block':
      return <BlockDialog entry={entry} person={person} onClose={onClose} />;
  }
}
