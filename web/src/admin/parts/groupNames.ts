/** What groups are called: while that is asked for, and when one is gone. */
import { useQuery } from '@tanstack/react-query';

import { useSession } from '../../accounts/AccountContext';
import { groupsQuery } from '../data';
import { useT } from '../i18n';

export function useGroupNames(): (groupId: string) => string {
  const t = useT();
  const { api } = useSession();
  const groups = useQuery(groupsQuery(api));
  return (groupId) => {
    const name = groups.data?.find((one) => one.id === groupId)?.displayName;
    if (name) return name;
    if (groups.isPending) return '…';
    return groups.isError ? t('group.unnamed') : t('group.unknown');
  };
}
