/** Everything that the trail keeps of one event: in words first, then as it is kept. */
import { makeStyles, Text, tokens } from '@fluentui/react-components';

import type { AuditEvent } from '../../api/schema.gen';
import { href, Link } from '../../app/router';
import { useSession } from '../../accounts/AccountContext';
import { dateTime } from '../../i18n/formats';
import english from '../catalogues/en.json';
import type { Policy } from '../data';
import { type T, type TextKey, useT } from '../i18n';
import { summary } from '../policies/PoliciesPage';
import { Changes } from './Changes';
import type { NameOf } from './names';
import { modifiedOf, reasonOf, sentenceOf } from './sentence';
import { factsOf, noFilter, type Participant, participantsOf, searchOf } from './trail';

const useStyles = makeStyles({
  whole: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM, paddingBlock: tokens.spacingVerticalS },
  list: {
    margin: 0,
    display: 'grid',
    gridTemplateColumns: 'max-content 1fr',
    gap: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalL}`,
    '& dt': { color: tokens.colorNeutralForeground2 },
    '& dd': { margin: 0, minInlineSize: 0, overflowWrap: 'anywhere' },
    '@media (max-width: 639px)': { gridTemplateColumns: '1fr', '& dd': { paddingBlockEnd: tokens.spacingVerticalXS } },
  },
  plain: { margin: 0, paddingInlineStart: tokens.spacingHorizontalL },
  raw: { '& summary': { cursor: 'pointer', color: tokens.colorBrandForegroundLink } },
  code: { margin: 0, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200 },
  link: { color: tokens.colorBrandForegroundLink },
});

export function EventDetail({ event, nameOf, isAlone = false }: { event: AuditEvent; nameOf: NameOf; isAlone?: boolean }) {
  const styles = useStyles();
  const t = useT();
  const { id, user } = useSession();
  const facts = factsOf(event);
  const participants = participantsOf(event);
  const modified = modifiedOf(event);
  const reason = event.kind === 'UserReported' ? null : reasonOf(facts['reason'], t);
  const settings = facts['act'] === 'created' ? (facts['settings'] as Partial<Policy> | undefined) : undefined;
  return (
    <div className={styles.whole}>
      {isAlone && <Text size={400} weight="semibold">{sentenceOf(event, nameOf, t)}</Text>}
      {reason && <Text>{t('audit.because', { reason, rule: String(facts['ruleId'] ?? '') })}</Text>}
      {event.kind === 'UserReported' && <Text>{t('audit.reportedFor', { reason: reportReason(facts['reason'], t) })}</Text>}
      {typeof facts['comment'] === 'string' && facts['comment'] !== '' && <Text>{t('audit.comment', { words: facts['comment'] })}</Text>}
      {typeof facts['report'] === 'string' && facts['report'] !== '' && <Text>{t('audit.reported', { words: facts['report'] })}</Text>}
      {Object.keys(modified).length > 0 && <Changes modified={modified} />}
      {settings && <Text>{t('audit.says', { words: summary(settings as Policy, t) })}</Text>}
      <dl className={styles.list}>
        {isAlone && <><dt>{t('audit.time')}</dt><dd>{dateTime(event.activityDateTime)}</dd></>}
        {participants.length > 0 && <><dt>{t('audit.participants')}</dt><dd><ul className={styles.plain}>{participants.map((one) => <li key={one.id}><Person one={one} own={user.tenantId} /> <Link className={styles.link} href={href('u', id, 'admin', 'audit') + searchOf({ ...noFilter, participantId: one.id })}>{t('audit.ofThisPerson', { name: one.displayName || one.address || one.id })}</Link></li>)}</ul></dd></>}
        {event.chatId && <><dt>{t('audit.chat')}</dt><dd>{event.chatId} <Link className={styles.link} href={href('u', id, 'admin', 'audit') + searchOf({ ...noFilter, chatId: event.chatId })}>{t('audit.ofThisChat')}</Link></dd></>}
        {event.messageId && <><dt>{t('audit.message')}</dt><dd>{event.messageId}</dd></>}
        {event.ipAddress && <><dt>{t('audit.client')}</dt><dd>{event.ipAddress}</dd></>}
        <dt>{t('audit.place')}</dt>
        <dd>{t('audit.placeOf', { sequence: event.sequence, chain: event.chatId ? t('audit.chainOfChat') : t('verify.administration') })}</dd>
        <dt>{t('audit.hash')}</dt>
        <dd><span className={styles.code}>{event.hash}</span></dd>
      </dl>
      <details className={styles.raw}>
        <summary>{t('audit.asKept')}</summary>
        <pre className={styles.code}>{JSON.stringify(event, null, 2)}</pre>
      </details>
      {!isAlone && <Link className={styles.link} href={href('u', id, 'admin', 'audit', event.id)}>{t('audit.alone')}</Link>}
    </div>
  );
}

/** For what somebody reported, in words; the code where this page does not know it. */
function reportReason(code: unknown, t: T): string {
  const key = `audit.report.${String(code)}`;
  return Object.hasOwn(english, key) ? t(key as TextKey) : String(code);
}

/** A participant by name, address and home: colleagues, other organisations, personal accounts. */
function Person({ one, own }: { one: Participant; own: string | null | undefined }) {
  const t = useT();
  const home = one.organisationId === null ? 'personal' : one.organisationId === own ? 'own' : 'other';
  return <>{one.displayName} {one.address && `<${one.address}>`} {t(`audit.home.${home}`)}</>;
}
