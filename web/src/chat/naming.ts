/** What chats and people are called on the screen. */
import type { ChatMember, ChatMessageInfo, ContactRequester, TeamworkUserIdentity } from '../api/schema.gen';
import { list } from '../i18n/formats';
import type { T } from '../i18n';
import type { Entry } from '../live/state';
import { isInboundRequest } from './unread';

/** What the screen needs of a person, wherever they come from. */
export interface Person {
  readonly id: string;
  readonly displayName: string;
  readonly isExternal: boolean;
  readonly trust: string;
  /** Where they belong: names of organisations are not unique. */
  readonly tenantId?: string | null;
  readonly organisationName?: string | null;
  readonly email?: string | null;
}

export function personOfMember(member: ChatMember): Person {
  return {
    id: member.userId,
    displayName: member.displayName,
    isExternal: member.isExternal,
    trust: member.trust,
    tenantId: member.tenantId ?? null,
    organisationName: member.organisationName ?? null,
    email: member.email ?? null,
  };
}

export function personOfIdentity(user: TeamworkUserIdentity): Person {
  return {
    id: user.id,
    displayName: user.displayName,
    isExternal: user.isExternal,
    trust: user.trust,
    tenantId: user.tenantId ?? null,
    organisationName: user.organisationName ?? null,
  };
}

export function personOfRequester(requester: ContactRequester): Person {
  return {
    id: requester.id,
    displayName: requester.displayName,
    isExternal: requester.isExternal,
    trust: requester.trust,
    organisationName: requester.organisationName ?? null,
    email: requester.email ?? null,
  };
}

/** Everybody but oneself. */
export function others(entry: Entry, me: string): readonly Person[] {
  const request = entry.chat.contactRequest;
  if (isInboundRequest(entry) && request) return [personOfRequester(request.requestedBy)];
  return (entry.members ?? []).filter((member) => member.userId !== me).map(personOfMember);
}

/** The other one of a chat between two. */
export function counterpart(entry: Entry, me: string): Person | null {
  return entry.chat.chatType === 'oneOnOne' ? (others(entry, me)[0] ?? null) : null;
}

/** Who was the other one of a chat between two until they were taken out, as far as what was said there tells. */
export function formerCounterpart(entry: Entry, me: string): Person | null {
  if (entry.chat.chatType !== 'oneOnOne' || !entry.members || others(entry, me).length > 0) return null;
  const said: readonly (Pick<ChatMessageInfo, 'from' | 'eventDetail'> | null)[] = [entry.preview, ...(entry.thread?.messages.toReversed() ?? [])];
  for (const message of said) {
    const user = [message?.from?.user, ...(message?.eventDetail?.members ?? [])].find((one) => one && one.id !== me);
    if (user) return personOfIdentity(user);
  }
  return null;
}

/** Names that a title spells out before it says “and 4 more”. */
const NAMES_MAX = 3;

export function titleOf(entry: Entry, me: string, t: T): string {
  if (entry.chat.topic) return entry.chat.topic;
  const people = others(entry, me);
  if (people.length === 0) return formerCounterpart(entry, me)?.displayName ?? t(entry.members ? 'chat.alone' : 'chat.unknown');
  if (people.length === 1) return people[0]!.displayName;
  const names = people.map((person) => firstName(person.displayName));
  if (names.length <= NAMES_MAX) return list(names);
  return list([...names.slice(0, NAMES_MAX - 1), t('chat.moreNames', { count: names.length - NAMES_MAX + 1 })]);
}

function firstName(name: string): string {
  return name.split(' ')[0] || name;
}

/** What tells one home from another; personal accounts have one together. */
export function homeOf({ tenantId, organisationName }: Person): string {
  return organisationName ? (tenantId ?? organisationName) : '';
}

/** The organisations that are in a chat besides one's own, each once even if two have one name, and whether personal accounts are. */
export function homesOf(people: readonly Person[]): { organisations: readonly string[]; hasPersonal: boolean } {
  const names = new Map<string, string>();
  let hasPersonal = false;
  for (const person of people) {
    if (!person.isExternal) continue;
    if (person.organisationName) names.set(homeOf(person), person.organisationName);
    else hasPersonal = true;
  }
  return { organisations: [...names.values()], hasPersonal };
}

/** Whether somebody is there whom the own side does not know: the louder banner. */
export function hasUnfamiliar(people: readonly Person[]): boolean {
  return people.some(isUnfamiliar);
}

export function isUnfamiliar({ isExternal, trust }: Person): boolean {
  return isExternal && (trust === 'unfamiliar' || trust === 'unverified');
}
