/** The roles of an organisation, and what each of them lets somebody do here. */
import type { User } from '../api/schema.gen';

export const roles = [
  'organisationAdministrator',
  'externalAccessAdministrator',
  'securityAdministrator',
  'complianceOfficer',
] as const;
export type Role = (typeof roles)[number];

export function rolesOf(user: Pick<User, 'roles'>) {
  const has = (role: Role) => user.roles?.includes(role) ?? false;
  const isOrganisation = has('organisationAdministrator');
  return {
    /** Accounts, groups, everything. */
    isOrganisation,
    /** Configuration, policies, assignments, groups. */
    isExternalAccess: isOrganisation || has('externalAccessAdministrator'),
    isSecurity: has('securityAdministrator'),
    /** Reads configuration, policies and trail. */
    isReader: roles.some(has),
  };
}
