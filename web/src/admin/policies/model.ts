/** External access policies as the pages edit them (2.3). */
import type { ExternalAccessPolicyChange } from '../../api/schema.gen';
import { over, type Policy, policyQuery, readPolicy, versionedAnswer } from '../data';
import { isSame, rebased } from '../editing/merge';
import type { Subject } from '../editing/useEditing';

export const reachModes = [
  'OrganizationDefault',
  'AllowAllExternalDomains',
  'AllowSpecificExternalDomains',
  'BlockSpecificExternalDomains',
  'BlockAllExternalDomains',
] as const;
export type Reach = (typeof reachModes)[number];

/** The settings of a policy that have an effect here; the legacy ones stay as they are. */
export interface PolicyDraft {
  readonly enableFederationAccess: boolean;
  readonly communicationWithExternalOrgs: Reach;
  readonly allowedExternalDomains: readonly string[];
  readonly blockedExternalDomains: readonly string[];
  readonly enableTeamsConsumerAccess: boolean;
  readonly enableTeamsConsumerInbound: boolean;
  readonly federatedBilateralChats: boolean;
}

export const policySettings = [
  'enableFederationAccess',
  'communicationWithExternalOrgs',
  'allowedExternalDomains',
  'blockedExternalDomains',
  'enableTeamsConsumerAccess',
  'enableTeamsConsumerInbound',
  'federatedBilateralChats',
] as const satisfies readonly (keyof PolicyDraft)[];

export const emptyPolicy: PolicyDraft = policyDraftOf({});

export function policyDraftOf(policy: Partial<Policy>): PolicyDraft {
  return {
    enableFederationAccess: policy.enableFederationAccess ?? true,
    communicationWithExternalOrgs: (policy.communicationWithExternalOrgs as Reach | undefined) ?? 'OrganizationDefault',
    allowedExternalDomains: policy.allowedExternalDomains ?? [],
    blockedExternalDomains: policy.blockedExternalDomains ?? [],
    enableTeamsConsumerAccess: policy.enableTeamsConsumerAccess ?? true,
    enableTeamsConsumerInbound: policy.enableTeamsConsumerInbound ?? true,
    federatedBilateralChats: policy.federatedBilateralChats ?? false,
  };
}

/** The properties that differ, as they are sent. */
export function policyPatch(before: PolicyDraft, after: PolicyDraft): ExternalAccessPolicyChange {
  const changed = policySettings.filter((name) => !isSame(before[name], after[name]));
  return Object.fromEntries(changed.map((name) => [name, after[name]])) as ExternalAccessPolicyChange;
}

export function policySubject(identity: string): Subject<Policy, PolicyDraft, ExternalAccessPolicyChange> {
  return {
    settings: policySettings,
    draftOf: policyDraftOf,
    patchOf: (policy, draft) => policyPatch(policyDraftOf(policy), draft),
    savedAs: (_, draft) => draft,
    rebased,
    read: (api) => readPolicy(api, identity),
    write: (api, body, etag) =>
      versionedAnswer(api.PATCH('/v1.0/admin/teams/externalAccess/policies/{identity}', { params: { path: { identity } }, headers: over(etag), body })),
    keep: (queries, api, now) => queries.setQueryData(policyQuery(api, identity).queryKey, now),
  };
}

const NAME_CHARACTERS_MAX = 64;

/** The name of a policy as it becomes `Tag:…`, or null where it cannot; the server has the last word. */
export function policyNameOf(text: string): string | null {
  const name = text.trim().normalize('NFC');
  const isName = /^[\p{Alphabetic}\p{N} _.-]+$/u.test(name) && [...name].length <= NAME_CHARACTERS_MAX && name.toLowerCase() !== 'global';
  return isName ? name : null;
}

/** Whether people with a policy reach a domain whatever the lists of the organisation say. */
export function reaches(policy: Policy, domain: string): boolean {
  const draft = policyDraftOf(policy);
  if (!draft.enableFederationAccess) return false;
  switch (draft.communicationWithExternalOrgs) {
    case 'AllowAllExternalDomains': return true;
    case 'AllowSpecificExternalDomains': return draft.allowedExternalDomains.includes(domain);
    case 'BlockSpecificExternalDomains': return !draft.blockedExternalDomains.includes(domain);
    default: return false;
  }
}

export interface RankedGroup {
  readonly groupId: string;
  readonly rank: number;
  readonly identity: string;
  /** The version of the policy that was read. */
  readonly etag: string | undefined;
}

/** Which groups have which policy, strongest first. */
export function rankedGroups(policies: readonly Policy[]): readonly RankedGroup[] {
  return policies
    .flatMap((policy) => (policy.assignments ?? []).map(({ groupId, rank }) => ({ groupId, rank, identity: policy.identity ?? '', etag: policy['@odata.etag'] })))
    .toSorted((one, other) => one.rank - other.rank);
}
