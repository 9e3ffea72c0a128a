/** The organisation itself: its domains, what it counts as, and who administers it. */
import { Badge, makeStyles, Text, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';

import { useSession } from '../../accounts/AccountContext';
import type { User } from '../../api/schema.gen';
import { EmptyState } from '../../app/EmptyState';
import { href, Link } from '../../app/router';
import { date } from '../../i18n/formats';
import { organisationQuery, readPeople } from '../data';
import { useT } from '../i18n';
import { Page, Section } from '../parts/Page';
import { QueryState } from '../parts/QueryState';
import { useTableStyles } from '../parts/table';
import { roles } from '../roles';

/** People that are looked through for roles; larger organisations look in the list of members. */
const PAGES_MAX = 50;

const useStyles = makeStyles({
  list: { margin: 0, padding: 0, listStyleType: 'none', display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXS },
  row: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalM },
  link: { color: tokens.colorBrandForegroundLink },
});

export function OrganisationPage() {
  const styles = useStyles();
  const t = useT();
  const { api } = useSession();
  const query = useQuery(organisationQuery(api));
  return (
    <QueryState query={query} isPage>
      {(organisation) =>
        organisation === null ? (
          <EmptyState title={t('organisation.none')} />
        ) : (
          <Page title={organisation.displayName} about={t('organisation.about')}>
            <Section title={t('organisation.domains')} hint={t('organisation.domainsAbout')}>
              <ul className={styles.list} aria-label={t('organisation.domains')}>
                {organisation.verifiedDomains.map((domain) => (
                  <li key={domain.name} className={styles.row}>
                    <Text>{domain.name}</Text>
                    {domain.isDefault && <Badge appearance="tint">{t('organisation.first')}</Badge>}
                  </li>
                ))}
              </ul>
            </Section>
            <Section title={t('organisation.standing')}>
              <Text>{organisation.trustClass === 'trial' ? t('organisation.trial') : t('organisation.standard')}</Text>
              <Text>{t('organisation.since', { date: date(organisation.createdDateTime) })}</Text>
            </Section>
            <Administrators />
          </Page>
        )
      }
    </QueryState>
  );
}

function Administrators() {
  const styles = useStyles();
  const table = useTableStyles();
  const t = useT();
  const { api, id } = useSession();
  const query = useQuery({
    queryKey: ['admin', 'people', 'administrators'],
    queryFn: async () => {
      const found: User[] = [];
      let token: string | undefined;
      for (let page = 0; page < PAGES_MAX; page += 1) {
        const { items, next } = await readPeople(api, '', token);
        found.push(...items.filter((one) => (one.roles ?? []).length > 0));
        if (next === null) return { found, isComplete: true };
        token = next;
      }
      return { found, isComplete: false };
    },
  });
  return (
    <Section title={t('organisation.administrators')} hint={t('organisation.administratorsAbout')}>
      <QueryState query={query}>
        {({ found, isComplete }) => (
          <div className={table.scroll}>
            <table className={`${table.table} ${table.folding}`} aria-label={t('organisation.administrators')}>
              <thead><tr><th scope="col">{t('organisation.role')}</th><th scope="col">{t('organisation.holders')}</th></tr></thead>
              <tbody>
                {roles.map((role) => {
                  const holders = found.filter((one) => one.roles?.includes(role));
                  return (
                    <tr key={role}>
                      <th scope="row">{t(`role.${role}`)}<Text block size={200}>{t(`role.about.${role}`)}</Text></th>
                      <td data-label={t('organisation.holders')}>
                        {holders.length === 0 ? t('organisation.nobody') : holders.map((one, index) => <span key={one.id}>{index > 0 && ', '}<Link className={styles.link} href={href('u', id, 'admin', 'members', one.id)}>{one.displayName}</Link></span>)}
                      </td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
            {!isComplete && <Text>{t('organisation.notAll')}</Text>}
          </div>
        )}
      </QueryState>
    </Section>
  );
}
