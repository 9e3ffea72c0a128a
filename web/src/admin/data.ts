/** What the pages of the administration centre fetch, and under which names it is kept. */
import { infiniteQueryOptions, type QueryKey, queryOptions } from '@tanstack/react-query';

import { type Api, answer, nextToken, RefusedError, valueOf } from '../api/client';
import type { Result } from '../api/failure';
import type { ExternalAccessConfiguration, ExternalAccessPolicy, Group, User } from '../api/schema.gen';

/** Something together with the version that was read; empty where the server names none. */
export interface Versioned<T> {
  readonly value: T;
  readonly etag: string;
}

type Call<T> = Parameters<typeof answer<T>>[0];

/** What a call answered, with its version. */
export async function versionedAnswer<T>(call: Call<T>): Promise<Result<Versioned<T>>> {
  let etag = '';
  const result = await answer<T>(
    call.then((answered) => {
      etag = answered.response.headers.get('etag') ?? '';
      return answered;
    }),
  );
  return result.ok ? { ok: true, value: { value: result.value, etag } } : result;
}

async function versionedValue<T>(call: Call<T>): Promise<Versioned<T>> {
  const result = await versionedAnswer(call);
  if (result.ok) return result.value;
  throw new RefusedError(result.failure);
}

/** The header of a change that is to meet the version which was read, where the server named one. */
export function over(etag: string | undefined): Record<string, string> {
  return etag ? { 'If-Match': etag } : {};
}

export type Configuration = ExternalAccessConfiguration;
export type Policy = ExternalAccessPolicy;

/** Entries of a page of a list. */
const PAGE_ENTRIES = 100;
/** The server's own bound of a page; enough for lists that are short by nature. */
const PAGE_ENTRIES_MAX = 999;

interface Collection<T> {
  readonly value: T[];
  readonly '@odata.nextLink'?: string | null;
}

