/** One row of a conversation, whatever it is. */
import { Divider, makeStyles, Text, tokens } from '@fluentui/react-components';
import { memo } from 'react';

import { useSession } from '../../accounts/AccountContext';
import type { ChatMessage } from '../../api/schema.gen';
import { useT } from '../../i18n';
import { day, time } from '../../i18n/formats';
import type { Entry } from '../../live/state';
import { systemText } from '../messageText';
import { Message } from './Message';
import { Outgoing } from './Outgoing';
import type { ConversationRow } from './rows';

const useStyles = makeStyles({
  divider: { paddingInline: tokens.spacingHorizontalXXL, paddingBlock: tokens.spacingVerticalM },
  unread: { color: tokens.colorBrandForeground1 },
  system: {
    display: 'flex',
    justifyContent: 'center',
    gap: tokens.spacingHorizontalS,
    paddingInline: tokens.spacingHorizontalXXL,
    paddingBlock: tokens.spacingVerticalS,
    color: tokens.colorNeutralForeground2,
    textAlign: 'center',
  },
});

interface Props {
  readonly row: Exclude<ConversationRow, { kind: 'olderFailed' }>;
  readonly entry: Entry;
  readonly isReachable: boolean;
  readonly isTarget: boolean;
  readonly onJump: (id: string) => void;
  readonly onActive: (key: string) => void;
  readonly onReply: (message: ChatMessage) => void;
  readonly onEdit: (message: ChatMessage) => void;
}

export const ListRow = memo(function ListRow({ row, entry, isReachable, isTarget, onJump, onActive, onReply, onEdit }: Props) {
  const styles = useStyles();
  const t = useT();
  const { id } = useSession();
  switch (row.kind) {
    case 'day':
      return <div role="listitem" className={styles.divider}><Divider>{day(row.moment)}</Divider></div>;
    case 'unread':
      return <div role="listitem" className={styles.divider}><Divider appearance="brand" className={styles.unread}>{t('chat.unreadLine')}</Divider></div>;
    case 'system':
      return (
        <div role="listitem" className={styles.system}>
          <Text size={200}>{systemText(row.message, id, t)} · {time(row.message.createdDateTime)}</Text>
        </div>
      );
    case 'outgoing':
      return <Outgoing entry={row.entry} isFirst={row.isFirst} isReachable={isReachable} onActive={onActive} onJump={onJump} />;
    case 'message':
      return (
        <Message message={row.message} entry={entry} isFirst={row.isFirst} isOwn={row.isOwn} isReachable={isReachable} isTarget={isTarget} onJump={onJump} onActive={onActive} onReply={onReply} onEdit={onEdit} />
      );
  }
});
