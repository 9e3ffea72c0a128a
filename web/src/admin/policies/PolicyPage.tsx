/** One policy: what it says, and to whom it is assigned. */
import { Button, Field, Input, makeStyles, tokens } from '@fluentui/react-components';
import { CopyRegular, DeleteRegular } from '@fluentui/react-icons';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { answer } from '../../api/client';
import type { Failure } from '../../api/failure';
import { EmptyState } from '../../app/EmptyState';
import { href, Link, navigate } from '../../app/router';
import { toast } from '../../app/toasts';
import { policiesQuery, type Policy, policyLabel, samePolicy } from '../data';
import { useT } from '../i18n';
import { ConfirmDialog, FailureBar } from '../parts/ConfirmDialog';
import { Effect } from '../parts/Effect';
import { useGroupNames } from '../parts/groupNames';
import { Page, Section } from '../parts/Page';
import { QueryState } from '../parts/QueryState';
import { rolesOf } from '../roles';
import { Assignments } from './Assignments';
import { DeletePolicyDialog } from './DeletePolicyDialog';
import { emptyPolicy, isPolicyName, type PolicyDraft, policyDraftOf, policyPatch } from './model';
import { PolicyForm } from './PolicyForm';

const useStyles = makeStyles({
  acts: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
  name: { maxInlineSize: '400px' },
  back: { color: tokens.colorBrandForegroundLink },
});

export function PolicyPage({ name }: { name: string }) {
  const t = useT();
  const { api } = useSession();
  const query = useQuery(policiesQuery(api));
  return (
    <QueryState query={query} isPage>
      {(policies) => {
        const policy = policies.find((one) => samePolicy(one.identity, name));
        if (!policy) return <EmptyState isPage title={t('policy.missing', { name })} action={<BackLink />} />;
        return <Editor key={policy.identity} policy={policy} />;
      }}
    </QueryState>
  );
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
  const [name, setName] = useState(original ? t('policy.copyOf', { name: policyLabel(original.identity ?? '') }) : '');
  const [draft, setDraft] = useState<PolicyDraft>(() => (original ? policyDraftOf(original) : emptyPolicy));
  const [failure, setFailure] = useState<Failure | null>(null);
  const [isBusy, setBusy] = useState(false);
  const isName = isPolicyName(name);

  async function create(): Promise<void> {
    if (!isName || isBusy) return;
    setBusy(true);
    const body = { ...policyPatch(emptyPolicy, draft), identity: `Tag:${name.trim()}` };
    const result = await answer(api.POST('/v1.0/admin/teams/externalAccess/policies', { body }));
    setBusy(false);
    if (!result.ok) return setFailure(result.failure);
    await queries.invalidateQueries({ queryKey: ['admin', 'policies'] });
    toast({ intent: 'success', title: t('policy.created', { name: name.trim() }) });
    return navigate(href('u', id, 'admin', 'policies', name.trim()));
  }

  return (
    <Page title={original ? t('policy.duplicateTitle') : t('policy.newTitle')} about={t('policy.newAbout')}>
      <Section title={t('policy.settings')}>
        <Field className={styles.name} label={t('policies.name')} required validationState={name === '' || isName ? 'none' : 'error'} validationMessage={name === '' || isName ? null : t('policy.nameRule')}>
          <Input value={name} onChange={(_, { value }) => setName(value)} />
        </Field>
        <PolicyForm draft={draft} isGlobal={false} onChange={(part) => setDraft((before) => ({ ...before, ...part }))} />
      </Section>
      {failure && <FailureBar failure={failure} />}
      <div className={styles.acts}>
        <Button appearance="primary" disabledFocusable={!isName || isBusy} onClick={() => void create()}>{t('policies.create')}</Button>
        <Button onClick={() => navigate(href('u', id, 'admin', 'policies'))}>{t('save.discard')}</Button>
      </div>
    </Page>
  );
}

function Editor({ policy }: { policy: Policy }) {
  const styles = useStyles();
  const t = useT();
  const { api, id, user } = useSession();
  const queries = useQueryClient();
  const groupName = useGroupNames();
  const identity = policy.identity ?? '';
  const isGlobal = identity === 'Global';
  const name = policyLabel(identity);
  const before = policyDraftOf(policy);
  const [draft, setDraft] = useState(before);
  const [dialog, setDialog] = useState<'save' | 'delete' | null>(null);
  const patch = policyPatch(before, draft);
  const isChanged = Object.keys(patch).length > 0;
  const mayChange = rolesOf(user).isExternalAccess;
  const request = isChanged ? { policy: { identity, ...patch } } : null;

  async function save() {
    const result = await answer(api.PATCH('/v1.0/admin/teams/externalAccess/policies/{identity}', { params: { path: { identity } }, body: patch }));
    if (result.ok) {
      await queries.invalidateQueries({ queryKey: ['admin'] });
      toast({ intent: 'success', title: t('save.done') });
    }
    return result;
  }

  return (
    <Page
      title={isGlobal ? t('policy.globalTitle') : name}
      about={isGlobal ? t('policy.globalAbout') : t('policy.about')}
      acts={
        mayChange && (
          <>
            <Button icon={<CopyRegular />} onClick={() => navigate(href('u', id, 'admin', 'new-policy', name))}>{t('policies.duplicate')}</Button>
            <Button icon={<DeleteRegular />} onClick={() => setDialog('delete')}>{isGlobal ? t('policies.reset') : t('policies.delete')}</Button>
          </>
        )
      }
    >
      <div><BackLink /></div>
      <Section title={t('policy.settings')}>
        <PolicyForm draft={draft} isGlobal={isGlobal} {...(mayChange ? { onChange: (part: Partial<PolicyDraft>) => setDraft((was) => ({ ...was, ...part })) } : {})} />
        <Effect request={request} />
        {isChanged && (
          <div className={styles.acts}>
            <Button appearance="primary" onClick={() => setDialog('save')}>{t('save.review')}</Button>
            <Button onClick={() => setDraft(before)}>{t('save.discard')}</Button>
          </div>
        )}
      </Section>
      {!isGlobal && <Assignments policy={policy} mayChange={mayChange} />}
      {dialog === 'save' && (
        <ConfirmDialog title={t('policy.saveTitle', { name })} confirm={t('save.save')} isDangerous={false} onConfirm={save} onClose={() => setDialog(null)}>
          <Effect request={request} />
        </ConfirmDialog>
      )}
      {dialog === 'delete' && (
        <DeletePolicyDialog
          policy={policy}
          groupNames={(policy.assignments ?? []).map((one) => groupName(one.groupId))}
          onClose={() => setDialog(null)}
          onDeleted={() => navigate(href('u', id, 'admin', 'policies'))}
        />
      )}
    </Page>
  );
}
