/** The external access configuration as the page edits it: modes, differences, the strict preset. */
import { type Configuration, configurationQuery, over, readConfiguration, versionedAnswer } from '../data';
import { differences as differencesOf, isSame, rebased as rebasedBySetting } from '../editing/merge';
import type { Subject } from '../editing/useEditing';

/** The four modes of Teams' page (A-19). */
export type DomainMode = 'allowAll' | 'allowSpecific' | 'blockSpecific' | 'blockAll';
export const domainModes: readonly DomainMode[] = ['allowAll', 'allowSpecific', 'blockSpecific', 'blockAll'];

/** Entries of one domain list, and blocked people. */
export const DOMAINS_MAX = 4_000;
export const BLOCKED_PEOPLE_MAX = 200;

/** The configuration while it is edited: both lists stay, whatever the mode. */
export interface Draft {
  readonly allowFederatedUsers: boolean;
  readonly mode: DomainMode;
  readonly allowedDomains: readonly string[];
  readonly blockedDomains: readonly string[];
  readonly blockAllSubdomains: boolean;
  readonly allowTeamsConsumer: boolean;
  readonly allowTeamsConsumerInbound: boolean;
  readonly restrictTeamsConsumerToExternalUserProfiles: boolean;
  readonly externalAccessWithTrialTenants: 'Allowed' | 'Blocked';
  readonly allowedTrialTenantDomains: readonly string[];
  readonly treatDiscoveredPartnersAsUnverified: boolean;
  readonly enableExternalAccessRestrictionsForChatParticipants: boolean;
  readonly enableMutualFederationForChatParticipants: boolean;
  readonly securityTeamAllowBlockListDelegation: 'Enabled' | 'Disabled';
  readonly blockExternalUserAccess: boolean;
  readonly blockedUsers: readonly string[];
}

/** What is sent: the properties that differ, in the names of the cmdlets. */
export type Patch = Partial<Configuration>;

export function draftOf(configuration: Configuration): Draft {
  const isList = configuration.allowedDomains?.mode === 'allowList';
  const allowedDomains = configuration.allowedDomains?.domains ?? [];
  const blockedDomains = configuration.blockedDomains ?? [];
  const listMode = allowedDomains.length > 0 ? 'allowSpecific' : 'blockAll';
  const openMode = blockedDomains.length > 0 ? 'blockSpecific' : 'allowAll';
  return {
    allowFederatedUsers: configuration.allowFederatedUsers ?? true,
    mode: isList ? listMode : openMode,
    allowedDomains,
    blockedDomains,
    blockAllSubdomains: configuration.blockAllSubdomains ?? false,
    allowTeamsConsumer: configuration.allowTeamsConsumer ?? true,
    allowTeamsConsumerInbound: configuration.allowTeamsConsumerInbound ?? true,
    restrictTeamsConsumerToExternalUserProfiles: configuration.restrictTeamsConsumerToExternalUserProfiles ?? false,
    externalAccessWithTrialTenants: configuration.externalAccessWithTrialTenants === 'Allowed' ? 'Allowed' : 'Blocked',
    allowedTrialTenantDomains: configuration.allowedTrialTenantDomains ?? [],
    treatDiscoveredPartnersAsUnverified: configuration.treatDiscoveredPartnersAsUnverified ?? false,
    enableExternalAccessRestrictionsForChatParticipants: configuration.enableExternalAccessRestrictionsForChatParticipants ?? false,
    enableMutualFederationForChatParticipants: configuration.enableMutualFederationForChatParticipants ?? true,
    securityTeamAllowBlockListDelegation: configuration.securityTeamAllowBlockListDelegation === 'Enabled' ? 'Enabled' : 'Disabled',
    blockExternalUserAccess: configuration.blockExternalUserAccess ?? false,
    blockedUsers: configuration.blockedUsers ?? [],
  };
}

/** The configuration that a draft stands for, without what the page does not edit. */
export function configurationOf(draft: Draft): Patch {
  const { mode, allowedDomains, blockedDomains, ...rest } = draft;
  const isOpen = mode === 'allowAll' || mode === 'blockSpecific';
  return {
    ...rest,
    allowedTrialTenantDomains: [...draft.allowedTrialTenantDomains],
    blockedUsers: [...draft.blockedUsers],
    allowedDomains: isOpen
      ? { mode: 'allKnownDomains' }
      : { mode: 'allowList', domains: mode === 'blockAll' ? [] : [...allowedDomains] },
    // A list that an allow list makes moot stays where it is.
    blockedDomains: mode === 'allowAll' ? [] : [...blockedDomains],
  };
}

