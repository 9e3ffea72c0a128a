/** Who has a policy by themselves, named while they are few. */
import { useQuery } from '@tanstack/react-query';

import { useSession } from '../../accounts/AccountContext';
import { list } from '../../i18n/formats';
import { readFewPeopleWith } from '../data';
import { useT } from '../i18n';

/** More people are on the page of the policy. */
const NAMED_MAX = 3;

/** The groups that have it, in words, and behind them the people. */
export function FewPeople({ identity, groups }: { identity: string; groups: string | null }) {
  const t = useT();
  const { api } = useSession();
  const { data } = useQuery({
    queryKey: ['admin', 'policies', identity, 'people', 'few'],
    queryFn: () => readFewPeopleWith(api, identity, NAMED_MAX + 1),
  });
  const names = (data ?? []).map((one) => one.displayName);
  const isMore = names.length > NAMED_MAX;
  const people = names.length === 0 ? null : isMore ? t('policies.peopleMore', { names: names.slice(0, NAMED_MAX).join(', ') }) : list(names);
  const words = [groups, people].filter((part) => part !== null).join('; ');
  return <>{words || (data ? t('policies.nobody') : '…')}</>;
}
