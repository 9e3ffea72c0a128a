/** Whether one can write in a chat, and so answer, change and react. */
import type { Chat } from '../../api/schema.gen';
import type { Entry } from '../../live/state';
import { others } from '../naming';

/** `full` when nothing new can be said before the first answer, but what was said can be changed. */
export type Writing = 'open' | 'full' | 'closed';

/** How many messages are left before the first answer; null where none are counted. */
export function messagesLeft({ contactRequest: request }: Chat): { readonly left: number; readonly allowed: number } | null {
  // In a group with others to talk to nothing is counted.
  const allowed = request?.state === 'pending' && request.direction === 'outbound' ? (request.messagesAllowed ?? null) : null;
  return allowed === null ? null : { left: Math.max(0, allowed - (request?.messagesSent ?? 0)), allowed };
}

export function writingIn(entry: Entry, me: string): Writing {
  const { contactRequest: request, viewpoint, sendRefusal, chatType } = entry.chat;
  if (!viewpoint.isMember) return 'closed';
  if (request?.direction === 'inbound' && (request.state === 'blocked' || request.state === 'declined')) return 'closed';
  if (entry.members && chatType === 'oneOnOne' && others(entry, me).length === 0) return 'closed';
  if (sendRefusal && sendRefusal.code !== 'pendingCap') return 'closed';
  return sendRefusal || messagesLeft(entry.chat)?.left === 0 ? 'full' : 'open';
}
