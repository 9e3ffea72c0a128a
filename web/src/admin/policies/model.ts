/** External access policies as the pages edit them (2.3). */
import type { ExternalAccessPolicyChange } from '../../api/schema.gen';
import type { Policy } from '../data';

export const reaches = [
  'OrganizationDefault',
  'AllowAllExternalDomains',
  'AllowSpecificExternalDomains',
  'BlockSpecificExternalDomains',
  'BlockAllExternalDomains',
] as const;
export type Reach = (typeof reaches)[number];

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
  const changed = policySettings.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  return Object.fromEntries(changed.map((name) => [name, after[name]])) as ExternalAccessPolicyChange;
}

const NAME_CHARACTERS_MAX = 64;

/** Whether a name can become `Tag:…`; the server has the last word. */
export function isPolicyName(name: string): boolean {
  const text = name.trim();
  return text.length > 0 && text.length <= NAME_CHARACTERS_MAX && !/[:/\\?#%]/.test(text) && text.toLowerCase() !== 'global';
}

export interface RankedGroup {
  readonly groupId: string;
  readonly rank: number;
  readonly identity: string;
}

/** Which groups have which policy, strongest first. */
export function rankedGroups(policies: readonly Policy[]): readonly RankedGroup[] {
  return policies
    .flatMap((policy) => (policy.assignments ?? []).map(({ groupId, rank }) => ({ groupId, rank, identity: policy.identity ?? '' })))
    .toSorted((one, other) => one.rank - other.rank);
}
