import type { T } from '../i18n';
import type { Session } from './session';

/** What an account's home is called: its organisation, or that it belongs to nobody. */
export function homeName(session: Session, t: T): string {
  return session.isPersonal ? t('account.personal') : (session.user.organisationName ?? t('account.organisation'));
}

/** The same where several accounts stand side by side: of two with one home it also says whose, by address if even their names are alike. */
export function homeAmong(session: Session, sessions: readonly Session[], t: T): string {
  const home = homeName(session, t);
  const alike = sessions.filter((other) => other.id !== session.id && homeName(other, t) === home);
  if (alike.length === 0) return home;
  const { displayName, mail, userPrincipalName } = session.user;
  const isNamesake = alike.some((other) => other.user.displayName === displayName);
  return `${isNamesake ? (mail ?? userPrincipalName) : displayName} · ${home}`;
}
