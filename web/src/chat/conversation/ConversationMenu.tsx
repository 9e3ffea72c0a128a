/** What can be done with the chat that is open: add, rename, hide, leave, block. */
import { Button, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger } from '@fluentui/react-components';
import { EditRegular, EyeOffRegular, FlagRegular, MoreHorizontalRegular, PersonAddRegular, PersonProhibitedRegular } from '@fluentui/react-icons';
import { lazy, Suspense, useState } from 'react';

import { useLive, useSession } from '../../accounts/AccountContext';
import { LeaveIcon } from '../../app/icons';
import { useT } from '../../i18n';
import type { Entry } from '../../live/state';
import { counterpart } from '../naming';
import { unblock } from '../people/blocking';

const AddPeopleDialog = lazy(() => import('../people/AddPeopleDialog'));
const ChatDialogs = lazy(() => import('../people/ChatDialogs'));

export type ChatAct = 'rename' | 'leave' | 'block' | 'hide' | 'report';

export function ConversationMenu({ entry }: { entry: Entry }) {
  const t = useT();
  const session = useSession();
  const [act, setAct] = useState<ChatAct | 'add' | null>(null);
  const other = counterpart(entry, session.id);
  const isBlocked = useLive((state) => other !== null && state.blocked.has(other.id));
  const isGroup = entry.chat.chatType === 'group';
  const { isMember } = entry.chat.viewpoint;
  const close = () => setAct(null);
  return (
    <>
      <Menu>
        <MenuTrigger disableButtonEnhancement>
          <Button appearance="subtle" icon={<MoreHorizontalRegular />} aria-label={t('chat.actions')} />
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            {isMember && <MenuItem icon={<PersonAddRegular />} onClick={() => setAct('add')}>{isGroup ? t('people.add') : t('people.newGroup')}</MenuItem>}
            {isGroup && isMember && <MenuItem icon={<EditRegular />} onClick={() => setAct('rename')}>{t('chat.rename')}</MenuItem>}
            <MenuItem icon={<EyeOffRegular />} onClick={() => setAct('hide')}>{t('list.hide')}</MenuItem>
            <MenuItem icon={<FlagRegular />} onClick={() => setAct('report')}>{other ? t('report.person', { name: other.displayName }) : t('report.chat')}</MenuItem>
            {other && isBlocked && <MenuItem icon={<PersonProhibitedRegular />} onClick={() => void unblock(session, other, t)}>{t('people.unblock', { name: other.displayName })}</MenuItem>}
            {other?.isExternal && !isBlocked && <MenuItem icon={<PersonProhibitedRegular />} onClick={() => setAct('block')}>{t('people.block', { name: other.displayName })}</MenuItem>}
            {isGroup && isMember && <MenuItem icon={<LeaveIcon />} onClick={() => setAct('leave')}>{t('chat.leave')}</MenuItem>}
          </MenuList>
        </MenuPopover>
      </Menu>
      <Suspense fallback={null}>
        {act === 'add' && <AddPeopleDialog entry={entry} onClose={close} />}
        {act && act !== 'add' && <ChatDialogs act={act} entry={entry} person={other} onClose={close} />}
      </Suspense>
    </>
  );
}
