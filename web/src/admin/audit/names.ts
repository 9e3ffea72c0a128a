/** Names of the people whom entries of the trail are about. */
import { useQueries } from '@tanstack/react-query';

import { useSession } from '../../accounts/AccountContext';
import { RefusedError, valueOf } from '../../api/client';
import type { AuditEvent } from '../../api/schema.gen';
import { useT } from '../i18n';
import { factsOf, participantsOf } from './trail';

/** Facts that name a person by an account id. */
const people = ['member', 'person', 'targetUser', 'created', 'changed', 'passwordSet', 'addressAdded', 'tokenMadeFor', 'exported', 'memberAdded', 'memberRemoved'] as const;

/** What only one's own administrators do, and the operator of the server, who is in no directory. */
const administrative: ReadonlySet<string> = new Set(['DirectoryChanged', 'TokenChanged', 'TeamsTenantSettingChanged', 'PolicyChanged', 'PolicyAssigned']);

export type NameOf = (id: string | null | undefined) => string;

/** Names as the entries have them, else as the directory does. */
export function useNames(events: readonly AuditEvent[]): NameOf {
  const t = useT();
  const { api } = useSession();
  const known = new Map<string, string>();
  for (const event of events) for (const one of participantsOf(event)) known.set(one.id, one.displayName || one.address || one.id);
  const wanted = [...new Set(events.flatMap(idsOf))].filter((id) => !known.has(id));
  const found = useQueries({
    queries: wanted.map((id) => ({
      queryKey: ['admin', 'names', id],
      queryFn: () => valueOf(api.GET('/v1.0/users/{user_id}', { params: { path: { user_id: id } } })),
      staleTime: Number.POSITIVE_INFINITY,
      retry: false,
    })),
  });
  const administrators = new Set(events.filter(({ chatId, kind }) => chatId === null && administrative.has(kind)).map(({ actorId }) => actorId));
  wanted.forEach((id, index) => {
    const query = found[index];
    if (query?.data) known.set(id, query.data.displayName);
    // Accounts stay in the directory for good: an administrator who is not in it is none of the organisation's.
    else if (query?.isError) known.set(id, t(administrators.has(id) && isNobody(query.error) ? 'audit.operator' : 'audit.formerOrOutside'));
  });
  return (id) => (id ? (known.get(id) ?? '…') : t('audit.terms'));
}

function isNobody(error: unknown): boolean {
  return error instanceof RefusedError && error.failure.status === 404;
}

function idsOf(event: AuditEvent): readonly string[] {
  const facts = factsOf(event);
  return [event.actorId, ...people.map((name) => facts[name])].filter((id) => typeof id === 'string' && id !== '') as string[];
}
