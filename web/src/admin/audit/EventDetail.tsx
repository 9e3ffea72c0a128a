/** Everything that the trail keeps of one event. */
import { makeStyles, tokens } from '@fluentui/react-components';

import type { AuditEvent } from '../../api/schema.gen';
import { useT } from '../i18n';
import { participantsOf } from './trail';

const useStyles = makeStyles({
  list: {
    margin: 0,
    display: 'grid',
    gridTemplateColumns: 'max-content 1fr',
    gap: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalL}`,
    '& dt': { color: tokens.colorNeutralForeground2 },
    '& dd': { margin: 0, minInlineSize: 0, overflowWrap: 'anywhere' },
    '@media (max-width: 639px)': { gridTemplateColumns: '1fr' },
  },
  plain: { margin: 0, paddingInlineStart: tokens.spacingHorizontalL },
  code: { margin: 0, whiteSpace: 'pre-wrap', fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200 },
});

export function EventDetail({ event }: { event: AuditEvent }) {
  const styles = useStyles();
  const t = useT();
  const participants = participantsOf(event);
  return (
    <dl className={styles.list}>
      {participants.length > 0 && (
        <>
          <dt>{t('audit.participants')}</dt>
          <dd><ul className={styles.plain}>{participants.map((one) => <li key={one.id}>{one.displayName} {one.address && `<${one.address}>`} {one.organisationId === null && t('audit.personal')}</li>)}</ul></dd>
        </>
      )}
      {event.detail && <><dt>{t('audit.facts')}</dt><dd><pre className={styles.code}>{JSON.stringify(event.detail, null, 2)}</pre></dd></>}
      {event.chatId && <><dt>{t('audit.chat')}</dt><dd>{event.chatId}</dd></>}
      {event.messageId && <><dt>{t('audit.message')}</dt><dd>{event.messageId}</dd></>}
      {event.ipAddress && <><dt>{t('audit.client')}</dt><dd>{event.ipAddress}</dd></>}
      <dt>{t('audit.place')}</dt>
      <dd>{event.sequence}, {event.hash}</dd>
    </dl>
  );
}
