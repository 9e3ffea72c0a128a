/** What a request says, as inert text: no links to press, nothing that loads. */
import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { useEffect, useRef } from 'react';

import type { ChatMessage } from '../../api/schema.gen';
import { useT } from '../../i18n';
import { announce } from '../../app/Announcer';
import { time } from '../../i18n/formats';

const useStyles = makeStyles({
  preview: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS, padding: tokens.spacingHorizontalM, maxBlockSize: '40vh', overflowY: 'auto', backgroundColor: tokens.colorNeutralBackground3, borderRadius: tokens.borderRadiusMedium, margin: 0, listStyleType: 'none' },
  text: { whiteSpace: 'pre-wrap' },
  quiet: { color: tokens.colorNeutralForeground2, outlineStyle: 'none' },
});

export function RequestPreview({ messages }: { messages: readonly ChatMessage[] }) {
  const styles = useStyles();
  const t = useT();
  const shown = useRef<HTMLUListElement & HTMLParagraphElement>(null);
  const { length: count } = messages;
  // The button that was pressed is gone: one reads on from here.
  useEffect(() => {
    shown.current?.focus();
    announce(count === 0 ? t('request.previewEmpty') : t('request.previewed', { count }));
  }, [count, t]);
  if (messages.length === 0) return <p ref={shown} tabIndex={-1} className={styles.quiet}>{t('request.previewEmpty')}</p>;
  return (
    // A region that scrolls must be reachable by keyboard.
    <ul ref={shown} className={styles.preview} aria-label={t('request.previewLabel')} tabIndex={0}>
      {messages.toSorted((one, other) => one.createdDateTime.localeCompare(other.createdDateTime)).map((message) => (
        <li key={message.id}>
          <Text block size={100} className={styles.quiet}>{time(message.createdDateTime)}</Text>
          <Text block dir="auto" className={styles.text}>{message.body.content || t('request.previewImage')}</Text>
        </li>
      ))}
    </ul>
  );
}
