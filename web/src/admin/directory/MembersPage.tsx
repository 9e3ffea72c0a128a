/** Everybody of the organisation: found as one types, made, opened. */
import { Avatar, Badge, Button, makeStyles, Text, tokens } from '@fluentui/react-components';
import { PersonAddRegular, PeopleRegular } from '@fluentui/react-icons';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { explainError } from '../../api/explain';
import { EmptyState } from '../../app/EmptyState';
import { href, Link } from '../../app/router';
import { SearchField } from '../../app/SearchField';
import { useT as useAppT } from '../../i18n';
import { inPages, readPeople } from '../data';
import { useT } from '../i18n';
import { Page, Section } from '../parts/Page';
import { QueryState } from '../parts/QueryState';
import { useTableStyles } from '../parts/table';
import { roleNames, rolesOf } from '../roles';
import { NewPersonDialog } from './NewPersonDialog';

const useStyles = makeStyles({
  search: { maxInlineSize: '420px', inlineSize: '100%' },
  person: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS },
  link: { color: tokens.colorBrandForegroundLink, fontWeight: tokens.fontWeightSemibold },
  more: { display: 'flex', justifyContent: 'center', paddingBlockStart: tokens.spacingVerticalM },
});

export function MembersPage() {
  const styles = useStyles();
  const table = useTableStyles();
  const t = useT();
  const tApp = useAppT();
  const { api, id, user } = useSession();
  const [text, setText] = useState('');
  const [isMaking, setMaking] = useState(false);
  const search = useDeferredValue(text.trim());
  const query = useInfiniteQuery(inPages(['admin', 'people', 'list', search], (token) => readPeople(api, search, token)));
  return (
    <Page
      title={t('members.title')}
      about={t('members.about')}
      acts={rolesOf(user).isOrganisation && <Button appearance="primary" icon={<PersonAddRegular />} onClick={() => setMaking(true)}>{t('members.create')}</Button>}
    >
      <Section title={t('members.list')}>
        <SearchField className={styles.search} value={text} placeholder={t('members.search')} aria-label={t('members.search')} onChange={(_, { value }) => setText(value)} />
        <QueryState query={query}>
          {({ pages }) => {
            const people = pages.flatMap((page) => page.items);
            if (people.length === 0) return <EmptyState icon={<PeopleRegular />} title={t('members.nobody')}>{t('members.nobodyHint')}</EmptyState>;
            return (
              <div className={table.scroll}>
                <table className={`${table.table} ${table.folding}`} aria-label={t('members.list')}>
                  <thead><tr><th scope="col">{t('members.name')}</th><th scope="col">{t('members.address')}</th><th scope="col">{t('members.roles')}</th><th scope="col">{t('members.state')}</th></tr></thead>
                  <tbody>
                    {people.map((person) => (
                      <tr key={person.id}>
                        <th scope="row">
                          <span className={styles.person}>
                            <Avatar size={28} name={person.displayName} color="colorful" aria-hidden="true" />
                            <Link className={styles.link} href={href('u', id, 'admin', 'members', person.id)}>{person.displayName}</Link>
                          </span>
                        </th>
                        <td data-label={t('members.address')}>{person.mail ?? person.userPrincipalName}</td>
                        <td data-label={t('members.roles')}>{roleNames(person.roles ?? [], t)}</td>
                        <td data-label={t('members.state')}>{person.accountEnabled === false ? <Badge appearance="tint" color="danger">{t('members.off')}</Badge> : <Text>{t('members.on')}</Text>}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
                <div className={styles.more}>
                  {query.isFetchNextPageError && <Text role="alert">{explainError(query.error, tApp).title}</Text>}
                  {query.hasNextPage && <Button disabledFocusable={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{query.isFetchingNextPage ? tApp('common.loading') : t('members.more')}</Button>}
                </div>
              </div>
            );
          }}
        </QueryState>
      </Section>
      {isMaking && <NewPersonDialog onClose={() => setMaking(false)} />}
    </Page>
  );
}