/** One page, and the token of the next. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** What is read page by page, each going on where the one before ended. */
export function inPages<T>(queryKey: QueryKey, read: (token: string | undefined, signal: AbortSignal) => Promise<Page<T>>) {
  return infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam, signal }) => read(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

export function pageOf<T>(collection: Collection<T>): Page<T> {
  return { items: collection.value, next: nextToken(collection) };
}

/** Follows a list to its end; for lists whose length the server bounds. */
async function all<T>(page: (token: string | undefined) => Promise<Collection<T>>): Promise<T[]> {
  const items: T[] = [];
  let token: string | undefined;
  do {
    const { items: more, next } = pageOf(await page(token));
    items.push(...more);
    token = next ?? undefined;
  } while (token !== undefined);
  return items;
}

export const organisationQuery = (api: Api) =>
  queryOptions({
    queryKey: ['admin', 'organisation'],
    queryFn: async () => (await valueOf(api.GET('/v1.0/organization'))).value[0] ?? null,
  });

export const configurationQuery = (api: Api) =>
  queryOptions({ queryKey: ['admin', 'configuration'], queryFn: () => readConfiguration(api) });

export function readConfiguration(api: Api): Promise<Versioned<Configuration>> {
  return versionedValue(api.GET('/v1.0/admin/teams/externalAccess/configuration'));
}

export const policiesQuery = (api: Api) =>
  queryOptions({
    queryKey: ['admin', 'policies'],
    queryFn: () => all<Policy>((token) => valueOf(api.GET('/v1.0/admin/teams/externalAccess/policies', { params: { query: skip(token) } }))),
  });

/** One policy with its version; the list of them says to whom each is assigned. */
export const policyQuery = (api: Api, identity: string) =>
  queryOptions({
    queryKey: ['admin', 'policies', 'one', policyLabel(identity).toLowerCase()],
    queryFn: () => readPolicy(api, identity),
  });

export function readPolicy(api: Api, identity: string): Promise<Versioned<Policy>> {
  return versionedValue(api.GET('/v1.0/admin/teams/externalAccess/policies/{identity}', { params: { path: { identity } } }));
}

export const groupsQuery = (api: Api) =>
  queryOptions({
    queryKey: ['admin', 'groups'],
    queryFn: async () => {
      const groups = await all<Group>((token) =>
        valueOf(api.GET('/v1.0/groups', { params: { query: { $top: PAGE_ENTRIES_MAX, ...skip(token) } } })),
      );
      return groups;
    },
  });

/** A page of the members of a group, in the server's order. */
export async function readGroupMembers(api: Api, groupId: string, token?: string): Promise<Page<User>> {
  const params = { path: { group_id: groupId }, query: { $top: PAGE_ENTRIES, ...skip(token) } };
  return pageOf<User>(await valueOf(api.GET('/v1.0/groups/{group_id}/members', { params })));
}

/** Every member of a group, for looking through them. */
export const groupMembersQuery = (api: Api, groupId: string) =>
  queryOptions({
    queryKey: ['admin', 'groups', groupId, 'members', 'all'],
    queryFn: () =>
      all<User>((token) =>
        valueOf(
          api.GET('/v1.0/groups/{group_id}/members', {
            params: { path: { group_id: groupId }, query: { $top: PAGE_ENTRIES_MAX, ...skip(token) } },
          }),
        ),
      ),
  });

export const personQuery = (api: Api, id: string) =>
  queryOptions({ queryKey: ['admin', 'people', id], queryFn: () => readPerson(api, id) });

export function readPerson(api: Api, id: string): Promise<User> {
  return valueOf(api.GET('/v1.0/users/{user_id}', { params: { path: { user_id: id }, query: { $select: PERSON_PROPERTIES } } }));
}

export const effectivePolicyQuery = (api: Api, id: string) =>
  queryOptions({
    queryKey: ['admin', 'people', id, 'policy'],
    queryFn: () => valueOf(api.GET('/v1.0/users/{user_id}/externalAccessPolicy', { params: { path: { user_id: id } } })),
  });

/** What a list of members shows; `accountEnabled` is answered only when it is asked for. */
export const PERSON_PROPERTIES =
  'id,displayName,userPrincipalName,mail,mobilePhone,jobTitle,roles,accountEnabled,createdDateTime,proxyAddresses,isExternal,trust,tenantId,businessPhones,givenName,surname,officeLocation,preferredLanguage';

/** A page of the directory, optionally of those whom words of a name or the beginning of an address find. */
export async function readPeople(api: Api, search: string, token?: string): Promise<Page<User>> {
  const text = search.replace(/[":]/g, ' ').trim();
  const query = {
    $top: PAGE_ENTRIES,
    $select: PERSON_PROPERTIES,
    ...(text ? { $search: `"${text}"` } : {}),
    ...skip(token),
  };
  return pageOf<User>(await valueOf(api.GET('/v1.0/users', { params: { query } })));
}

/** A page of the people to whom a policy is assigned directly. */
export async function readPeopleWith(api: Api, identity: string, token?: string): Promise<Page<User>> {
  const params = { path: { identity }, query: { $top: PAGE_ENTRIES, ...skip(token) } };
  return pageOf<User>(await valueOf(api.GET('/v1.0/admin/teams/externalAccess/policies/{identity}/users', { params })));
}

/** The first few of them. */
export async function readFewPeopleWith(api: Api, identity: string, top: number): Promise<readonly User[]> {
  const params = { path: { identity }, query: { $top: top } };
  return (await valueOf(api.GET('/v1.0/admin/teams/externalAccess/policies/{identity}/users', { params }))).value;
}

export function skip(token: string | undefined): { $skiptoken?: string } {
  return token === undefined ? {} : { $skiptoken: token };
}

/** `Sales` of `Tag:Sales`. */
export function policyLabel(identity: string): string {
  return identity.replace(/^tag:/i, '');
}

/** A policy by its name, whatever its case. */
export function samePolicy(one: string | null | undefined, other: string): boolean {
  return policyLabel(one ?? '').toLowerCase() === policyLabel(other).toLowerCase();
}
