/** Which policy applies to somebody, what it says, and every source in its order. */
import { Badge, Button, Dropdown, Field, makeStyles, mergeClasses, Option, Text, tokens } from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { answer } from '../../api/client';
import type { PolicySource, User } from '../../api/schema.gen';
import { href, Link } from '../../app/router';
import { toast } from '../../app/toasts';
import { effectivePolicyQuery, policiesQuery, policyLabel } from '../data';
import { useT } from '../i18n';
import { ConfirmDialog } from '../parts/ConfirmDialog';
import { Effect } from '../parts/Effect';
import { useGroupNames } from '../parts/groupNames';
import { Section } from '../parts/Page';
import { QueryState } from '../parts/QueryState';
import { Fallback } from '../policies/Fallback';
import { summary } from '../policies/PoliciesPage';
import { rolesOf } from '../roles';

const useStyles = makeStyles({
  sources: { margin: 0, padding: 0, listStyleType: 'none', display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXS },
  source: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalM, padding: tokens.spacingHorizontalS, borderRadius: tokens.borderRadiusMedium, border: `1px solid ${tokens.colorNeutralStroke2}` },
  winner: { borderInlineStartWidth: '4px', borderInlineStartStyle: 'solid', borderInlineStartColor: tokens.colorBrandStroke1, backgroundColor: tokens.colorNeutralBackground2 },
  link: { color: tokens.colorBrandForegroundLink, fontWeight: tokens.fontWeightSemibold },
  form: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalM, alignItems: 'end' },
  field: { minWidth: 0, inlineSize: '100%' },
  grow: { flexGrow: 1, flexBasis: '220px', maxInlineSize: '420px', minInlineSize: 0 },
});

/** What stands for “none of their own” in the list of policies. */
const NONE = '';

export function EffectivePolicy({ person }: { person: User }) {
  const styles = useStyles();
  const t = useT();
  const { api, id, user } = useSession();
  const queries = useQueryClient();
  const query = useQuery(effectivePolicyQuery(api, person.id));
  const policies = useQuery(policiesQuery(api));
  const groupName = useGroupNames();
  const [chosen, setChosen] = useState<string | null>(null);
  const [isAsking, setAsking] = useState(false);
  const direct = query.data?.sources.find((source) => source.type === 'direct')?.policyId ?? NONE;
  const wanted = chosen ?? direct;
  const nameOf = (identity: string) => (identity === NONE ? t('effective.none') : policyLabel(identity));

  function words(source: PolicySource): string {
    if (source.type === 'direct') return t('effective.direct');
    if (source.type === 'global') return t('effective.global');
    return t('effective.group', { group: groupName(source.groupId ?? ''), rank: source.rank ?? 0 });
  }

  async function assign() {
    const value = [{ userId: person.id, policyType: 'ExternalAccessPolicy', policyId: wanted }];
    const result = await answer(api.POST('/v1.0/admin/teams/policy/userAssignments/assign', { body: { value } }));
    if (result.ok) {
      await queries.invalidateQueries({ queryKey: ['admin'] });
      setChosen(null);
      toast({ intent: 'success', title: t('save.done') });
    }
    return result;
  }

  return (
    <Section title={t('effective.title')} hint={t('effective.about')}>
      <QueryState query={query}>
        {({ effective, sources }) => (
          <>
            <Text>{summary(effective, t)}</Text>
            <ol className={styles.sources} aria-label={t('effective.sources')}>
              {sources.map((source, index) => (
                <li key={`${source.type} ${source.groupId ?? ''}`} className={mergeClasses(styles.source, index === 0 && styles.winner)}>
                  <Link className={styles.link} href={href('u', id, 'admin', 'policies', policyLabel(source.policyId))}>{policyLabel(source.policyId)}</Link>
                  <Text>{words(source)}</Text>
                  {index === 0 && <Badge appearance="filled" color="brand">{t('effective.applies')}</Badge>}
                </li>
              ))}
            </ol>
          </>
        )}
      </QueryState>
      {rolesOf(user).isExternalAccess && (
        <div className={styles.form}>
          <Field className={styles.grow} label={t('effective.own')}>
            <Dropdown className={styles.field} value={nameOf(wanted)} selectedOptions={[wanted]} onOptionSelect={(_, { optionValue }) => setChosen(optionValue ?? null)}>
              {[NONE, ...(policies.data ?? []).map((one) => one.identity ?? '').filter((one) => one !== 'Global')].map((identity) => <Option key={identity} value={identity}>{nameOf(identity)}</Option>)}
            </Dropdown>
          </Field>
          <Button disabledFocusable={wanted === direct} onClick={() => wanted !== direct && setAsking(true)}>{t('assign.assign')}</Button>
        </div>
      )}
      {isAsking && (
        <ConfirmDialog
          title={wanted === NONE ? t('effective.takeTitle', { person: person.displayName }) : t('assign.personTitle', { name: policyLabel(wanted), person: person.displayName })}
          confirm={wanted === NONE ? t('assign.take') : t('assign.assign')}
          isDangerous={false}
          onConfirm={assign}
          onClose={() => setAsking(false)}
        >
          {wanted === NONE ? <Fallback personId={person.id} /> : <Text>{t('assign.personAbout')}</Text>}
          <Effect request={{ assignment: { userId: person.id, ...(wanted === NONE ? {} : { policyId: wanted }) } }} />
        </ConfirmDialog>
      )}
    </Section>
  );
}
