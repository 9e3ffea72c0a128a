/** What an entry of the trail says, as a sentence: who did what to whom, and by which rule. */
import type { AuditEvent } from '../../api/schema.gen';
import { list } from '../../i18n/formats';
import english from '../catalogues/en.json';
import { policyLabel } from '../data';
import { type T, type TextKey } from '../i18n';
import { kindName } from './kindName';
import type { NameOf } from './names';
import { factsOf, participantsOf } from './trail';

/** More people are counted rather than named. */
const PEOPLE_NAMED_MAX = 3;
/** More settings are counted rather than named. */
const SETTINGS_NAMED_MAX = 2;

/** An entry with what its sentence is made of. */
interface Told {
  readonly event: AuditEvent;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly nameOf: NameOf;
  readonly t: T;
  readonly actor: string;
}

export function sentenceOf(event: AuditEvent, nameOf: NameOf, t: T): string {
  const told: Told = { event, facts: factsOf(event), nameOf, t, actor: nameOf(event.actorId) };
  switch (event.kind) {
    case 'ChatCreated': return inChat(told, 'say.ChatCreated');
    case 'MemberAdded': return added(told);
    case 'MemberRemoved': return removed(told);
    case 'MessageSent': return inChat(told, 'say.MessageSent');
    case 'MessageDeleted': return inChat(told, told.facts['restored'] ? 'say.MessageRestored' : 'say.MessageDeleted');
    case 'UserAccepted': return [inChat(told, 'say.UserAccepted'), told.facts['flagged'] ? t('say.flagged') : ''].filter(Boolean).join(' ');
    case 'ContactBlocked': return t(told.facts['report'] ? 'say.ContactBlockedReported' : 'say.ContactBlocked', people(told, 'person'));
    case 'ContactUnblocked': return t('say.ContactUnblocked', people(told, 'person'));
    case 'UserReported': return reported(told);
    case 'TeamsImpersonationDetected': return impersonated(told);
    case 'TeamsTenantSettingChanged': return settingsChanged(told);
    case 'PolicyChanged': return policyChanged(told);
    case 'PolicyAssigned': return policyAssigned(told);
    case 'DirectoryChanged': return directoryChanged(told);
    case 'TokenChanged': return t('say.TokenChanged', people(told, 'tokenMadeFor'));
    case 'AccessRemoved': return t('say.AccessRemoved', people(told, 'member'));
    case 'MessagesExported': return t('say.MessagesExported', people(told, 'exported'));
    case 'SubscriptionChanged': return subscriptionChanged(told);
    case 'Checkpoint': return t('say.Checkpoint', { count: Number(told.facts['chains'] ?? 0) });
    case 'ChatUpdated': case 'MessageUpdated': case 'ReactionChanged': case 'MessagePinned': case 'MessageUnpinned': case 'RequestDeclined':
      return inChat(told, `say.${event.kind}`);
    default: return t('say.other', { actor: told.actor, kind: kindName(event.kind, t) });
  }
}

export interface Modified {
  readonly old?: unknown;
  readonly new?: unknown;
}

/** What changed, property by property; without values where the trail keeps none. */
export function modifiedOf(event: AuditEvent): Readonly<Record<string, Modified>> {
  return (factsOf(event)['modifiedProperties'] ?? {}) as Record<string, Modified>;
}

/** Why the terms removed somebody, in words. */
export function reasonOf(code: unknown, t: T): string | null {
  if (typeof code !== 'string') return null;
  const key = known(`reason.${code}`);
  return key ? t(key) : code;
}

/** The key, if there are words for it: a newer server has facts that this page does not know. */
const known = (key: string): TextKey | null => (Object.hasOwn(english, key) ? (key as TextKey) : null);

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const label = (value: unknown): string => policyLabel(text(value));

function people({ facts, nameOf, actor }: Told, fact: string): { actor: string; person: string } {
  return { actor, person: nameOf(text(facts[fact])) };
}

/** Everybody else in the chat, named while they are few. */
function others({ event, t }: Told): string {
  const names = participantsOf(event).filter((one) => one.id !== event.actorId).map((one) => one.displayName || one.address || one.id);
  if (names.length === 0) return t('say.nobody');
  const rest = names.length - PEOPLE_NAMED_MAX;
  return rest > 1 ? t('audit.andMore', { names: names.slice(0, PEOPLE_NAMED_MAX).join(', '), count: rest }) : list(names);
}

function inChat(told: Told, key: TextKey): string {
  return told.t(key, { actor: told.actor, people: others(told) });
}

function added(told: Told): string {
  if (told.facts['readmitted']) return inChat(told, 'say.readmitted');
  return told.t('say.MemberAdded', people(told, 'member'));
}

