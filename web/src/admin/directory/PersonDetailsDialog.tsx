/** Changes what the directory says of somebody: name, job title, place, telephone number. */
import { Field, Input } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { answer } from '../../api/client';
import type { Result } from '../../api/failure';
import type { User, UserChange } from '../../api/schema.gen';
import { toast } from '../../app/toasts';
import { useT } from '../i18n';
import { FormDialog } from '../parts/FormDialog';

interface Details {
  readonly displayName: string;
  readonly jobTitle: string;
  readonly officeLocation: string;
  readonly mobilePhone: string;
}

export function PersonDetailsDialog({ person, onClose }: { person: User; onClose: () => void }) {
  const t = useT();
  const { api } = useSession();
  const queries = useQueryClient();
  const before = detailsOf(person);
  const [details, setDetails] = useState(before);
  const change = detailsChange(before, details);
  const isReady = details.displayName.trim() !== '' && Object.keys(change).length > 0;
  const set = (part: Partial<Details>) => setDetails((was) => ({ ...was, ...part }));

  async function save(): Promise<Result<unknown>> {
    const result = await answer(api.PATCH('/v1.0/users/{user_id}', { params: { path: { user_id: person.id } }, body: change }));
    if (result.ok) {
      await queries.invalidateQueries({ queryKey: ['admin'] });
      toast({ intent: 'success', title: t('members.changed', { name: details.displayName.trim() }) });
    }
    return result;
  }

  return (
    <FormDialog title={t('members.changeTitle', { name: person.displayName })} submit={t('save.save')} fields={details} isReady={isReady} onSubmit={save} onClose={onClose}>
      <Field label={t('members.name')} required><Input value={details.displayName} autoComplete="off" onChange={(_, { value }) => set({ displayName: value })} /></Field>
      <Field label={t('members.job')}><Input value={details.jobTitle} autoComplete="off" onChange={(_, { value }) => set({ jobTitle: value })} /></Field>
      <Field label={t('members.office')}><Input value={details.officeLocation} autoComplete="off" onChange={(_, { value }) => set({ officeLocation: value })} /></Field>
      <Field label={t('members.phone')} hint={t('members.phoneChangeHint')}><Input type="tel" value={details.mobilePhone} autoComplete="off" onChange={(_, { value }) => set({ mobilePhone: value })} /></Field>
    </FormDialog>
  );
}

function detailsOf(person: User): Details {
  return {
    displayName: person.displayName,
    jobTitle: person.jobTitle ?? '',
    officeLocation: person.officeLocation ?? '',
    mobilePhone: person.mobilePhone ?? '',
  };
}

/** What differs, as it is sent: an empty field takes away what was there. */
export function detailsChange(before: Details, after: Details): UserChange {
  const written = { ...trimmed(after), mobilePhone: after.mobilePhone.replace(/[\s().\-/]/g, '').replace(/^00/, '+') };
  const was = trimmed(before);
  const names = (Object.keys(was) as (keyof Details)[]).filter((name) => written[name] !== was[name]);
  return Object.fromEntries(names.map((name) => [name, written[name] || null]));
}

function trimmed(details: Details): Details {
  return Object.fromEntries(Object.entries(details).map(([name, value]: [string, string]) => [name, value.trim()])) as unknown as Details;
}
