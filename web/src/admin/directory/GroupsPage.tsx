/** Groups of people; they carry policies and nothing else. */
import { Button, Field, Input, makeStyles, Text, tokens } from '@fluentui/react-components';
import { AddRegular, PeopleTeamRegular } from '@fluentui/react-icons';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { answer } from '../../api/client';
import { EmptyState } from '../../app/EmptyState';
import { href, Link, navigate } from '../../app/router';
import { toast } from '../../app/toasts';
import { SearchField } from '../../app/SearchField';
import { compareNames, date } from '../../i18n/formats';
import { groupsQuery, policiesQuery, policyLabel } from '../data';
import { useT } from '../i18n';
import { FormDialog } from '../parts/FormDialog';
import { Page, Section } from '../parts/Page';
import { QueryState } from '../parts/QueryState';
import { useTableStyles } from '../parts/table';
import { rankedGroups } from '../policies/model';
import { rolesOf } from '../roles';

const SHOWN_MAX = 200;

const useStyles = makeStyles({
  search: { maxInlineSize: '420px', inlineSize: '100%' },
  link: { color: tokens.colorBrandForegroundLink, fontWeight: tokens.fontWeightSemibold },
});

export function GroupsPage() {
  const styles = useStyles();
  const table = useTableStyles();
  const t = useT();
  const { api, id, user } = useSession();
  const query = useQuery(groupsQuery(api));
  const policies = useQuery(policiesQuery(api));
  const [text, setText] = useState('');
  const [isMaking, setMaking] = useState(false);
  const wanted = text.trim().toLowerCase();
  const assigned = rankedGroups(policies.data ?? []);
  return (
    <Page title={t('groups.title')} about={t('groups.about')} acts={rolesOf(user).isExternalAccess && <Button appearance="primary" icon={<AddRegular />} onClick={() => setMaking(true)}>{t('groups.create')}</Button>}>
      <Section title={t('groups.list')}>
        <QueryState query={query}>
          {(groups) => {
            if (groups.length === 0) return <EmptyState icon={<PeopleTeamRegular />} title={t('groups.empty')}>{t('groups.emptyHint')}</EmptyState>;
            const found = groups.filter((one) => one.displayName.toLowerCase().includes(wanted)).toSorted((one, other) => compareNames(one.displayName, other.displayName));
            return (
              <>
                <SearchField className={styles.search} value={text} placeholder={t('groups.search')} aria-label={t('groups.search')} onChange={(_, { value }) => setText(value)} />
                {found.length === 0 ? (
                  <Text role="status">{t('groups.noneFound', { text: text.trim() })}</Text>
                ) : (
                  <div className={table.scroll}>
                    <table className={`${table.table} ${table.folding}`} aria-label={t('groups.list')}>
                      <thead><tr><th scope="col">{t('groups.name')}</th><th scope="col">{t('groups.policy')}</th><th scope="col">{t('groups.since')}</th></tr></thead>
                      <tbody>
                        {found.slice(0, SHOWN_MAX).map((group) => {
                          const policy = assigned.find((one) => one.groupId === group.id);
                          return (
                            <tr key={group.id}>
                              <th scope="row"><Link className={styles.link} href={href('u', id, 'admin', 'groups', group.id)}>{group.displayName}</Link></th>
                              <td data-label={t('groups.policy')}>{policy ? t('groups.policyRank', { name: policyLabel(policy.identity), rank: policy.rank }) : t('groups.noPolicy')}</td>
                              <td data-label={t('groups.since')}>{date(group.createdDateTime)}</td>
                            </tr>
                          );
                        })}
                      </tbody>
                    </table>
                  </div>
                )}
                {found.length > SHOWN_MAX && <p>{t('groups.narrow', { count: found.length - SHOWN_MAX })}</p>}
              </>
            );
          }}
        </QueryState>
      </Section>
      {isMaking && <NewGroupDialog onClose={() => setMaking(false)} />}
    </Page>
  );
}

function NewGroupDialog({ onClose }: { onClose: () => void }) {
  const t = useT();
  const { api, id } = useSession();
  const queries = useQueryClient();
  const [name, setName] = useState('');

  async function create() {
    const result = await answer(api.POST('/v1.0/groups', { body: { displayName: name.trim(), securityEnabled: true } }));
    if (result.ok) {
      await queries.invalidateQueries({ queryKey: ['admin'] });
      toast({ intent: 'success', title: t('groups.created', { name: name.trim() }) });
      navigate(href('u', id, 'admin', 'groups', result.value.id));
    }
    return result;
  }

  return (
    <FormDialog title={t('groups.create')} submit={t('groups.create')} fields={name} isReady={name.trim() !== ''} onSubmit={create} onClose={onClose}>
      <Field label={t('groups.name')} required><Input value={name} onChange={(_, { value }) => setName(value)} /></Field>
    </FormDialog>
  );
}
