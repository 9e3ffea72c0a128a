/** One group: who is in it, and which policy it carries. */
import { Button, makeStyles, Text, tokens } from '@fluentui/react-components';
import { DeleteRegular, EditRegular } from '@fluentui/react-icons';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { answer } from '../../api/client';
import type { Result } from '../../api/failure';
import type { Group, User } from '../../api/schema.gen';
import { Loading } from '../../app/Loading';
import { href, Link, navigate } from '../../app/router';
import { toast, toastFailure } from '../../app/toasts';
import { groupsQuery, policiesQuery, policyLabel } from '../data';
import { useT } from '../i18n';
import { ConfirmDialog } from '../parts/ConfirmDialog';
import { Effect } from '../parts/Effect';
import { Page, Section } from '../parts/Page';
import { type Chosen, PersonPicker } from '../parts/PersonPicker';
import { QueryState } from '../parts/QueryState';
import { rankedGroups } from '../policies/model';
import { rolesOf } from '../roles';
import { Gone } from './Gone';
import { GroupMembers } from './GroupMembers';
import { RenameGroupDialog } from './RenameGroupDialog';

const useStyles = makeStyles({
  link: { color: tokens.colorBrandForegroundLink },
  form: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalM, alignItems: 'end' },
  grow: { flexGrow: 1, flexBasis: '220px', maxInlineSize: '420px', minInlineSize: 0 },
});

type Joining = Extract<Chosen, { kind: 'colleague' }>;

const tellFailure = (result: Result<unknown>) => {
  if (!result.ok) toastFailure(result.failure);
};

export function GroupPage({ groupId }: { groupId: string }) {
  const t = useT();
  const { api } = useSession();
  // A group that was made elsewhere since the list was read is not gone.
  const query = useQuery({ ...groupsQuery(api), refetchOnMount: 'always' });
  return (
    <QueryState query={query} isPage>
      {(groups) => {
        const group = groups.find((one) => one.id === groupId);
        if (!group && query.isFetching) return <Loading />;
        return group ? <Content key={group.id} group={group} /> : <Gone title={t('groups.missing')} area="groups" all={t('groups.all')} />;
      }}
    </QueryState>
  );
}

