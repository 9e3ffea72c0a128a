/** To whom a policy is assigned, and assigning it: to people, to groups at a rank, to everybody. */
import { Button, Dropdown, Field, makeStyles, Option, SpinButton, Text, tokens } from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useId, useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { answer } from '../../api/client';
import type { Result } from '../../api/failure';
import type { SimulationRequest } from '../../api/schema.gen';
import { href, Link } from '../../app/router';
import { toast } from '../../app/toasts';
import { groupsQuery, over, policiesQuery, type Policy, policyLabel } from '../data';
import { useT } from '../i18n';
import { ConfirmDialog } from '../parts/ConfirmDialog';
import { Effect } from '../parts/Effect';
import { useGroupNames } from '../parts/groupNames';
import { Section, Subheading } from '../parts/Page';
import { type Chosen, PersonPicker } from '../parts/PersonPicker';
import { DirectPeople } from './DirectPeople';
import { Fallback } from './Fallback';
import { emptyPolicy, policyDraftOf, policyPatch, type RankedGroup, rankedGroups } from './model';

const useStyles = makeStyles({
  list: { margin: 0, padding: 0, listStyleType: 'none', display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXS },
  row: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalM },
  form: { display: 'flex', flexWrap: 'wrap', alignItems: 'end', gap: tokens.spacingHorizontalM },
  grow: { flexGrow: 1, flexBasis: '220px', minInlineSize: 0, maxInlineSize: '420px' },
  rank: { inlineSize: '104px', '& input': { minInlineSize: 0, inlineSize: '100%' } },
  field: { minWidth: 0, inlineSize: '100%' },
  link: { color: tokens.colorBrandForegroundLink },
  everybody: { display: 'flex', flexDirection: 'column', alignItems: 'start', gap: tokens.spacingVerticalXS },
});

/** An act that waits for a yes. */
interface Pending {
  readonly title: string;
  readonly about: ReactNode;
  readonly confirm: string;
  readonly request: SimulationRequest;
  /** Does it to the policy in the version that is shown by then: whoever was told that it changed sees anew what it does. */
  readonly run: (shown: Record<string, string>) => Promise<Result<unknown>>;
}

type Act = (pending: Pending) => void;
type Colleague = Extract<Chosen, { kind: 'colleague' }>;

export function Assignments({ policy, mayChange }: { policy: Policy; mayChange: boolean }) {
  const styles = useStyles();
  const t = useT();
  const { api } = useSession();
  const queries = useQueryClient();
  const policies = useQuery(policiesQuery(api));
  const [pending, setPending] = useState<Pending | null>(null);
  /** Counts what was done: each time the fields begin empty. */
  const [round, setRound] = useState(0);
  const identity = policy.identity ?? '';
  const name = policyLabel(identity);
  const why = useId();
  // Which organisations everybody reaches is set for the organisation, never by Global.
  const { communicationWithExternalOrgs: reach } = policyDraftOf(policy);
  const ownDomains = reach === 'OrganizationDefault' ? null : reach;

  function toEverybody(): void {
    const global = policies.data?.find((one) => one.identity === 'Global');
    const change = policyPatch(global ? policyDraftOf(global) : emptyPolicy, policyDraftOf(policy));
    setPending({
      title: t('assign.everybodyTitle', { name }),
      about: t('assign.everybodyAbout'),
      confirm: t('assign.everybody'),
      request: { policy: { identity: 'Global', ...change } },
      // As it was read: from that was worked out what everybody gets.
      run: () => answer(api.POST('/v1.0/admin/teams/externalAccess/policies/{identity}/assign', { params: { path: { identity } }, headers: over(policy['@odata.etag']), body: { global: true } })),
    });
  }

  async function run(act: Pending): Promise<Result<unknown>> {
    const result = await act.run(over(policy['@odata.etag']));
    // Who is told that it was changed meanwhile looks at it again.
    if (result.ok || result.failure.status === 412) await queries.invalidateQueries({ queryKey: ['admin'] });
    if (result.ok) {
      toast({ intent: 'success', title: t('save.done') });
      setRound((before) => before + 1);
    }
    return result;
  }

  return (
    <Section title={t('assign.title')} hint={t('assign.about')}>
      <People policy={policy} mayChange={mayChange} round={round} onAct={setPending} />
      <Groups policy={policy} mayChange={mayChange} round={round} onAct={setPending} />
      {mayChange && (
        <div className={styles.everybody}>
          <Button disabledFocusable={ownDomains !== null} aria-describedby={ownDomains === null ? undefined : why} onClick={() => ownDomains === null && toEverybody()}>{t('assign.everybody')}</Button>
          {ownDomains !== null && <Text id={why} size={200}>{t('assign.everybodyNot', { says: t(`reach.${ownDomains}`) })}</Text>}
        </div>
      )}
      {pending && (
        <ConfirmDialog title={pending.title} confirm={pending.confirm} isDangerous={false} onConfirm={() => run(pending)} onClose={() => setPending(null)}>
          {typeof pending.about === 'string' ? <Text>{pending.about}</Text> : pending.about}
          <Effect request={pending.request} />
        </ConfirmDialog>
      )}
    </Section>
  );
}

interface PartProps {
  readonly policy: Policy;
  readonly mayChange: boolean;
  /** The fields begin empty in each; the lists above them stay, and what has the focus in them. */
  readonly round: number;
  readonly onAct: Act;
}

