/** One policy: what it says, and to whom it is assigned. */
import { Button, Field, Input, makeStyles, tokens } from '@fluentui/react-components';
import { CopyRegular, DeleteRegular } from '@fluentui/react-icons';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { answer, RefusedError } from '../../api/client';
import type { Failure } from '../../api/failure';
import { EmptyState } from '../../app/EmptyState';
import { href, Link, navigate } from '../../app/router';
import { toast } from '../../app/toasts';
import { policiesQuery, type Policy, policyLabel, policyQuery, samePolicy, type Versioned } from '../data';
import { LeaveGuard } from '../editing/LeaveGuard';
import { isSame } from '../editing/merge';
import { Meanwhile } from '../editing/Meanwhile';
import { SaveBar } from '../editing/SaveBar';
import { useEditing } from '../editing/useEditing';
import { useT } from '../i18n';
import { FailureBar } from '../parts/ConfirmDialog';
import { useGroupNames } from '../parts/groupNames';
import { Page, Section } from '../parts/Page';
import { QueryState } from '../parts/QueryState';
import { rolesOf } from '../roles';
import { Assignments } from './Assignments';
import { DeletePolicyDialog } from './DeletePolicyDialog';
import { emptyPolicy, policyDraftOf, policyNameOf, policyPatch, policySubject } from './model';
import { PolicyForm } from './PolicyForm';

const useStyles = makeStyles({
  acts: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
  name: { maxInlineSize: '400px' },
  back: { color: tokens.colorBrandForegroundLink },
});

export function PolicyPage({ name }: { name: string }) {
  const t = useT();
  const { api } = useSession();
  const query = useQuery(policyQuery(api, name));
  const isGone = query.error instanceof RefusedError && query.error.failure.status === 404;
  if (isGone) return <EmptyState isPage title={t('policy.missing', { name })} action={<BackLink />} />;
  return <QueryState query={query} isPage>{(read) => <Editor key={read.value.identity} read={read} />}</QueryState>;
}

function BackLink() {
  const styles = useStyles();
  const t = useT();
  const { id } = useSession();
  return <Link className={styles.back} href={href('u', id, 'admin', 'policies')}>{t('policy.all')}</Link>;
}

/** A new policy, from the defaults or from another one. */
export function NewPolicyPage({ original }: { original: string | undefined }) {
  const { api } = useSession();
  const query = useQuery(policiesQuery(api));
  return (
    <QueryState query={query} isPage>
      {(policies) => <NewPolicy key={original ?? ''} original={policies.find((one) => original !== undefined && samePolicy(one.identity, original))} />}
    </QueryState>
  );
}

function NewPolicy({ original }: { original: Policy | undefined }) {
  const styles = useStyles();
  const t = useT();
  const { api, id } = useSession();
  const queries = useQueryClient();
  const begun = { name: original ? t('policy.copyOf', { name: policyLabel(original.identity ?? '') }) : '', draft: original ? policyDraftOf(original) : emptyPolicy };
  const [{ name, draft }, setState] = useState(begun);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [isBusy, setBusy] = useState(false);
  const wanted = policyNameOf(name);
  const isWrong = name !== '' && wanted === null;

  function change(part: Partial<typeof begun>): void {
    setState((before) => ({ ...before, ...part }));
    setFailure(null);
  }

  async function create(): Promise<void> {
    if (wanted === null || isBusy) return;
    setBusy(true);
    const body = { ...policyPatch(emptyPolicy, draft), identity: `Tag:${wanted}` };
    const result = await answer(api.POST('/v1.0/admin/teams/externalAccess/policies', { body }));
    setBusy(false);
    if (!result.ok) return setFailure(result.failure);
    await queries.invalidateQueries({ queryKey: ['admin'] });
    toast({ intent: 'success', title: t('policy.created', { name: wanted }) });
    return navigate(href('u', id, 'admin', 'policies', wanted), { isAnswered: true });
  }

  return (
    <Page title={original ? t('policy.duplicateTitle') : t('policy.newTitle')} about={t('policy.newAbout')}>
      <Section title={t('policy.settings')}>
        <Field className={styles.name} label={t('policies.name')} required validationState={isWrong ? 'error' : 'none'} validationMessage={isWrong ? t('policy.nameRule') : null}>
          <Input value={name} onChange={(_, { value }) => change({ name: value })} />
        </Field>
        <PolicyForm draft={draft} isGlobal={false} onChange={(part) => change({ draft: { ...draft, ...part } })} />
      </Section>
      {failure && <FailureBar failure={failure} />}
      <div className={styles.acts}>
        <Button appearance="primary" disabledFocusable={wanted === null || isBusy} onClick={() => void create()}>{t('policies.create')}</Button>
        <Button onClick={() => navigate(href('u', id, 'admin', 'policies'), { isAnswered: true })}>{t('save.discard')}</Button>
      </div>
      {!isSame({ name, draft }, begun) && <LeaveGuard here={location.pathname} />}
    </Page>
  );
}

function Editor({ read }: { read: Versioned<Policy> }) {
  const t = useT();
  const { api, id, user } = useSession();
  const groupName = useGroupNames();
  const policies = useQuery(policiesQuery(api));
  const identity = read.value.identity ?? '';
  const isGlobal = identity === 'Global';
  const name = policyLabel(identity);
  const editing = useEditing(read, policySubject(identity));
  const [isDeleting, setDeleting] = useState(false);
  const mayChange = rolesOf(user).isExternalAccess;
  // To whom it is assigned, the list of policies says.
  const assignments = policies.data?.find((one) => one.identity === identity)?.assignments ?? [];
  const policy = { ...read.value, assignments };

  return (
    <Page
      title={isGlobal ? t('policy.globalTitle') : name}
      about={isGlobal ? t('policy.globalAbout') : t('policy.about')}
      acts={
        mayChange && (
          <>
            <Button icon={<CopyRegular />} onClick={() => navigate(href('u', id, 'admin', 'new-policy', name))}>{t('policies.duplicate')}</Button>
            <Button icon={<DeleteRegular />} onClick={() => setDeleting(true)}>{isGlobal ? t('policies.reset') : t('policies.delete')}</Button>
          </>
        )
      }
    >
      <div><BackLink /></div>
      <Meanwhile editing={editing} />
      <Section title={t('policy.settings')}>
        <PolicyForm draft={editing.draft} isGlobal={isGlobal} {...(mayChange ? { onChange: editing.change } : {})} />
      </Section>
      {!isGlobal && <QueryState query={policies}>{() => <Assignments policy={policy} mayChange={mayChange} />}</QueryState>}
      <SaveBar editing={editing} simulated={{ policy: { identity, ...editing.patch } }} title={t('policy.saveTitle', { name })} />
      {editing.changes.length > 0 && <LeaveGuard here={href('u', id, 'admin', 'policies', name)} />}
      {isDeleting && (
        <DeletePolicyDialog
          policy={policy}
          groupNames={assignments.map((one) => groupName(one.groupId))}
          onClose={() => setDeleting(false)}
          onDeleted={() => navigate(href('u', id, 'admin', 'policies'), { isAnswered: true })}
        />
      )}
    </Page>
  );
}
