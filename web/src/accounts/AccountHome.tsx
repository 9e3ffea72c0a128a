import { useT } from '../i18n';
import { useAccounts } from './accounts';
import { homeAmong } from './homeName';
import type { Session } from './session';

/** Which of the signed-in accounts something belongs to. */
export function AccountHome({ session }: { session: Session }) {
  const t = useT();
  const { sessions } = useAccounts();
  return homeAmong(session, sessions, t);
}
