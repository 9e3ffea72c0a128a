/** Who may change which settings of external access. */
import type { User } from '../../api/schema.gen';
import { rolesOf } from '../roles';
import { delegated, type Draft, type Setting } from './settings';

/** Whether the lists of who is blocked are somebody's to edit without the role for all of it. */
export function isDelegatedTo(user: Pick<User, 'roles'>, now: Draft): boolean {
  const isOpen = now.mode === 'allowAll' || now.mode === 'blockSpecific';
  return rolesOf(user).isSecurity && now.securityTeamAllowBlockListDelegation === 'Enabled' && now.allowFederatedUsers && isOpen;
}

export function mayChange(user: Pick<User, 'roles'>, now: Draft, setting: Setting): boolean {
  return rolesOf(user).isExternalAccess || (delegated.has(setting) && isDelegatedTo(user, now));
}
