/** Deleting a policy: who has it falls back to what comes next, and what that does to their chats. */
import { Text } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';

import { useSession } from '../../accounts/AccountContext';
import { answer } from '../../api/client';
import { toast } from '../../app/toasts';
import { list } from '../../i18n/formats';
import { over, type Policy, policyLabel } from '../data';
import { useT } from '../i18n';
import { ConfirmDialog } from '../parts/ConfirmDialog';
import { Effect } from '../parts/Effect';

interface Props {
  readonly policy: Policy;
  readonly groupNames: readonly string[];
  readonly onClose: () => void;
  readonly onDeleted?: () => void;
}

export function DeletePolicyDialog({ policy, groupNames, onClose, onDeleted }: Props) {
  const t = useT();
  const { api } = useSession();
  const queries = useQueryClient();
  const identity = policy.identity ?? '';
  const name = policyLabel(identity);
  const isGlobal = identity === 'Global';

  async function remove() {
    const result = await answer(api.DELETE('/v1.0/admin/teams/externalAccess/policies/{identity}', { params: { path: { identity } }, headers: over(policy['@odata.etag']) }));
    if (result.ok) {
      toast({ intent: 'success', title: isGlobal ? t('delete.resetDone') : t('delete.done', { name }) });
      // First: a page of something that is gone would say so.
      onDeleted?.();
    }
    // Who is told that somebody changed it meanwhile decides about what is there now.
    if (result.ok || result.failure.status === 412) await queries.invalidateQueries({ queryKey: ['admin'] });
    return result;
  }

  return (
    <ConfirmDialog title={isGlobal ? t('delete.resetTitle') : t('delete.title', { name })} confirm={isGlobal ? t('policies.reset') : t('policies.delete')} onConfirm={remove} onClose={onClose}>
      <Text>{isGlobal ? t('delete.resetAbout') : t('delete.about')}</Text>
      {groupNames.length > 0 && <Text>{t('delete.groups', { names: list(groupNames), count: groupNames.length })}</Text>}
      <Effect request={{ removedPolicy: identity }} />
    </ConfirmDialog>
  );
}
