/** What a request says, as inert text: no links to press, nothing that loads. */
import { makeStyles, Text, tokens } from '@fluentui/react-components';

import type { ChatMessage } from '../../api/schema.gen';
import { useT } from '../../i18n';
import { time } from '../../i18n/formats';

const useStyles = makeStyles({
  preview: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS, padding: tokens.spacingHorizontalM, maxBlockSize: '40vh', overflowY: 'auto', backgroundColor: tokens.colorNeutralBackground3, borderRadius: tokens.borderRadiusMedium, margin: 0, listStyleType: 'none' },
  text: { whiteSpace: 'pre-wrap' },
  quiet: { color: tokens.colorNeutralForeground2 },
});

export function RequestPreview({ messages }: { messages: readonly ChatMessage[] }) {
  const styles = useStyles();
  const t = useT();
  if (messages.length === 0) return <Text className={styles.quiet}>{t('request.previewEmpty')}</Text>;
  return (
    // A region that scrolls must be reachable by keyboard.
    <ul className={styles.preview} aria-label={t('request.previewLabel')} tabIndex={0}>
      {messages.toSorted((one, other) => one.createdDateTime.localeCompare(other.createdDateTime)).map((message) => (
        <li key={message.id}>
          <Text block size={100} className={styles.quiet}>{time(message.createdDateTime)}</Text>
          <Text block dir="auto" className={styles.text}>{message.body.content || t('request.previewImage')}</Text>
        </li>
      ))}
    </ul>
  );
}
