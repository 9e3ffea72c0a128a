/** A message of one's own that the server has not answered yet. */
import { Button, mergeClasses, Spinner, Text, Tooltip } from '@fluentui/react-components';
import { ArrowClockwiseRegular, CopyRegular, DeleteRegular, EditRegular, ErrorCircleRegular } from '@fluentui/react-icons';

import { createContext, use, useId, useMemo } from 'react';

import { useLive, useSession } from '../../accounts/AccountContext';
import type { Failure } from '../../api/failure';
import type { ChatMessage } from '../../api/schema.gen';
import { toast } from '../../app/toasts';
import { useT } from '../../i18n';
import { findMessage } from '../../live/messages';
import type { OutboxEntry } from '../../live/outbox';
import { Advice } from '../Advice';
import { messageLine } from '../messageText';
import { explainInChat } from '../refusal';
import { useBubbleStyles } from './bubbleStyles';
import { copyBody } from './copy';
import { BodyView } from './MessageBody';
import { Quotes } from './Quotes';

/** Takes a message that was not sent back to where one writes. */
export const TakeBack = createContext<(entry: OutboxEntry) => void>(() => {});

/** Whether the same message may be taken another time: not when it is the message that is wrong. */
function mayHelp(failure: Failure | null): boolean {
  return !failure || !([400, 413].includes(failure.status) || ['limitReached', 'featureOff'].includes(failure.reason ?? ''));
}

interface Props {
  readonly entry: OutboxEntry;
  readonly isFirst: boolean;
  readonly isReachable: boolean;
  readonly onActive: (key: string) => void;
  readonly onJump: (id: string) => void;
}

export function Outgoing({ entry, isFirst, isReachable, onActive, onJump }: Props) {
  const styles = useBubbleStyles();
  const t = useT();
  const { key, message, state, failure } = entry;
  const session = useSession();
  const { outbox } = session;
  const chat = useLive((state) => (failure ? state.chats.get(entry.chatId) : undefined));
  const isLive = useLive((state) => state.link === 'live');
  const takeBack = use(TakeBack);
  const id = useId();
  const quoted = useQuoted(entry);
  const isFailed = state === 'failed';
  const reason = isFailed ? (failure ? explainInChat(failure, chat, session, t) : { title: t('message.tooOldToSend'), hint: null }) : null;
  const body = { contentType: message.body?.contentType ?? ('text' as const), content: message.body?.content ?? '' };
  const mentions = (message.mentions ?? []).map((mention) => ({
    id: mention.id,
    mentionText: mention.mentionText ?? '',
  }));
  const local = useMemo(() => new Map((message.hostedContents ?? []).map((image) => [
    image['@microsoft.graph.temporaryId'] ?? '',
    { type: image.contentType ?? '', base64: image.contentBytes ?? '' },
  ])), [message.hostedContents]);

  function discard(): void {
    outbox.discard(key);
    toast({ intent: 'info', title: t('message.discarded'), undo: { label: t('common.undo'), run: () => outbox.restore(entry) } });
  }

  return (
    <div role="listitem" id={id} aria-label={t(isFailed ? 'message.labelFailed' : 'message.labelOutgoing')} aria-labelledby={`${id} ${id}said ${id}reason`} data-message={key} tabIndex={isReachable ? 0 : -1} onFocus={() => onActive(key)} className={mergeClasses(styles.row, styles.own, isFirst && styles.first)}>
      <div className={mergeClasses(styles.column, styles.ownColumn)}>
        <div id={`${id}said`} data-bubble className={mergeClasses(styles.bubble, styles.ownBubble, isFailed && styles.failed)}><Quotes message={quoted} onJump={onJump} /><BodyView body={body} mentions={mentions} local={local} /></div>
        {reason ? (
          <div className={styles.foot} role="alert">
            <Text size={200}>
              <ErrorCircleRegular aria-hidden="true" className={styles.sign} />{' '}
              <span id={`${id}reason`}>{t('message.notSent')} {reason.title}</span> <Advice explanation={reason} />
            </Text>
            {mayHelp(failure) && <Button size="small" icon={<ArrowClockwiseRegular />} onClick={() => outbox.retry(key)}>{t('common.tryAgain')}</Button>}
            <Button size="small" appearance={mayHelp(failure) ? 'subtle' : 'secondary'} icon={<EditRegular />} onClick={() => takeBack(entry)}>{t('message.edit')}</Button>
            <Tooltip content={t('message.copy')} relationship="label"><Button size="small" appearance="subtle" icon={<CopyRegular />} onClick={() => void copyBody(body)} /></Tooltip>
            <Button size="small" appearance="subtle" icon={<DeleteRegular />} onClick={discard}>{t('message.discard')}</Button>
          </div>
        ) : (
          <div className={styles.foot}>
            {isLive && <Spinner size="extra-tiny" delay={400} aria-label={t('message.sending')} />}
            {!isLive && <Text size={100}>{t('message.queued')}</Text>}
          </div>
        )}
        {!outbox.isKept(key) && <Text size={200}>{t('message.notKept')}</Text>}
      </div>
    </div>
  );
}

/** What it answers, as the server will show it: as far as that message is loaded. */
function useQuoted({ chatId, message }: OutboxEntry): Pick<ChatMessage, 'attachments'> {
  const t = useT();
  const id = message.attachments?.find(({ contentType }) => contentType === 'messageReference')?.id;
  const quoted = useLive((state) => (id == null ? undefined : findMessage(state.chats.get(chatId)?.thread?.messages ?? [], id)));
  if (!quoted) return { attachments: [] };
  const content = JSON.stringify({ messagePreview: messageLine(quoted, t), messageSender: quoted.from });
  return { attachments: [{ id: quoted.id, contentType: 'messageReference', content, contentUrl: null, name: null, teamsAppId: null, thumbnailUrl: null }] };
}
