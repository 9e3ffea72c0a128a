/** Which account opens an address: its own, else one that may, and that is said. */
import type { Session } from '../accounts/session';
import { href, navigate, path, type Path } from './router';

/** Who was signed in while this page is open: an address of theirs is what they left, not a link to follow. */
const seen = new Set<string>();

export function remember(sessions: readonly Session[]): void {
  for (const session of sessions) seen.add(session.id);
}

export interface Opening {
  readonly session: Session;
  readonly to: string;
  /** Whether it is the address of an account that is not signed in here. */
  readonly isForeign: boolean;
}

/** What is opened for an address that belongs to none of the sessions; null when nobody is signed in. */
export function openingFor([root, accountId = '', ...words]: Path, search: string, sessions: readonly Session[]): Opening | null {
  const [first] = sessions;
  if (!first) return null;
  const isForeign = root === 'u' && words.length > 0 && !seen.has(accountId);
  if (!isForeign) return { session: first, to: href('u', first.id, 'chats'), isForeign };
  // What an administrator passes on is for another administrator.
  const session = words[0] === 'admin' ? (sessions.find((one) => one.isAdministrator && !one.isPersonal) ?? first) : first;
  return { session, to: href('u', session.id, ...words) + search, isForeign };
}

/** Shows somebody who has just signed in what they had asked for, else their chats. */
export function openFor(session: Session): void {
  // The address of a screen stays where it is; if it is another account's, it is opened as such.
  if (path()[0] !== 'u') navigate(href('u', session.id, 'chats'));
}