function People({ policy, mayChange, round, onAct }: PartProps) {
  const t = useT();
  const { api } = useSession();
  const identity = policy.identity ?? '';
  const name = policyLabel(identity);
  const assign = (userId: string, policyId: string) =>
    answer(api.POST('/v1.0/admin/teams/policy/userAssignments/assign', { body: { value: [{ userId, policyType: 'ExternalAccessPolicy', policyId }] } }));

  function give(chosen: Colleague): void {
    onAct({
      title: t('assign.personTitle', { name, person: chosen.name }),
      about: t('assign.personAbout'),
      confirm: t('assign.assign'),
      request: { assignment: { userId: chosen.id, policyId: identity } },
      run: () => assign(chosen.id, identity),
    });
  }

  function take(userId: string, displayName: string): void {
    onAct({
      title: t('assign.takePersonTitle', { name, person: displayName }),
      about: <Fallback personId={userId} />,
      confirm: t('assign.take'),
      request: { assignment: { userId } },
      run: () => assign(userId, ''),
    });
  }

  return (
    <>
      <Subheading>{t('assign.peopleTitle')}</Subheading>
      <DirectPeople identity={identity} {...(mayChange ? { onTake: take } : {})} />
      {mayChange && <PersonForm key={round} onGive={give} />}
    </>
  );
}

function PersonForm({ onGive }: { onGive: (chosen: Colleague) => void }) {
  const styles = useStyles();
  const t = useT();
  const [person, setPerson] = useState<Chosen | null>(null);
  return (
    <div className={styles.form}>
      <div className={styles.grow}><PersonPicker label={t('assign.toPerson')} value={person} onChange={setPerson} /></div>
      <Button disabledFocusable={person?.kind !== 'colleague'} onClick={() => person?.kind === 'colleague' && onGive(person)}>{t('assign.assign')}</Button>
    </div>
  );
}

function Groups({ policy, mayChange, round, onAct }: PartProps) {
  const styles = useStyles();
  const t = useT();
  const { api, id } = useSession();
  const policies = useQuery(policiesQuery(api));
  const identity = policy.identity ?? '';
  const name = policyLabel(identity);
  const mine = policy.assignments ?? [];
  const all = rankedGroups(policies.data ?? []);
  const nameOf = useGroupNames();
  const path = { identity };

  function give(groupId: string, rank: number): void {
    const other = all.find((one) => one.groupId === groupId && one.identity !== identity);
    const body = { groupId, rank };
    onAct({
      title: t('assign.groupTitle', { name, group: nameOf(groupId) }),
      about: [other ? t('assign.groupReplaces', { other: policyLabel(other.identity) }) : t('assign.groupAbout'), t('assign.atRank', { rank })].join(' '),
      confirm: t('assign.assign'),
      request: { assignment: { ...body, policyId: identity } },
      run: (headers) => answer(api.POST('/v1.0/admin/teams/externalAccess/policies/{identity}/assign', { params: { path }, headers, body })),
    });
  }

  function take(groupId: string): void {
    onAct({
      title: t('assign.takeTitle', { name, group: nameOf(groupId) }),
      about: t('assign.takeAbout'),
      confirm: t('assign.take'),
      request: { assignment: { groupId } },
      run: (headers) => answer(api.POST('/v1.0/admin/teams/externalAccess/policies/{identity}/unassign', { params: { path }, headers, body: { groupId } })),
    });
  }

  return (
    <>
      <Subheading>{t('assign.groupsTitle')}</Subheading>
      {mine.length === 0 ? (
        <Text>{t('assign.noGroups')}</Text>
      ) : (
        <ul className={styles.list} aria-label={t('assign.groups')}>
          {mine.map(({ groupId, rank: held }) => (
            <li key={groupId} className={styles.row}>
              <Link className={styles.link} href={href('u', id, 'admin', 'groups', groupId)}>{t('policies.groupRank', { name: nameOf(groupId), rank: held })}</Link>
              {mayChange && <Button size="small" aria-label={t('assign.takeFrom', { group: nameOf(groupId) })} onClick={() => take(groupId)}>{t('assign.take')}</Button>}
            </li>
          ))}
        </ul>
      )}
      {mayChange && <GroupForm key={round} nameOf={nameOf} ranks={all} onGive={give} />}
    </>
  );
}

interface GroupFormProps {
  readonly nameOf: (groupId: string) => string;
  readonly ranks: readonly RankedGroup[];
  readonly onGive: (groupId: string, rank: number) => void;
}

function GroupForm({ nameOf, ranks, onGive }: GroupFormProps) {
  const styles = useStyles();
  const t = useT();
  const { api } = useSession();
  const groups = useQuery(groupsQuery(api));
  const [group, setGroup] = useState<string | null>(null);
  const [wanted, setWanted] = useState<number | null>(null);
  const lastRank = ranks.some((one) => one.groupId === group) ? ranks.length : ranks.length + 1;
  // There are as many ranks as groups with a policy, and one more for a new one.
  const rank = Math.min(Math.max(wanted ?? lastRank, 1), lastRank);
  return (
    <div className={styles.form}>
      <Field className={styles.grow} label={t('assign.toGroup')}>
        <Dropdown className={styles.field} value={group ? nameOf(group) : ''} selectedOptions={group ? [group] : []} placeholder={groups.data?.length === 0 ? t('assign.noGroupsAtAll') : t('assign.chooseGroup')} onOptionSelect={(_, { optionValue }) => setGroup(optionValue ?? null)}>
          {(groups.data ?? []).map((one) => <Option key={one.id} value={one.id}>{one.displayName}</Option>)}
        </Dropdown>
      </Field>
      <Field className={styles.rank} label={t('assign.rank')}>
        <SpinButton className={styles.field} min={1} max={lastRank} value={rank} onChange={(_, { value, displayValue }) => setWanted(value ?? (Number.parseInt(displayValue ?? '', 10) || null))} />
      </Field>
      <Button disabledFocusable={!group} onClick={() => group && onGive(group, rank)}>{t('assign.assign')}</Button>
    </div>
  );
}
