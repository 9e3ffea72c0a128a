/** Where a setting can be changed. */
import { href } from '../../app/router';
import { policyLabel } from '../data';
import { policySettings } from '../policies/model';

/** Settings of the configuration, and the part of the page that they stand in. */
const sections: Record<string, string> = {
  allowFederatedUsers: 'allowedDomains',
  allowedDomains: 'allowedDomains',
  blockedDomains: 'allowedDomains',
  blockAllSubdomains: 'allowedDomains',
  treatDiscoveredPartnersAsUnverified: 'allowedDomains',
  allowTeamsConsumer: 'allowTeamsConsumer',
  allowTeamsConsumerInbound: 'allowTeamsConsumer',
  restrictTeamsConsumerToExternalUserProfiles: 'allowTeamsConsumer',
  externalAccessWithTrialTenants: 'externalAccessWithTrialTenants',
  allowedTrialTenantDomains: 'externalAccessWithTrialTenants',
  blockedUsers: 'blockedUsers',
  blockExternalUserAccess: 'blockedUsers',
};

export interface Place {
  readonly href: string;
  readonly isPolicy: boolean;
}

export function placeOf(accountId: string, setting: string, policyId: string): Place | null {
  const section = sections[setting];
  if (section) return { href: href('u', accountId, 'admin', 'external-access', section), isPolicy: false };
  if (policySettings.some((name) => name === setting)) {
    return { href: href('u', accountId, 'admin', 'policies', policyLabel(policyId)), isPolicy: true };
  }
  return null;
}