function removed(told: Told): string {
  const { facts, t, actor } = told;
  if (facts['left']) return t('say.left', { actor });
  if (facts['byPolicy']) return t('say.removedByTerms', people(told, 'member'));
  return t('say.MemberRemoved', people(told, 'member'));
}

function reported(told: Told): string {
  if (told.event.messageId) return told.t('say.UserReported.message', people(told, 'person'));
  if (told.facts['person']) return told.t('say.UserReported.person', people(told, 'person'));
  return inChat(told, 'say.UserReported.chat');
}

function impersonated({ facts, nameOf, t }: Told): string {
  const sender = [text(facts['senderName']), text(facts['senderAddress']) && `<${text(facts['senderAddress'])}>`].filter(Boolean).join(' ');
  return t('say.TeamsImpersonationDetected', { sender, person: nameOf(text(facts['targetUser'])) });
}

/** Which settings, while they are few. */
function settingsChanged({ event, t, actor }: Told): string {
  const names = Object.keys(modifiedOf(event));
  if (names.length === 0 || names.length > SETTINGS_NAMED_MAX) return t('say.TeamsTenantSettingChanged', { actor, count: names.length });
  const words = names.map((name) => known(`setting.${name}`) ?? known(`property.${name}`)).map((key, at) => t('say.quoted', { words: key ? t(key) : names[at]! }));
  return t('say.TeamsTenantSettingChanged.named', { actor, settings: list(words) });
}

function policyChanged({ facts, t, actor }: Told): string {
  const name = label(facts['policy']);
  const act = text(facts['act']);
  if (act !== 'removed') return t(`say.policy.${act as 'created'}`, { actor, name });
  const groups = Array.isArray(facts['groups']) ? facts['groups'].length : 0;
  const people = Number(facts['people'] ?? 0);
  const lost = people + groups > 0 ? ` ${t('say.policy.lost', { people: t('say.policy.people', { count: people }), groups: t('say.policy.groups', { count: groups }) })}` : '';
  return `${t('say.policy.removed', { actor, name })}${lost}`;
}

function policyAssigned(told: Told): string {
  const { facts, nameOf, t, actor } = told;
  const [name, was] = [label(facts['policy']), label(facts['was'])];
  const isGroup = facts['group'] !== undefined;
  const whom = isGroup ? text(facts['groupName']) || t('group.unnamed') : nameOf(text(facts['person']));
  const [rank, rankWas] = [Number(facts['rank'] ?? 0), Number(facts['rankWas'] ?? 0)];
  const said = { actor, name, was, whom, rank, rankWas };
  if (facts['policy'] === null) return t(isGroup ? 'say.taken.group' : 'say.taken.person', { ...said, name: was });
  if (isGroup && name === was) return t('say.moved', said);
  if (isGroup) return t(was ? 'say.replaced.group' : 'say.assigned.group', said);
  return t(was ? 'say.replaced.person' : 'say.assigned.person', said);
}

/** What flows out to which host, or why it no longer does (P7). */
function subscriptionChanged(told: Told): string {
  const { facts, nameOf, t, actor } = told;
  const said = {
    actor,
    // Whatever ends by itself has no actor, but was somebody's.
    person: nameOf(text(facts['subscriber'])),
    watched: t(known(`subscription.${text(facts['watched'])}`) ?? 'subscription.other'),
    host: text(facts['notificationHost']),
  };
  if (facts['subscriptionMade']) return t('say.subscription.made', said);
  if (facts['subscriptionChanged']) return t('say.subscription.certificate', said);
  return t(known(`say.subscription.${text(facts['why'])}`) ?? 'say.subscription.removed', said);
}

function directoryChanged(told: Told): string {
  const { facts, t, actor } = told;
  const group = text(facts['groupName']) || t('group.unnamed');
  for (const fact of ['created', 'changed', 'passwordSet', 'addressAdded'] as const) if (facts[fact]) return t(`say.account.${fact}`, people(told, fact));
  for (const fact of ['memberAdded', 'memberRemoved'] as const) if (facts[fact]) return t(`say.group.${fact}`, { ...people(told, fact), group });
  if (facts['groupRenamed']) return t('say.group.groupRenamed', { actor, group, was: text(modifiedOf(told.event)['displayName']?.old) });
  for (const fact of ['groupCreated', 'groupDeleted'] as const) if (facts[fact]) return t(`say.group.${fact}`, { actor, group });
  if (facts['domainAdded']) return t('say.organisation.domainAdded', { actor, domain: text(facts['domainAdded']) });
  if (facts['trustClass']) return t(facts['trustClass'] === 'trial' ? 'say.organisation.trial' : 'say.organisation.standard', { actor });
  return t(facts['founded'] ? 'say.organisation.founded' : 'say.account.other', { actor });
}
