/** The members of a chat by where they belong. */
import type { ChatMember } from '../../api/schema.gen';
import type { T } from '../../i18n';
import { compareNames } from '../../i18n/formats';

const OWN = 'own';
const PERSONAL = 'personal';

/** A row of the list: somebody, and above the first of a home what that is called and how many are from there. */
export interface MemberRow {
  readonly member: ChatMember;
  readonly heading: string | null;
}

/** Members by where they belong, not by what that calls itself: one's own people first, personal accounts last. */
export function rowsByHome(members: readonly ChatMember[], t: T): readonly MemberRow[] {
  const rank = (key: string) => (key === OWN ? 0 : key === PERSONAL ? 2 : 1);
  const byKey = Map.groupBy(members, ({ isExternal, organisationName, tenantId }) => (!isExternal ? OWN : organisationName ? `of ${tenantId}` : PERSONAL));
  return [...byKey]
    .map(([key, some]) => ({ key, members: some.toSorted((one, other) => compareNames(one.displayName, other.displayName)), name: key === OWN ? t('people.own') : (some[0]?.organisationName && key !== PERSONAL ? some[0].organisationName : t('people.personalAccounts')) }))
    .toSorted((one, other) => rank(one.key) - rank(other.key) || compareNames(one.name, other.name) || (one.key < other.key ? -1 : 1))
    .flatMap((home) => home.members.map((member, at) => ({ member, heading: at === 0 ? t('people.home', { name: home.name, count: home.members.length }) : null })));
}
