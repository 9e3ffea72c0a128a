/** What the client knows of one account's chats, and the notifications that change it. */
import type { Chat, ChatMember, ChatMessage, ChatMessageInfo, Presence, TeamworkUserIdentity } from '../api/schema.gen';
import type { Tally } from './unread';

export interface Thread {
  /** Oldest first, without gaps. */
  readonly messages: readonly ChatMessage[];
  /** From where to load older ones; null when the beginning is here, [`OLDER_UNKNOWN`] when older ones were let go. */
  readonly older: string | null;
}

/** There are older messages, and only the newest page tells from where to load them. */
export const OLDER_UNKNOWN = '';
/** Of a chat that nobody looks at this many messages are kept: no fewer than a page has. */
export const MESSAGES_KEPT = 50;
/** Of this many chats messages are kept, those that were looked at last. */
export const THREADS_MAX = 10;

export interface Entry {
  /** The chat, without what has its own place here. */
  readonly chat: Omit<Chat, 'members' | 'lastMessagePreview'>;
  /** Null until they were fetched. */
  readonly members: readonly ChatMember[] | null;
  readonly preview: ChatMessageInfo | null;
  /** Null until the chat was opened, and after something that only a fetch can tell. */
  readonly thread: Thread | null;
  /** What came while the newest page is on its way; null when none is. */
  readonly early: readonly ChatMessage[] | null;
  /** What is unread, as far as the loaded messages do not tell. */
  readonly tally: Tally;
  /** How often push has told of the chat or its members: a fetch that began before is outdated. */
  readonly touched: number;
  /** How often push has told of something that a chat does not show of itself, such as its pins. */
  readonly told: number;
}

export interface Typist {
  readonly user: TeamworkUserIdentity;
  /** When the sign goes out unless it is repeated, in milliseconds. */
  readonly until: number;
}

/** How the connection is: `lost` heals by itself, `signedOut` does not. */
export type Link = 'connecting' | 'live' | 'lost' | 'signedOut';

export interface LiveState {
  /** Whose state it is. */
  readonly me: string;
  readonly link: Link;
  readonly chats: ReadonlyMap<string, Entry>;
  /** Whether every page of the list of chats has been fetched. */
  readonly isComplete: boolean;
  /** Whether the last try to fetch a page of the list failed; it is tried again by itself. */
  readonly isListFailed: boolean;
  /** Chats of which something is known to be missing, to be fetched. */
  readonly stale: ReadonlySet<string>;
  readonly presences: ReadonlyMap<string, Presence>;
  readonly typing: ReadonlyMap<string, readonly Typist[]>;
  /** Whom this account has blocked. */
  readonly blocked: ReadonlySet<string>;
  /** The chat that somebody looks at. */
  readonly inView: string | null;
  /** The chats that were looked at, the last one last. */
  readonly recent: readonly string[];
}

export function emptyState(me: string): LiveState {
  return {
    me,
    link: 'connecting',
    chats: new Map(),
    isComplete: false,
    isListFailed: false,
    stale: new Set(),
    presences: new Map(),
    typing: new Map(),
    blocked: new Set(),
    inView: null,
    recent: [],
  };
}

/** A frame of `GET /me/notifications`. */
export interface Frame {
  readonly token?: string;
  readonly changeType: 'created' | 'updated' | 'deleted';
  readonly resource: string;
  readonly resourceData: unknown;
}

/** How often each chat had been touched when a fetch began. */
export type Versions = ReadonlyMap<string, number>;

export type Action =
  | { readonly type: 'link'; readonly link: Link }
  /** A page of the list of chats. */
  | { readonly type: 'listed'; readonly chats: readonly Chat[]; readonly since: Versions }
  /** A page of the list could not be fetched. */
  | { readonly type: 'listFailed' }
  /** The list has come to its end; chats that are not in it are gone. */
  | { readonly type: 'listEnded'; readonly ids: ReadonlySet<string>; readonly since: Versions }
  /** One chat with its members, fetched again; null when it is gone. */
  | { readonly type: 'fetched'; readonly chatId: string; readonly chat: Chat | null; readonly since: Versions }
  /** Somebody looks at a chat, or does not any more. */
  | { readonly type: 'looked' | 'left'; readonly chatId: string }
  /** The newest page of a chat's messages is on its way, or will not come. */
  | { readonly type: 'opening' | 'notOpened'; readonly chatId: string }
  /** The newest page of a chat's messages, as the server lists them: newest first. */
  | {
    readonly type: 'opened';
    readonly chatId: string;
    readonly messages: readonly ChatMessage[];
    readonly older: string | null;
    readonly since: Versions;
    /** Whether what was known before may be outdated: then of it stays only what came meanwhile. */
    readonly isAfresh?: boolean;
  }
  /** A chat's messages may be outdated, and could not be fetched again. */
  | { readonly type: 'closed'; readonly chatId: string }
  /** A page of older messages, newest first; `from` is the token it was fetched with. */
  | { readonly type: 'olderLoaded'; readonly chatId: string; readonly messages: readonly ChatMessage[]; readonly older: string | null; readonly from: string }
  | { readonly type: 'frame'; readonly frame: Frame; readonly at: number }
  /** A message that this client sent or fetched itself. */
  | { readonly type: 'message'; readonly message: ChatMessage }
  | { readonly type: 'blocked'; readonly ids: ReadonlySet<string> }
  | { readonly type: 'presences'; readonly presences: readonly Presence[] }
  /** Who is out of contact: nothing that was known of their being there holds. */
  | { readonly type: 'presencesGone'; readonly ids: readonly string[] }
  | { readonly type: 'tick'; readonly at: number }
  /** Everything may be outdated: all will be fetched again. */
  | { readonly type: 'outdated' };

/** How long somebody is shown as typing after the last sign of it. */
export const TYPING_MS = 6_000;
