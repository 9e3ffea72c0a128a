/** One message with its sender, its quotes, its reactions and what can be done with it. */
import { Badge, Button, mergeClasses, Text } from '@fluentui/react-components';
import { memo, useId, useState } from 'react';

import { useLive, useSession } from '../../accounts/AccountContext';
import type { ChatMessage } from '../../api/schema.gen';
import { useT } from '../../i18n';
import { dateTime, time } from '../../i18n/formats';
import type { Entry } from '../../live/state';
import { ExternalMark } from '../ExternalMark';
import { PersonAvatar } from '../PersonAvatar';
import { useBubbleStyles } from './bubbleStyles';
import { MessageActions } from './MessageActions';
import { MessageBody } from './MessageBody';
import { Quotes } from './Quotes';
import { Reachable } from './reachable';
import { Reactions } from './Reactions';
import { ReadMark } from './ReadMark';

interface Props {
  readonly message: ChatMessage;
  readonly entry: Entry;
  readonly isFirst: boolean;
  readonly isOwn: boolean;
  readonly isReachable: boolean;
  /** Whether somebody went to it from elsewhere: it is marked. */
  readonly isTarget: boolean;
  readonly onJump: (id: string) => void;
  readonly onActive: (key: string) => void;
  readonly onReply: (message: ChatMessage) => void;
  readonly onEdit: (message: ChatMessage) => void;
}

export const Message = memo(function Message({ message, entry, isFirst, isOwn, isReachable, isTarget, onJump, onActive, onReply, onEdit }: Props) {
  const styles = useBubbleStyles();
  const t = useT();
  const { id: me } = useSession();
  const from = message.from?.user;
  const isDeleted = message.deletedDateTime != null;
  const mentionsMe = message.mentions.some((mention) => mention.mentioned.user?.id === me);
  // What can be done with a message is a third of what it takes to draw it, and of hundreds one uses one:
  // it is made when somebody comes near, and stays.
  const [wasNear, setNear] = useState(false);
  const isNear = wasNear || isReachable;
  const id = useId();
  // Who is blocked stays in groups; what was said between the two of a chat stays as it is.
  const isBlocked = useLive((state) => entry.chat.chatType === 'group' && from != null && state.blocked.has(from.id));
  const [isUnfolded, setUnfolded] = useState(false);
  const isFolded = isBlocked && !isUnfolded && !isDeleted;
  const name = isOwn ? t('system.you') : (from?.displayName ?? t('system.somebody'));
  return (
    // What is said belongs to its name: whoever goes from one to the next by arrows hears nothing else.
    <div role="listitem" id={id} aria-label={t('message.label', { name, time: time(message.createdDateTime) })} aria-labelledby={`${id} ${id}from ${id}importance ${id}said ${id}reactions ${id}state`} data-message={message.id} tabIndex={isReachable ? 0 : -1} onFocus={() => { setNear(true); onActive(message.id); }} onPointerEnter={() => setNear(true)} className={mergeClasses(styles.row, isOwn && styles.own, isFirst && styles.first)}>
      {!isOwn && <div className={styles.side}>{isFirst && from && <PersonAvatar id={from.id} name={from.displayName} />}</div>}
      <div className={mergeClasses(styles.column, isOwn && styles.ownColumn)}>
        {isFirst && (
          <div className={styles.head}>
            {!isOwn && <Text size={200} weight="semibold">{name}</Text>}
            {!isOwn && from && <span id={`${id}from`}><ExternalMark person={from} isLong tabIndex={isReachable ? 0 : -1} /></span>}
            <Text size={200} title={dateTime(message.createdDateTime)}>{time(message.createdDateTime)}</Text>
            {message.importance !== 'normal' && <Badge id={`${id}importance`} color="danger" size="small" shape="rounded">{t(message.importance === 'urgent' ? 'message.urgent' : 'message.important')}</Badge>}
          </div>
        )}
        <div id={`${id}said`} data-bubble className={mergeClasses(styles.bubble, isOwn && styles.ownBubble, mentionsMe && styles.mentionsMe, isTarget && styles.target, (isDeleted || isFolded) && styles.quiet)}>
          {isDeleted ? t('message.deleted') : isFolded ? (
            <span data-actions className={styles.folded}>
              {t('message.ofBlocked')}
              <Button size="small" tabIndex={isReachable ? 0 : -1} onClick={() => setUnfolded(true)}>{t('message.unfold')}</Button>
            </span>
          ) : (
            <Reachable value={isReachable}>
              {message.subject && <Text block weight="bold">{message.subject}</Text>}
              <Quotes message={message} onJump={onJump} />
              <MessageBody message={message} />
            </Reachable>
          )}
        </div>
        {!isDeleted && !isFolded && <Reactions id={`${id}reactions`} message={message} entry={entry} isReachable={isReachable} />}
        <div id={`${id}state`} className={styles.foot}>
          {message.lastEditedDateTime && !isDeleted && <Text size={100} title={dateTime(message.lastEditedDateTime)}>{t('message.edited')}</Text>}
          {isOwn && <ReadMark message={message} entry={entry} isReachable={isReachable} />}
        </div>
        {!isFolded && (
          <div data-actions className={mergeClasses(styles.actions, isOwn && styles.ownActions)}>
            {isNear && <MessageActions message={message} entry={entry} isOwn={isOwn} isReachable={isReachable} onReply={onReply} onEdit={onEdit} />}
          </div>
        )}
      </div>
    </div>
  );
});
