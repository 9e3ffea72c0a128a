/** All policies, and in which order groups have them. */
import { Button, makeStyles, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger, Text, tokens } from '@fluentui/react-components';
import { AddRegular, CopyRegular, DeleteRegular, EditRegular, MoreHorizontalRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { href, Link, navigate } from '../../app/router';
import { list } from '../../i18n/formats';
import { locale } from '../../i18n/locale';
import { policiesQuery, type Policy, policyLabel } from '../data';
import { type T, useT } from '../i18n';
import { useGroupNames } from '../parts/groupNames';
import { Page, Section } from '../parts/Page';
import { QueryState } from '../parts/QueryState';
import { useTableStyles } from '../parts/table';
import { rolesOf } from '../roles';
import { DeletePolicyDialog } from './DeletePolicyDialog';
import { FewPeople } from './FewPeople';
import { policyDraftOf, rankedGroups } from './model';
import { RankList } from './RankList';

const useStyles = makeStyles({
  link: { color: tokens.colorBrandForegroundLink, fontWeight: tokens.fontWeightSemibold },
  acts: { textAlign: 'end' },
});

export function PoliciesPage() {
  const styles = useStyles();
  const table = useTableStyles();
  const t = useT();
  const { api, id, user } = useSession();
  const query = useQuery(policiesQuery(api));
  const [deleted, setDeleted] = useState<string | null>(null);
  const mayChange = rolesOf(user).isExternalAccess;
  const nameOf = useGroupNames();
  const address = (identity: string, ...rest: string[]) => href('u', id, 'admin', 'policies', policyLabel(identity), ...rest);

  return (
    <Page
      title={t('policies.title')}
      about={t('policies.about')}
      acts={mayChange && <Button appearance="primary" icon={<AddRegular />} onClick={() => navigate(href('u', id, 'admin', 'new-policy'))}>{t('policies.create')}</Button>}
    >
      <QueryState query={query}>
        {(policies) => (
          <>
            <Section title={t('policies.list')}>
              <div className={table.scroll}>
                <table className={`${table.table} ${table.folding}`} aria-label={t('policies.list')}>
                  <thead><tr><th scope="col">{t('policies.name')}</th><th scope="col">{t('policies.says')}</th><th scope="col">{t('policies.groups')}</th><th scope="col">{t('common.acts')}</th></tr></thead>
                  <tbody>
                    {policies.map((policy) => {
                      const identity = policy.identity ?? '';
                      const isGlobal = identity === 'Global';
                      return (
                        <tr key={identity}>
                          <th scope="row"><Link className={styles.link} href={address(identity)}>{policyLabel(identity)}</Link></th>
                          <td data-label={t('policies.says')}>{summary(policy, t)}</td>
                          <td data-label={t('policies.groups')}>{isGlobal ? t('policies.everybody') : <FewPeople identity={identity} groups={groupNames(policy, nameOf, t)} />}</td>
                          {/* The button in it has the name. */}
                          {/* oxlint-disable-next-line jsx-a11y/control-has-associated-label */}
                          <td className={styles.acts}>
                            <Menu>
                              <MenuTrigger disableButtonEnhancement>
                                <Button appearance="subtle" icon={<MoreHorizontalRegular />} aria-label={t('policies.actsOf', { name: policyLabel(identity) })} />
                              </MenuTrigger>
                              <MenuPopover>
                                <MenuList>
                                  <MenuItem icon={<EditRegular />} onClick={() => navigate(address(identity))}>{mayChange ? t('policies.edit') : t('policies.look')}</MenuItem>
                                  {mayChange && <MenuItem icon={<CopyRegular />} onClick={() => navigate(href('u', id, 'admin', 'new-policy', policyLabel(identity)))}>{t('policies.duplicate')}</MenuItem>}
                                  {mayChange && <MenuItem icon={<DeleteRegular />} onClick={() => setDeleted(identity)}>{isGlobal ? t('policies.reset') : t('policies.delete')}</MenuItem>}
                                </MenuList>
                              </MenuPopover>
                            </Menu>
                          </td>
                        </tr>
                      );
                    })}
                  </tbody>
                </table>
              </div>
            </Section>
            <Section title={t('rank.title')} hint={t('rank.about')}>
              {rankedGroups(policies).length === 0 ? <Text>{t('rank.empty')}</Text> : <RankList entries={rankedGroups(policies)} nameOf={nameOf} mayChange={mayChange} />}
            </Section>
            {policies.filter((one) => one.identity === deleted).map((one) => (
              <DeletePolicyDialog key={one.identity} policy={one} groupNames={(one.assignments ?? []).map(({ groupId }) => nameOf(groupId))} onClose={() => setDeleted(null)} />
            ))}
          </>
        )}
      </QueryState>
    </Page>
  );
}

function groupNames(policy: Policy, nameOf: (id: string) => string, t: T): string | null {
  const names = (policy.assignments ?? []).map(({ groupId, rank }) => t('policies.groupRank', { name: nameOf(groupId), rank }));
  return names.length > 0 ? list(names) : null;
}

/** A policy in one sentence. */
export function summary(policy: Policy, t: T): string {
  const draft = policyDraftOf(policy);
  const organisations = draft.enableFederationAccess ? t(`reach.short.${draft.communicationWithExternalOrgs}`) : t('summary.noOrganisations');
  const outbound = draft.enableTeamsConsumerInbound ? t('summary.personal') : t('summary.personalOutbound');
  const words = [organisations, draft.enableTeamsConsumerAccess ? outbound : t('summary.noPersonal'), ...(draft.federatedBilateralChats ? [t('summary.bilateral')] : [])].join('; ');
  return words.charAt(0).toLocaleUpperCase(locale().tag) + words.slice(1);
}
