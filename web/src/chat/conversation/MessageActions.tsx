/** What can be done with a message. */
import { Button, makeStyles, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger, Toolbar, ToolbarButton, Tooltip } from '@fluentui/react-components';
import { ArrowReplyRegular, ArrowUndoRegular, CopyRegular, DeleteRegular, EditRegular, EmojiAddRegular, FlagRegular, HistoryRegular, MoreHorizontalRegular, PinOffRegular, PinRegular } from '@fluentui/react-icons';
import { lazy, Suspense, useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import type { ChatMessage } from '../../api/schema.gen';
import { useT } from '../../i18n';
import type { Entry } from '../../live/state';
import { copyBody, prepareCopy } from './copy';
import { deleteMessage, restoreMessage } from './deleteMessage';
import { canPin, pin, unpin, useIsPinned } from './pins';
import { react } from './Reactions';
import { writingIn } from './writing';

const VersionsDialog = lazy(() => import('./VersionsDialog').then((module) => ({ default: module.VersionsDialog })));
const ReactDialog = lazy(() => import('./ReactDialog'));
const ReportDialog = lazy(() => import('../people/ReportDialog'));

const useStyles = makeStyles({ emoji: { minInlineSize: '32px', paddingInline: '4px' } });

const quick = ['👍', '❤️', '😆', '😮'] as const;

interface Props {
  readonly message: ChatMessage;
  readonly entry: Entry;
  readonly isOwn: boolean;
  readonly isReachable: boolean;
  readonly onReply: (message: ChatMessage) => void;
  readonly onEdit: (message: ChatMessage) => void;
}

export function MessageActions({ message, entry, isOwn, isReachable, onReply, onEdit }: Props) {
  const styles = useStyles();
  const t = useT();
  const session = useSession();
  const [showsVersions, setShowsVersions] = useState(false);
  const [isReporting, setReporting] = useState(false);
  const [isReacting, setReacting] = useState(false);
  const tabIndex = isReachable ? 0 : -1;
  const isDeleted = message.deletedDateTime != null;
  const isMember = entry.chat.viewpoint.isMember;
  const chatId = entry.chat.id;
  const writing = writingIn(entry, session.id);
  const canAnswer = writing === 'open';
  // What was said can be changed, and reacted to, also while a request waits and its messages are used up.
  const canChange = writing !== 'closed';

  if (isDeleted) {
    if (!isOwn || !isMember) return null;
    return (
      <Tooltip content={t('message.restore')} relationship="label">
        <Button size="small" appearance="subtle" icon={<ArrowUndoRegular />} tabIndex={tabIndex} onClick={() => void restoreMessage(session, chatId, message.id)} />
      </Tooltip>
    );
  }
  return (
    <>
      <Toolbar size="small" aria-label={t('message.actions')}>
        {canChange && quick.map((emoji) => (
          <ToolbarButton key={emoji} className={styles.emoji} tabIndex={tabIndex} aria-label={t('message.reactWith', { emoji })} onClick={() => void react(session, entry.chat.id, message, emoji)}>{emoji}</ToolbarButton>
        ))}
        {canAnswer && (
          <Tooltip content={t('message.reply')} relationship="label">
            <ToolbarButton tabIndex={tabIndex} icon={<ArrowReplyRegular />} onClick={() => onReply(message)} />
          </Tooltip>
        )}
        <Menu onOpenChange={prepareCopy}>
          <MenuTrigger disableButtonEnhancement>
            <ToolbarButton tabIndex={tabIndex} icon={<MoreHorizontalRegular />} aria-label={t('common.more')} />
          </MenuTrigger>
          <MenuPopover>
            <MenuList>
              {canAnswer && <MenuItem icon={<ArrowReplyRegular />} onClick={() => onReply(message)}>{t('message.reply')}</MenuItem>}
              {canChange && <MenuItem icon={<EmojiAddRegular />} onClick={() => setReacting(true)}>{t('message.react')}</MenuItem>}
              <MenuItem icon={<CopyRegular />} onClick={() => void copyBody(message.body)}>{t('message.copy')}</MenuItem>
              {isOwn && canChange && <MenuItem icon={<EditRegular />} onClick={() => onEdit(message)}>{t('message.edit')}</MenuItem>}
              {canPin(entry) && <PinItem entry={entry} message={message} />}
              {message.lastEditedDateTime && <MenuItem icon={<HistoryRegular />} onClick={() => setShowsVersions(true)}>{t('message.versions')}</MenuItem>}
              {!isOwn && <MenuItem icon={<FlagRegular />} onClick={() => setReporting(true)}>{t('report.message')}</MenuItem>}
              {isOwn && isMember && <MenuItem icon={<DeleteRegular />} onClick={() => void deleteMessage(session, chatId, message.id, t)}>{t('message.delete')}</MenuItem>}
            </MenuList>
          </MenuPopover>
        </Menu>
      </Toolbar>
      {isReacting && (
        <Suspense fallback={null}>
          <ReactDialog onClose={() => setReacting(false)} onChoose={(emoji) => { setReacting(false); void react(session, entry.chat.id, message, emoji); }} />
        </Suspense>
      )}
      {isReporting && (
        <Suspense fallback={null}>
          <ReportDialog chatId={entry.chat.id} reported={{ kind: 'message', messageId: message.id, name: message.from?.user?.displayName ?? t('system.somebody') }} onClose={() => setReporting(false)} />
        </Suspense>
      )}
      {showsVersions && <Suspense fallback={null}><VersionsDialog message={message} chatId={entry.chat.id} onClose={() => setShowsVersions(false)} /></Suspense>}
    </>
  );
}

function PinItem({ entry, message }: { entry: Entry; message: ChatMessage }) {
  const chatId = entry.chat.id;
  const t = useT();
  const session = useSession();
  const isPinned = useIsPinned(entry, message.id);
  return isPinned
    ? <MenuItem icon={<PinOffRegular />} onClick={() => void unpin(session, chatId, message.id)}>{t('message.unpin')}</MenuItem>
    : <MenuItem icon={<PinRegular />} onClick={() => void pin(session, chatId, message.id)}>{t('message.pin')}</MenuItem>;
}
