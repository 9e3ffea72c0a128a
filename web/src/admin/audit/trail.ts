/** The audit trail: its filters, its pages, and the files that it is exported to. */
import { type Api, quoted, valueOf } from '../../api/client';
import type { AuditEvent } from '../../api/schema.gen';
import { type Page, pageOf, skip } from '../data';
import { quotedCell } from '../parts/entries';

export const kinds = [
  'ChatCreated',
  'ChatUpdated',
  'MemberAdded',
  'MemberRemoved',
  'MessageSent',
  'MessageUpdated',
  'MessageDeleted',
  'ReactionChanged',
  'MessagePinned',
  'MessageUnpinned',
  'UserReported',
  'UserAccepted',
  'RequestDeclined',
  'ContactBlocked',
  'ContactUnblocked',
  'TeamsImpersonationDetected',
  'TeamsTenantSettingChanged',
  'PolicyChanged',
  'PolicyAssigned',
  'DirectoryChanged',
  'TokenChanged',
  'AccessRemoved',
  'MessagesExported',
  'SubscriptionChanged',
  'Checkpoint',
] as const;
export type Kind = (typeof kinds)[number];

export interface Filter {
  /** Days by the calendar of this place, `2026-11-25`; the last one is part of it. */
  readonly from: string;
  readonly to: string;
  readonly kind: string;
  readonly actorId: string;
  readonly participantId: string;
  readonly chatId: string;
}

export const noFilter: Filter = { from: '', to: '', kind: '', actorId: '', participantId: '', chatId: '' };

/** The filter that an address asks for; what it does not understand filters nothing. */
export function filterOf(search: URLSearchParams): Filter {
  const day = (name: string) => (/^\d{4}-\d{2}-\d{2}$/.test(search.get(name) ?? '') ? (search.get(name) ?? '') : '');
  const account = (name: string) => (/^[0-9a-f-]{36}$/i.test(search.get(name) ?? '') ? (search.get(name) ?? '') : '');
  const chat = search.get('chat') ?? '';
  return {
    from: day('from'),
    to: day('to'),
    kind: kinds.find((kind) => kind === search.get('kind')) ?? '',
    actorId: account('by'),
    participantId: account('with'),
    chatId: /^19:[\w.@-]{1,200}$/.test(chat) ? chat : '',
  };
}

/** What stands in the address for a filter, from the `?`; nothing for none. */
export function searchOf({ from, to, kind, actorId, participantId, chatId }: Filter): string {
  const named = Object.entries({ from, to, kind, by: actorId, with: participantId, chat: chatId }).filter(([, value]) => value !== '');
  return named.length > 0 ? `?${new URLSearchParams(named).toString()}` : '';
}

/** A person as the description of participants names them. */
export interface Participant {
  readonly id: string;
  readonly displayName: string;
  readonly address: string | null;
  readonly organisationId: string | null;
}

export function odataFilter(filter: Filter): string | undefined {
  const terms = [
    filter.from && `activityDateTime ge ${startOfDay(filter.from, 0)}`,
    filter.to && `activityDateTime lt ${startOfDay(filter.to, 1)}`,
    filter.kind && `kind eq ${quoted(filter.kind)}`,
    filter.actorId && `actorId eq ${quoted(filter.actorId)}`,
    filter.participantId && `participants/members/any(m: m/id eq ${quoted(filter.participantId)})`,
    filter.chatId && `chatId eq ${quoted(filter.chatId)}`,
  ].filter(Boolean);
  return terms.length > 0 ? terms.join(' and ') : undefined;
}

function startOfDay(day: string, later: number): string {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}

/** A page looks at so many entries of the trail and may have none of those that are wanted; so many such pages are read at once. */
const EMPTY_PAGES_MAX = 20;

/** The next page that has anything; an empty one with a next page after so many that had nothing. */
export async function readTrail(api: Api, filter: Filter, token: string | undefined, top: number, signal?: AbortSignal): Promise<Page<AuditEvent>> {
  const $filter = odataFilter(filter);
  let page: Page<AuditEvent> = { items: [], next: token ?? null };
  for (let pages = 0; pages < EMPTY_PAGES_MAX; pages += 1) {
    const query = { $top: top, ...($filter ? { $filter } : {}), ...skip(page.next ?? undefined) };
    page = pageOf(await valueOf(api.GET('/v1.0/admin/teams/externalAccess/auditEvents', { params: { query }, ...(signal ? { signal } : {}) })));
    if (page.items.length > 0 || page.next === null) break;
  }
  return page;
}

/** Facts of an event, which each kind has its own of. */
export function factsOf(event: AuditEvent): Readonly<Record<string, unknown>> {
  return (event.detail ?? {}) as Record<string, unknown>;
}

export function participantsOf(event: AuditEvent): readonly Participant[] {
  const described = event.participants as { members?: Participant[] } | null | undefined;
  return described?.members ?? [];
}

export const csvHeadings = ['time', 'kind', 'actor', 'address', 'chat', 'message', 'participants', 'detail', 'client', 'sequence', 'hash'];

export function csvLine(event: AuditEvent): string {
  const participants = participantsOf(event);
  const actor = participants.find((one) => one.id === event.actorId);
  const cells = [
    event.activityDateTime,
    event.kind,
    event.actorId ?? '',
    actor?.address ?? '',
    event.chatId ?? '',
    event.messageId ?? '',
    participants.map((one) => one.address ?? one.id).join(' '),
    event.detail ? JSON.stringify(event.detail) : '',
    event.ipAddress ?? '',
    String(event.sequence),
    event.hash,
  ];
  return cells.map(quotedCell).join(',');
}
