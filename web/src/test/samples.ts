/** Things of the wire for tests, with only what a test says being special. */
import type { Chat, ChatMember, ChatMessage, TeamworkUserIdentity, User } from '../api/schema.gen';
import { reduce } from '../live/reducer';
import { emptyState, type Entry } from '../live/state';

export const ME = 'person-me';

export function user(change: Partial<User> = {}): User {
  return {
    id: ME,
    displayName: 'Ada Lindqvist',
    userPrincipalName: 'ada@contoso.example',
    mail: 'ada@contoso.example',
    tenantId: 'organisation-contoso',
    organisationName: 'Contoso',
    isExternal: false,
    trust: 'colleague',
    businessPhones: [],
    ...change,
  } as User;
}

export function identity(change: Partial<TeamworkUserIdentity> = {}): TeamworkUserIdentity {
  return {
    '@odata.type': '#microsoft.graph.teamworkUserIdentity',
    id: 'person-hana',
    displayName: 'Hana Sato',
    userIdentityType: 'federatedUser',
    tenantId: 'organisation-fabrikam',
    isExternal: true,
    trust: 'unfamiliar',
    organisationName: 'Fabrikam',
    ...change,
  } as TeamworkUserIdentity;
}

export function member(change: Partial<ChatMember> = {}): ChatMember {
  const { id, displayName, tenantId, isExternal, trust, organisationName } = identity();
  return {
    '@odata.type': '#microsoft.graph.aadUserConversationMember',
    id: `member-${change.userId ?? id}`,
    userId: id,
    displayName,
    email: 'hana@fabrikam.example',
    tenantId,
    isExternal,
    trust,
    organisationName,
    isPending: false,
    roles: ['owner'],
    visibleHistoryStartDateTime: '0001-01-01T00:00:00Z',
    ...change,
  } as ChatMember;
}

export const self = member({ userId: ME, displayName: 'Ada Lindqvist', isExternal: false, trust: 'colleague', organisationName: 'Contoso', email: 'ada@contoso.example' });

export function message(id: string, change: Partial<ChatMessage> = {}): ChatMessage {
  const at = new Date(Number(id)).toISOString();
  return {
    id,
    etag: id,
    chatId: 'chat-1',
    messageType: 'message',
    createdDateTime: at,
    lastModifiedDateTime: at,
    lastEditedDateTime: null,
    deletedDateTime: null,
    importance: 'normal',
    locale: 'en-us',
    subject: null,
    eventDetail: null,
    from: { application: null, device: null, user: identity() },
    body: { contentType: 'text', content: `message ${id}` },
    attachments: [],
    mentions: [],
    reactions: [],
    ...change,
  } as unknown as ChatMessage;
}

export function chat(change: Partial<Chat> = {}): Chat {
  return {
    id: 'chat-1',
    topic: null,
    chatType: 'oneOnOne',
    createdDateTime: '2026-01-01T08:00:00Z',
    lastUpdatedDateTime: '2026-01-01T08:00:00Z',
    isHiddenForAllMembers: false,
    tenantId: 'organisation-contoso',
    viewpoint: { isHidden: false, isMember: true, isMuted: false, isPinned: false, lastMessageReadDateTime: '0001-01-01T00:00:00Z' },
    members: [self, member()],
    lastMessagePreview: null,
    ...change,
  } as unknown as Chat;
}

/** A chat as the live state has it after a fetch of the list. */
export function entry(change: Partial<Chat> = {}): Entry {
  const listed = chat(change);
  return reduce(emptyState(ME), [{ type: 'listed', chats: [listed], since: new Map() }]).chats.get(listed.id)!;
}

export function inbound(change: Partial<NonNullable<Chat['contactRequest']>> = {}): NonNullable<Chat['contactRequest']> {
  return {
    state: 'pending',
    direction: 'inbound',
    requestedBy: { ...identity(), email: 'hana@fabrikam.example' },
    requestedDateTime: '2026-01-02T08:00:00Z',
    risk: { level: 'none', reasons: [] },
    ...change,
  } as NonNullable<Chat['contactRequest']>;
}