function Content({ group }: { group: Group }) {
  const styles = useStyles();
  const t = useT();
  const { api, id, user } = useSession();
  const queries = useQueryClient();
  const policies = useQuery(policiesQuery(api));
  const [person, setPerson] = useState<Chosen | null>(null);
  const [round, setRound] = useState(0);
  const [isRenaming, setRenaming] = useState(false);
  const [isDeleting, setDeleting] = useState(false);
  const [leaving, setLeaving] = useState<User | null>(null);
  const [joining, setJoining] = useState<Joining | null>(null);
  const mayChange = rolesOf(user).isExternalAccess;
  const policy = rankedGroups(policies.data ?? []).find((one) => one.groupId === group.id);
  const refresh = () => queries.invalidateQueries({ queryKey: ['admin'] });

  async function join(userId: string): Promise<Result<unknown>> {
    const reference = { '@odata.id': `${location.origin}/v1.0/directoryObjects/${userId}` };
    const result = await answer(api.POST('/v1.0/groups/{group_id}/members/$ref', { params: { path: { group_id: group.id } }, body: reference }));
    if (result.ok) await refresh();
    return result;
  }

  /** The buttons wait until it is known whether a policy hangs on the group. */
  function beginAdding(): void {
    if (person?.kind !== 'colleague') return;
    if (policy) setJoining(person);
    else void add(person).then(tellFailure);
  }

  async function add(one: Joining): Promise<Result<unknown>> {
    const result = await join(one.id);
    if (!result.ok) return result;
    toast({ intent: 'success', title: t('groups.added', { name: one.name }) });
    setPerson(null);
    setRound((before) => before + 1);
    return result;
  }

  /** Where nothing hangs on the group it is simply undone; where a policy does it is asked first. */
  function begin(one: User): void {
    if (policy) setLeaving(one);
    else void remove(one).then(tellFailure);
  }

  async function remove({ id: userId, displayName: name }: User): Promise<Result<unknown>> {
    const path = { group_id: group.id, user_id: userId };
    const result = await answer(api.DELETE('/v1.0/groups/{group_id}/members/{user_id}/$ref', { params: { path } }));
    if (!result.ok) return result;
    await refresh();
    toast({ intent: 'success', title: t('groups.removed', { name }), undo: { label: t('common.undo'), run: () => void join(userId).then(tellFailure) } });
    return result;
  }

  async function destroy() {
    const result = await answer(api.DELETE('/v1.0/groups/{group_id}', { params: { path: { group_id: group.id } } }));
    if (result.ok) {
      await refresh();
      toast({ intent: 'success', title: t('groups.deleted', { name: group.displayName }) });
      navigate(href('u', id, 'admin', 'groups'));
    }
    return result;
  }

  return (
    <Page
      title={group.displayName}
      acts={
        mayChange && (
          <>
            <Button icon={<EditRegular />} onClick={() => setRenaming(true)}>{t('groups.rename')}</Button>
            <Button icon={<DeleteRegular />} onClick={() => setDeleting(true)}>{t('groups.delete')}</Button>
          </>
        )
      }
    >
      <div><Link className={styles.link} href={href('u', id, 'admin', 'groups')}>{t('groups.all')}</Link></div>
      <Section title={t('groups.policy')}>
        <QueryState query={policies}>
          {() =>
            policy ? (
              <Text><Link className={styles.link} href={href('u', id, 'admin', 'policies', policyLabel(policy.identity))}>{t('groups.policyRank', { name: policyLabel(policy.identity), rank: policy.rank })}</Link></Text>
            ) : (
              <Text>{t('groups.noPolicyHint')}</Text>
            )
          }
        </QueryState>
      </Section>
      <Section title={t('groups.members')} hint={t('groups.membersAbout')}>
        {mayChange && (
          <div className={styles.form}>
            <div className={styles.grow}><PersonPicker key={round} label={t('groups.add')} value={person} onChange={setPerson} /></div>
            <Button disabledFocusable={person?.kind !== 'colleague' || !policies.data} onClick={beginAdding}>{t('list.add')}</Button>
          </div>
        )}
        <GroupMembers groupId={group.id} isWaiting={!policies.data} {...(mayChange ? { onRemove: begin } : {})} />
      </Section>
      {joining && policy && (
        <ConfirmDialog title={t('groups.addTitle', { name: joining.name, group: group.displayName })} confirm={t('list.add')} isDangerous={false} onConfirm={() => add(joining)} onClose={() => setJoining(null)}>
          <Text>{t('groups.addPolicy', { name: policyLabel(policy.identity) })}</Text>
        </ConfirmDialog>
      )}
      {leaving && policy && (
        <ConfirmDialog title={t('groups.removeTitle', { name: leaving.displayName, group: group.displayName })} confirm={t('groups.remove')} onConfirm={() => remove(leaving)} onClose={() => setLeaving(null)}>
          <Text>{t('groups.removePolicy', { name: policyLabel(policy.identity) })}</Text>
        </ConfirmDialog>
      )}
      {isRenaming && <RenameGroupDialog group={group} onClose={() => setRenaming(false)} />}
      {isDeleting && (
        <ConfirmDialog title={t('groups.deleteTitle', { name: group.displayName })} confirm={t('groups.delete')} onConfirm={destroy} onClose={() => setDeleting(false)}>
          <Text>{policy ? t('groups.deletePolicy', { name: policyLabel(policy.identity) }) : t('groups.deleteAbout')}</Text>
          {policy && <Effect request={{ assignment: { groupId: group.id } }} />}
        </ConfirmDialog>
      )}
    </Page>
  );
}
