import type { T } from '../i18n';
import type { Session } from './session';

/** What an account's home is called: its organisation, or that it belongs to nobody. */
export function homeName(session: Session, t: T): string {
  return session.isPersonal ? t('account.personal') : (session.user.organisationName ?? t('account.organisation'));
}
