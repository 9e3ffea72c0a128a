/** Gives a group another name; its members and its policy stay. */
import { Field, Input } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { answer } from '../../api/client';
import type { Result } from '../../api/failure';
import type { Group } from '../../api/schema.gen';
import { toast } from '../../app/toasts';
import { useT } from '../i18n';
import { FormDialog } from '../parts/FormDialog';

export function RenameGroupDialog({ group, onClose }: { group: Group; onClose: () => void }) {
  const t = useT();
  const { api } = useSession();
  const queries = useQueryClient();
  const [name, setName] = useState(group.displayName);
  const displayName = name.trim();

  async function rename(): Promise<Result<unknown>> {
    const result = await answer(api.PATCH('/v1.0/groups/{group_id}', { params: { path: { group_id: group.id } }, body: { displayName } }));
    if (result.ok) {
      await queries.invalidateQueries({ queryKey: ['admin'] });
      toast({ intent: 'success', title: t('groups.renamed', { name: displayName }) });
    }
    return result;
  }

  return (
    <FormDialog title={t('groups.renameTitle', { name: group.displayName })} submit={t('groups.rename')} fields={name} isReady={displayName !== '' && displayName !== group.displayName} onSubmit={rename} onClose={onClose}>
      <Field label={t('groups.name')} required><Input value={name} autoComplete="off" onChange={(_, { value }) => setName(value)} /></Field>
    </FormDialog>
  );
}