/** What has to be sent so that `before` becomes `after`. */
export function patchOf(before: Configuration, after: Draft): Patch {
  const from = configurationOf(draftOf(before));
  const to = configurationOf(after);
  const changed = Object.entries(to).filter(([name, value]) => !isSame(value, from[name as keyof Patch]));
  return Object.fromEntries(changed) as Patch;
}

/** What the configuration is once `after` is saved: a list that its mode does without is empty then. */
export function savedAs(before: Configuration, after: Draft): Draft {
  return draftOf({ ...before, ...patchOf(before, after) });
}

/** The lists of domains that are lost when the mode is saved with which they stand there. */
export function emptied(draft: Draft, saved: Draft): readonly DomainList[] {
  return (['allowedDomains', 'blockedDomains'] as const).filter((name) => draft[name].length > 0 && saved[name].length === 0);
}

export type DomainList = 'allowedDomains' | 'blockedDomains';

export type Setting = keyof Draft;

export const settings: readonly Setting[] = [
  'allowFederatedUsers',
  'mode',
  'allowedDomains',
  'blockedDomains',
  'blockAllSubdomains',
  'externalAccessWithTrialTenants',
  'allowedTrialTenantDomains',
  'treatDiscoveredPartnersAsUnverified',
  'allowTeamsConsumer',
  'allowTeamsConsumerInbound',
  'restrictTeamsConsumerToExternalUserProfiles',
  'blockExternalUserAccess',
  'blockedUsers',
  'enableMutualFederationForChatParticipants',
  'enableExternalAccessRestrictionsForChatParticipants',
  'securityTeamAllowBlockListDelegation',
];

export function differences(before: Draft, after: Draft) {
  return differencesOf(settings, before, after);
}

/** What somebody edited on top of what somebody else saved meanwhile, with a mode that the lists have effect in. */
export function rebased(base: Draft, edited: Draft, saved: Draft): Draft {
  const draft = rebasedBySetting(base, edited, saved);
  if (edited.mode !== base.mode) return draft;
  const adds = (list: DomainList) => edited[list].some((entry) => !base[list].includes(entry));
  if (draft.mode === 'allowAll' && adds('blockedDomains')) return { ...draft, mode: 'blockSpecific' };
  if (draft.mode === 'blockAll' && adds('allowedDomains')) return { ...draft, mode: 'allowSpecific' };
  return draft;
}

export const configurationSubject: Subject<Configuration, Draft, Patch> = {
  settings,
  draftOf,
  patchOf,
  savedAs,
  rebased,
  read: readConfiguration,
  write: (api, body, etag) => versionedAnswer(api.PATCH('/v1.0/admin/teams/externalAccess/configuration', { headers: over(etag), body })),
  keep: (queries, api, now) => queries.setQueryData(configurationQuery(api).queryKey, now),
};

/** The configuration with a domain blocked, by whichever list its mode goes by. */
export function blocking(draft: Draft, domain: string): Partial<Draft> {
  switch (draft.mode) {
    case 'allowSpecific': return { allowedDomains: draft.allowedDomains.filter((one) => one !== domain) };
    case 'blockAll': return {};
    default: return { mode: 'blockSpecific', blockedDomains: draft.blockedDomains.includes(domain) ? draft.blockedDomains : [...draft.blockedDomains, domain] };
  }
}

/** What keeps a domain out already: the mode, or that no other organisation is talked to at all. */
export type Barrier = 'off' | DomainMode;

export function barrierTo(draft: Draft, domain: string): Barrier | null {
  if (!draft.allowFederatedUsers) return 'off';
  const isListed = draft.blockedDomains.some((one) => domain === one || (draft.blockAllSubdomains && domain.endsWith(`.${one}`)));
  const isOpen = { allowAll: true, blockSpecific: !isListed, allowSpecific: draft.allowedDomains.includes(domain), blockAll: false }[draft.mode];
  return isOpen ? null : draft.mode;
}

/**
 * What hardening baselines recommend: named domains only, no personal accounts, no trial
 * organisations, every pair in a group trusting each other.
 */
export function strict(draft: Draft): Draft {
  return {
    ...draft,
    mode: draft.allowedDomains.length > 0 ? 'allowSpecific' : 'blockAll',
    blockAllSubdomains: true,
    allowTeamsConsumer: false,
    allowTeamsConsumerInbound: false,
    externalAccessWithTrialTenants: 'Blocked',
    treatDiscoveredPartnersAsUnverified: true,
    enableMutualFederationForChatParticipants: true,
    enableExternalAccessRestrictionsForChatParticipants: true,
    blockExternalUserAccess: true,
  };
}

/** What security administrators may change where that is delegated. */
export const delegated: ReadonlySet<Setting> = new Set(['blockedDomains', 'blockedUsers', 'blockExternalUserAccess']);
