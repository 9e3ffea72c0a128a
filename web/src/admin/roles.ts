/** The roles of an organisation, and what each of them lets somebody do here. */
import type { User } from '../api/schema.gen';
import { list } from '../i18n/formats';
import type { T } from './i18n';

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

/** What somebody may do, while it is edited: also roles that are not given here. */
export interface RolesDraft {
  readonly roles: readonly string[];
}

/** The roles of the organisation in their order, then those that are not given here. */
export function ordered(held: readonly string[]): readonly string[] {
  const known = roles.filter((role) => held.includes(role));
  return [...known, ...held.filter((role) => !roles.some((one) => one === role))];
}

export function roleNames(held: readonly string[], t: T): string {
  const names = roles.filter((role) => held.includes(role)).map((role) => t(`role.${role}`));
  return names.length > 0 ? list(names) : t('role.none');
}
