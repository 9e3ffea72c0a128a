/** Why a chat does not go on, in the person's words. */
import type { Session } from '../accounts/session';
import { explain, type Explanation } from '../api/explain';
import type { Failure } from '../api/failure';
import type { T } from '../i18n';
import type { Entry } from '../live/state';
import { formerCounterpart, others } from './naming';

/**
 * What was refused in a chat that is there. No address was typed then, and that nobody can be reached has
 * one sentence whatever the reason: what is added follows from the homes of the two alone.
 */
export function explainInChat(failure: Failure, entry: Entry | undefined, session: Session, t: T): Explanation {
  if (failure.reason !== 'notReachable') return explain(failure, t);
  if (entry?.chat.chatType === 'group') return { title: t('chat.notReachableGroup'), hint: null };
  const other = entry && (others(entry, session.id)[0] ?? formerCounterpart(entry, session.id));
  const areOrganisations = !session.isPersonal && other?.organisationName != null;
  return { title: t('chat.notReachable'), hint: areOrganisations ? t('chat.notReachableOrganisations') : null };
}
