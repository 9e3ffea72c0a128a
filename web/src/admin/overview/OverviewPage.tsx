/** The state of external access at a glance, and what crossed the boundary (4.7). */
import { Badge, Button, Dropdown, Field, makeStyles, MessageBar, MessageBarBody, Option, Text, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { valueOf } from '../../api/client';
import type { ExternalActivity, ExternalActivityPartner } from '../../api/schema.gen';
import { EmptyState } from '../../app/EmptyState';
import { href, Link, navigate } from '../../app/router';
import { number } from '../../i18n/formats';
import { locale } from '../../i18n/locale';
import { mayChange } from '../access/rights';
import { type Draft, draftOf } from '../access/settings';
import { configurationQuery, organisationQuery, policiesQuery } from '../data';
import { type T, useT } from '../i18n';
import { Page, Section } from '../parts/Page';
import { QueryState } from '../parts/QueryState';
import { useTableStyles } from '../parts/table';
import { type Bar, Chart, NamedChart } from './Chart';
import { LimitsSection } from './LimitsSection';

const windows = [1, 3, 7, 10, 30] as const;
const DAY_MS = 86_400_000;
/** Bars in the chart by partner; the table below it has every partner. */
const PARTNERS_DRAWN_MAX = 8;

const useStyles = makeStyles({
  cards: { display: 'grid', gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 230px), 1fr))', gap: tokens.spacingHorizontalM },
  card: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXS, padding: tokens.spacingHorizontalL, borderRadius: tokens.borderRadiusMedium, border: `1px solid ${tokens.colorNeutralStroke2}`, backgroundColor: tokens.colorNeutralBackground1, textDecorationLine: 'none', color: tokens.colorNeutralForeground1, ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover }, ':global([data-theme="highContrast"])': { ':hover': { backgroundColor: 'transparent', outline: `1px solid ${tokens.colorNeutralStroke1}` } }, ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` } },
  window: { maxInlineSize: '220px' },
  field: { minWidth: 0 },
  acts: { textAlign: 'end !important' as 'end', whiteSpace: 'nowrap', '@media (max-width: 639px)': { textAlign: 'start !important' as 'start' } },
});

export function OverviewPage() {
  const t = useT();
  const { api } = useSession();
  const organisation = useQuery(organisationQuery(api));
  return (
    <Page title={t('overview.title', { name: organisation.data?.displayName ?? '' })} about={t('overview.about')}>
      <State />
      <ActivitySection />
      <LimitsSection />
    </Page>
  );
}

function State() {
  const styles = useStyles();
  const t = useT();
  const { api, id } = useSession();
  const configuration = useQuery(configurationQuery(api));
  const policies = useQuery(policiesQuery(api));
  return (
    <QueryState query={configuration}>
      {({ value }) => {
        const draft = draftOf(value);
        const cards = [
          { to: ['external-access', 'allowTeamsConsumer'], title: t('overview.personal'), text: personalAccounts(draft, t), isOn: draft.allowTeamsConsumer },
          { to: ['external-access', 'allowedDomains'], title: t('overview.organisations'), text: draft.allowFederatedUsers ? t(`mode.${draft.mode}`) : t('diff.off'), isOn: draft.allowFederatedUsers && draft.mode !== 'blockAll' },
          { to: ['external-access', 'externalAccessWithTrialTenants'], title: t('trial.title'), text: t(`value.${draft.externalAccessWithTrialTenants}`), isOn: draft.externalAccessWithTrialTenants === 'Allowed' },
          { to: ['external-access', 'blockedUsers'], title: t('blocked.title'), text: draft.blockExternalUserAccess ? t('diff.entries', { count: draft.blockedUsers.length }) : t('overview.listOff'), isOn: draft.blockExternalUserAccess },
          { to: ['policies'], title: t('policies.title'), text: t('overview.policies', { count: policies.data?.length ?? 0 }), isOn: null },
        ];
        return (
          <nav className={styles.cards} aria-label={t('overview.state')}>
            {cards.map((card) => (
              <Link key={card.title} className={styles.card} href={href('u', id, 'admin', ...card.to)}>
                <Text weight="semibold">{card.title}</Text>
                <Text>{card.text}</Text>
                {card.isOn !== null && <span><Badge appearance="tint" color={card.isOn ? 'success' : 'subtle'}>{card.isOn ? t('diff.on') : t('diff.off')}</Badge></span>}
              </Link>
            ))}
          </nav>
        );
      }}
    </QueryState>
  );
}

function ActivitySection() {
  const styles = useStyles();
  const t = useT();
  const { api } = useSession();
  const [days, setDays] = useState<number>(10);
  const query = useQuery({
    queryKey: ['admin', 'activity', days],
    queryFn: () => {
      const $filter = `activityDateTime ge ${firstDay(days, Date.now())}`;
      return valueOf(api.GET('/v1.0/admin/teams/externalAccess/activity', { params: { query: { $filter } } }));
    },
  });
  return (
    <Section title={t('activity.title')} hint={t('activity.about')}>
      <Field className={styles.window} label={t('activity.window')}>
        <Dropdown className={styles.field} value={t('activity.days', { count: days })} selectedOptions={[String(days)]} onOptionSelect={(_, { optionValue }) => setDays(Number(optionValue ?? days))}>
          {windows.map((one) => <Option key={one} value={String(one)}>{t('activity.days', { count: one })}</Option>)}
        </Dropdown>
      </Field>
      <QueryState query={query}>{(activity) => <Report activity={activity} />}</QueryState>
    </Section>
  );
}

function personalAccounts(draft: Draft, t: T): string {
  if (!draft.allowTeamsConsumer) return t('diff.off');
  if (draft.restrictTeamsConsumerToExternalUserProfiles) return t('overview.restricted');
  return t(draft.allowTeamsConsumerInbound ? 'overview.bothWays' : 'overview.outbound');
}

/** When the first of so many days began, in coordinated universal time; the last of them is today. */
export function firstDay(days: number, now: number): string {
  return new Date(Math.floor(now / DAY_MS - (days - 1)) * DAY_MS).toISOString();
}

function Report({ activity }: { activity: ExternalActivity }) {
  const t = useT();
  const { days, partners, isComplete } = activity;
  if (partners.length === 0) return <EmptyState title={t('activity.empty')}>{t('activity.emptyHint')}</EmptyState>;
  const day = new Intl.DateTimeFormat(locale().tag, { day: 'numeric', month: 'short', timeZone: 'UTC' });
  const label = (moment: string) => day.format(new Date(moment));
  return (
    <>
      {!isComplete && <MessageBar layout="multiline"><MessageBarBody>{t('activity.incomplete')}</MessageBarBody></MessageBar>}
      <Chart title={t('activity.messages')} of={t('activity.day')} series={[t('activity.sent'), t('activity.received')]} bars={days.map((one) => ({ label: label(one.startDateTime), values: [one.messagesSent, one.messagesReceived] }))} />
      <Chart title={t('activity.contacts')} of={t('activity.day')} series={[t('activity.started'), t('activity.fromOutside')]} bars={days.map((one) => ({ label: label(one.startDateTime), values: [one.chatsStarted, one.oneOnOneChatsFromOutside + one.groupChatsFromOutside] }))} />
      <PartnerChart partners={partners} />
      <Partners partners={partners} />
    </>
  );
}

/** Who wrote or was written to most. */
function PartnerChart({ partners }: { partners: readonly ExternalActivityPartner[] }) {
  const t = useT();
  const total = (one: ExternalActivityPartner) => one.messagesSent + one.messagesReceived;
  const sorted = partners.filter((one) => total(one) > 0).toSorted((one, other) => total(other) - total(one));
  const bars = sorted.slice(0, PARTNERS_DRAWN_MAX).map((one): Bar => ({ label: one.domain ?? t('activity.personal'), values: [one.messagesSent, one.messagesReceived] }));
  const rest = sorted.length - bars.length;
  if (bars.length === 0) return null;
  return (
    <NamedChart title={t('activity.byPartner')} of={t('activity.partner')} series={[t('activity.sent'), t('activity.received')]} bars={bars}>
      <Text size={200}>{t('activity.perPartner')} {rest > 0 && t('activity.more', { count: rest })}</Text>
    </NamedChart>
  );
}

function Partners({ partners }: { partners: readonly ExternalActivityPartner[] }) {
  const styles = useStyles();
  const table = useTableStyles();
  const t = useT();
  const { api, id, user } = useSession();
  const configuration = useQuery(configurationQuery(api));
  const mayBlock = configuration.data !== undefined && mayChange(user, draftOf(configuration.data.value), 'blockedDomains');
  return (
    <div className={table.scroll}>
      <table className={`${table.table} ${table.folding}`} aria-label={t('activity.partners')}>
        <thead>
          <tr>
            <th scope="col">{t('activity.partner')}</th>
            <th scope="col" className={table.number}>{t('activity.people')}</th>
            <th scope="col" className={table.number}>{t('activity.outsiders')}</th>
            <th scope="col" className={table.number}>{t('activity.sent')}</th>
            <th scope="col" className={table.number}>{t('activity.received')}</th>
            <th scope="col" className={table.number}>{t('activity.oneOnOneFromOutside')}</th>
            <th scope="col" className={table.number}>{t('activity.groupsFromOutside')}</th>
            <th scope="col">{t('common.acts')}</th>
          </tr>
        </thead>
        <tbody>
          {partners.map((one) => (
            <tr key={one.domain ?? ''}>
              <th scope="row">{one.domain ?? t('activity.personal')}{one.people === 0 && <> <Badge appearance="tint" color="warning">{t('activity.unanswered')}</Badge></>}</th>
              <td className={table.number} data-label={t('activity.people')}>{number(one.people)}</td>
              <td className={table.number} data-label={t('activity.outsiders')}>{number(one.outsiders)}</td>
              <td className={table.number} data-label={t('activity.sent')}>{number(one.messagesSent)}</td>
              <td className={table.number} data-label={t('activity.received')}>{number(one.messagesReceived)}</td>
              <td className={table.number} data-label={t('activity.oneOnOneFromOutside')}>{number(one.oneOnOneChatsFromOutside)}</td>
              <td className={table.number} data-label={t('activity.groupsFromOutside')}>{number(one.groupChatsFromOutside)}</td>
              <td className={styles.acts}>
                {one.domain && mayBlock && <Button size="small" appearance="subtle" aria-label={t('activity.blockDomain', { domain: one.domain })} onClick={() => navigate(`${href('u', id, 'admin', 'external-access', 'allowedDomains')}?block=${encodeURIComponent(one.domain ?? '')}`)}>{t('activity.block')}</Button>}
                <Button size="small" appearance="subtle" onClick={() => navigate(href('u', id, 'admin', 'external-access', one.domain ? 'allowedDomains' : 'allowTeamsConsumer'))}>{t('activity.settings')}</Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
