/** What can be done with a chat from the list, with a report and a block on the same terms as in the chat itself. */
import { Button, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger } from '@fluentui/react-components';
import {
  AlertOffRegular,
  AlertRegular,
  EyeOffRegular,
  EyeRegular,
  FlagRegular,
  MailReadRegular,
  MailUnreadRegular,
  MoreHorizontalRegular,
  PersonProhibitedRegular,
  PinOffRegular,
  PinRegular,
} from '@fluentui/react-icons';

import { useLiveOf } from '../../accounts/AccountContext';
import { answer } from '../../api/client';
import type { Result } from '../../api/failure';
import type { ChatMessageInfo } from '../../api/schema.gen';
import { toast, toastFailure } from '../../app/toasts';
import { t, useT } from '../../i18n';
import { counts } from '../../live/unread';
import { counterpart } from '../naming';
import { unblock } from '../people/blocking';
import type { Row } from './rows';

/** What is asked about first, in a dialog that outlives the row. */
export type ListAct = 'report' | 'block';

interface Props {
  readonly row: Row;
  readonly isReachable: boolean;
  readonly onAsk: (row: Row, act: ListAct) => void;
}

export function ChatMenu({ row, isReachable, onAsk }: Props) {
  const t = useT();
  const { entry, session, isRequest } = row;
  const other = counterpart(entry, session.id);
  const isBlocked = useLiveOf(session, (state) => other !== null && state.blocked.has(other.id));
  if (isRequest) return null;
  const { isHidden } = entry.chat.viewpoint;
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button size="small" appearance="subtle" icon={<MoreHorizontalRegular />} tabIndex={isReachable ? 0 : -1} aria-label={t('list.menu', { name: row.title })} />
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuItem icon={row.isPinned ? <PinOffRegular /> : <PinRegular />} onClick={() => void keep(row, row.isPinned ? 'unpin' : 'pin')}>
            {row.isPinned ? t('list.unpin') : t('list.pin')}
          </MenuItem>
          <MenuItem icon={row.isMuted ? <AlertRegular /> : <AlertOffRegular />} onClick={() => void keep(row, row.isMuted ? 'unmute' : 'mute')}>
            {row.isMuted ? t('list.unmute') : t('list.mute')}
          </MenuItem>
          <MenuItem icon={row.unread > 0 ? <MailReadRegular /> : <MailUnreadRegular />} onClick={() => void markRead(row, row.unread > 0)}>
            {row.unread > 0 ? t('list.markRead') : t('list.markUnread')}
          </MenuItem>
          <MenuItem icon={isHidden ? <EyeRegular /> : <EyeOffRegular />} onClick={() => void hide(row, !isHidden)}>
            {isHidden ? t('list.unhide') : t('list.hide')}
          </MenuItem>
          <MenuItem icon={<FlagRegular />} onClick={() => onAsk(row, 'report')}>{other ? t('report.person', { name: other.displayName }) : t('report.chat')}</MenuItem>
          {other && isBlocked && <MenuItem icon={<PersonProhibitedRegular />} onClick={() => void unblock(session, other, t)}>{t('people.unblock', { name: other.displayName })}</MenuItem>}
          {other?.isExternal && !isBlocked && <MenuItem icon={<PersonProhibitedRegular />} onClick={() => onAsk(row, 'block')}>{t('people.block', { name: other.displayName })}</MenuItem>}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

async function markRead(row: Row, isRead: boolean): Promise<void> {
  const { session, entry } = row;
  const params = { path: { chat_id: entry.chat.id } };
  const user = { id: session.id };
  if (isRead) {
    const done = await answer(session.api.POST('/v1.0/chats/{chat_id}/markChatReadForUser', { params, body: { user } }));
    return done.ok ? undefined : toastFailure(done.failure);
  }
  // Unread from the newest message of others: the server marks what came after a moment.
  const found = await newestOfOthers(row);
  if (!found.ok) return toastFailure(found.failure);
  const newest = found.value;
  if (!newest) return toast({ intent: 'info', title: t('list.nothingToRead') });
  const lastMessageReadDateTime = new Date(Date.parse(newest.createdDateTime) - 1).toISOString();
  const done = await answer(session.api.POST('/v1.0/chats/{chat_id}/markChatUnreadForUser', { params, body: { user, lastMessageReadDateTime } }));
  return done.ok ? undefined : toastFailure(done.failure);
}

/** What one would have to read again; only its end is looked through. */
async function newestOfOthers({ session, entry }: Row): Promise<Result<Pick<ChatMessageInfo, 'createdDateTime'> | null>> {
  if (entry.preview && counts(entry.preview, session.id)) return { ok: true, value: entry.preview };
  const page = await answer(session.api.GET('/v1.0/chats/{chat_id}/messages', {
    params: { path: { chat_id: entry.chat.id }, query: { $top: 50, $orderby: 'createdDateTime desc' } },
  }));
  return page.ok ? { ok: true, value: page.value.value.find((message) => counts(message, session.id)) ?? null } : page;
}

/** How one keeps the chat oneself; push shows it, on all devices. */
async function keep({ session, entry }: Row, act: 'pin' | 'unpin' | 'mute' | 'unmute'): Promise<void> {
  const done = await answer(session.api.POST(`/v1.0/chats/{chat_id}/${act}ForUser`, { params: { path: { chat_id: entry.chat.id } }, body: { user: { id: session.id } } }));
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
