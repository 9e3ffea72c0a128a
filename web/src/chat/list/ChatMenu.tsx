/** What can be done with a chat from the list. */
import { Button, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger } from '@fluentui/react-components';
import {
  AlertOffRegular,
  AlertRegular,
  EyeOffRegular,
  EyeRegular,
  MailReadRegular,
  MailUnreadRegular,
  MoreHorizontalRegular,
  PinOffRegular,
  PinRegular,
} from '@fluentui/react-icons';

import { answer } from '../../api/client';
import { toast, toastFailure } from '../../app/toasts';
import { t, useT } from '../../i18n';
import type { Row } from './rows';

export function ChatMenu({ row, isReachable }: { row: Row; isReachable: boolean }) {
  const t = useT();
  const { session, entry, isRequest } = row;
  const id = entry.chat.id;
  if (isRequest) return null;
  const { isHidden } = entry.chat.viewpoint;
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button size="small" appearance="subtle" icon={<MoreHorizontalRegular />} tabIndex={isReachable ? 0 : -1} aria-label={t('list.menu', { name: row.title })} />
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuItem icon={row.isPinned ? <PinOffRegular /> : <PinRegular />} onClick={() => session.marks.toggle('pinned', id)}>
            {row.isPinned ? t('list.unpin') : t('list.pin')}
          </MenuItem>
          <MenuItem icon={row.isMuted ? <AlertRegular /> : <AlertOffRegular />} onClick={() => session.marks.toggle('muted', id)}>
            {row.isMuted ? t('list.unmute') : t('list.mute')}
          </MenuItem>
          <MenuItem icon={row.isUnread ? <MailReadRegular /> : <MailUnreadRegular />} onClick={() => void markRead(row, row.isUnread)}>
            {row.isUnread ? t('list.markRead') : t('list.markUnread')}
          </MenuItem>
          <MenuItem icon={isHidden ? <EyeRegular /> : <EyeOffRegular />} onClick={() => void hide(row, !isHidden)}>
            {isHidden ? t('list.unhide') : t('list.hide')}
          </MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

async function markRead({ session, entry }: Row, isRead: boolean): Promise<void> {
  const params = { path: { chat_id: entry.chat.id } };
  const user = { id: session.id };
  // Unread from just before the newest message: the server marks what came after that moment.
  const before = new Date(Date.parse(entry.preview?.createdDateTime ?? entry.chat.createdDateTime) - 1).toISOString();
  const done = isRead
    ? await answer(session.api.POST('/v1.0/chats/{chat_id}/markChatReadForUser', { params, body: { user } }))
    : await answer(session.api.POST('/v1.0/chats/{chat_id}/markChatUnreadForUser', { params, body: { user, lastMessageReadDateTime: before } }));
  if (!done.ok) toastFailure(done.failure);
}

async function hide(row: Row, isHidden: boolean): Promise<void> {
  const { session, entry } = row;
  const options = { params: { path: { chat_id: entry.chat.id } }, body: { user: { id: session.id } } };
  const done = isHidden
    ? await answer(session.api.POST('/v1.0/chats/{chat_id}/hideForUser', options))
    : await answer(session.api.POST('/v1.0/chats/{chat_id}/unhideForUser', options));
  if (!done.ok) return toastFailure(done.failure);
  if (isHidden) {
    toast({ intent: 'info', title: t('list.hiddenToast', { name: row.title }), body: t('list.hiddenToastHint'), undo: { label: t('common.undo'), run: () => void hide(row, false) } });
  }
  return undefined;
}
