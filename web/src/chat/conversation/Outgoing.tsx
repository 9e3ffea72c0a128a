/** A message of one's own that the server has not answered yet. */
import { Button, mergeClasses, Spinner, Text } from '@fluentui/react-components';
import { ArrowClockwiseRegular, DeleteRegular, ErrorCircleRegular } from '@fluentui/react-icons';

import { useMemo } from 'react';

import { useLive, useSession } from '../../accounts/AccountContext';
import { explain } from '../../api/explain';
import { useT } from '../../i18n';
import type { OutboxEntry } from '../../live/outbox';
import { Advice } from '../Advice';
import { useBubbleStyles } from './bubbleStyles';
import { BodyView } from './MessageBody';

interface Props {
  readonly entry: OutboxEntry;
  readonly isFirst: boolean;
  readonly isReachable: boolean;
  readonly onActive: (key: string) => void;
}

export function Outgoing({ entry, isFirst, isReachable, onActive }: Props) {
  const styles = useBubbleStyles();
  const t = useT();
  const { outbox } = useSession();
  const isLive = useLive((state) => state.link === 'live');
  const { key, message, state, failure } = entry;
  const isFailed = state === 'failed';
  const reason = isFailed ? (failure ? explain(failure, t) : { title: t('message.tooOldToSend'), hint: null }) : null;
  const body = { contentType: message.body?.contentType ?? ('text' as const), content: message.body?.content ?? '' };
  const mentions = (message.mentions ?? []).map((mention) => ({
    id: mention.id,
    mentionText: mention.mentionText ?? '',
  }));
  const local = useMemo(() => new Map((message.hostedContents ?? []).map((image) => [
    image['@microsoft.graph.temporaryId'] ?? '',
    { type: image.contentType ?? '', base64: image.contentBytes ?? '' },
  ])), [message.hostedContents]);
  return (
    <div role="listitem" aria-label={t('message.labelOutgoing')} data-message={key} tabIndex={isReachable ? 0 : -1} onFocus={() => onActive(key)} className={mergeClasses(styles.row, styles.own, isFirst && styles.first)}>
      <div className={mergeClasses(styles.column, styles.ownColumn)}>
        <div data-bubble className={mergeClasses(styles.bubble, styles.ownBubble, isFailed && styles.failed)}><BodyView body={body} mentions={mentions} local={local} /></div>
        {reason ? (
          <div className={styles.foot} role="alert">
            <Text size={200}>
              <ErrorCircleRegular aria-hidden="true" className={styles.sign} />{' '}
              {t('message.notSent')} {reason.title} <Advice explanation={reason} />
            </Text>
            <Button size="small" icon={<ArrowClockwiseRegular />} onClick={() => outbox.retry(key)}>{t('common.tryAgain')}</Button>
            <Button size="small" appearance="subtle" icon={<DeleteRegular />} onClick={() => outbox.discard(key)}>{t('message.discard')}</Button>
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
