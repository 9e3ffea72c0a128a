/** Which policy applies to somebody once their own is taken away. */
import { Text } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';

import { useSession } from '../../accounts/AccountContext';
import { effectivePolicyQuery, policyLabel } from '../data';
import { useT } from '../i18n';
import { useGroupNames } from '../parts/groupNames';

export function Fallback({ personId }: { personId: string }) {
  const t = useT();
  const { api } = useSession();
  const { data } = useQuery(effectivePolicyQuery(api, personId));
  const groupName = useGroupNames();
  const next = data?.sources.find((source) => source.type !== 'direct');
  if (!next) return <Text>{t('effective.takeAbout')}</Text>;
  if (next.type !== 'group') return <Text>{t('effective.thenGlobal')}</Text>;
  return <Text>{t('effective.thenGroup', { name: policyLabel(next.policyId), group: groupName(next.groupId ?? '') })}</Text>;
}
