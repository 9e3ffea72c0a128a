/**
 * Whom the account has blocked, in the live state: their messages in groups are folded, they are not
 * told of, and no presence of theirs is shown. It is asked for when the connection is new, when a chat
 * of two tells of a block that is not known or the other way round, when another tab has changed it,
 * and when somebody comes back to the page: of a block without such a chat nothing is pushed.
 */
import { type Api, answer } from '../api/client';
import { isTransient } from '../api/failure';
import type { LiveStore } from '../live/liveStore';
import { parseResource } from '../live/resource';
import type { Entry, Frame } from '../live/state';
import { followOtherTabs, tellOtherTabs } from './otherTabs';

/** Who comes back sooner than this after it was asked need not be told anew. */
const FRESH_MS = 60_000;
/** How long to wait with what could not be asked. */
const AGAIN_MS = 15_000;

export class Blocks {
  private readonly api: Api;
  private readonly live: LiveStore;
  private ends: readonly (() => void)[] = [];
  private askedAt = Number.NEGATIVE_INFINITY;
  private timer: ReturnType<typeof setTimeout> | null = null;
  /** How often it was changed here: an answer from before such a change is outdated. */
  private changes = 0;
  private isStopped = false;
  private readonly onChange: () => void;

  /** `onChange` is called when it has become otherwise. */
  constructor(api: Api, live: LiveStore, onChange: () => void) {
    this.api = api;
    this.live = live;
    this.onChange = onChange;
  }

  start(): void {
    const comesBack = () => {
      if (document.visibilityState === 'visible' && performance.now() - this.askedAt > FRESH_MS) void this.ask();
    };
    document.addEventListener('visibilitychange', comesBack);
    this.ends = [
      () => document.removeEventListener('visibilitychange', comesBack),
      this.live.whenLive(() => void this.ask()),
      this.live.onPushed((frame) => this.pushed(frame)),
      followOtherTabs(({ what, accountId }) => {
        if (what === 'blocked' && accountId === this.live.accountId) void this.ask();
      }),
    ];
  }

  stop(): void {
    this.isStopped = true;
    if (this.timer) clearTimeout(this.timer);
    for (const end of this.ends) end();
  }

  /** Takes what this tab has done itself, and lets the others know. */
  set(userId: string, isBlocked: boolean): void {
    const ids = new Set(this.live.get().blocked);
    if (isBlocked) ids.add(userId);
    else ids.delete(userId);
    this.changes += 1;
    this.take(ids);
    tellOtherTabs('blocked', this.live.accountId);
  }

  async ask(): Promise<void> {
    this.askedAt = performance.now();
    const { changes } = this;
    const found = await answer(this.api.GET('/v1.0/me/externalContacts/blocked'));
    if (this.isStopped) return undefined;
    if (!found.ok) {
      if (isTransient(found.failure)) this.timer ??= setTimeout(() => { this.timer = null; void this.ask(); }, AGAIN_MS);
      return undefined;
    }
    if (changes !== this.changes) return this.ask();
    return this.take(new Set(found.value.value.map(({ id }) => id)));
  }

  private take(ids: ReadonlySet<string>): void {
    const { blocked } = this.live.get();
    if (ids.size === blocked.size && [...ids].every((id) => blocked.has(id))) return;
    this.live.dispatch({ type: 'blocked', ids });
    this.onChange();
  }

  /** Another device may have blocked somebody, or taken it back. */
  private pushed(frame: Frame): void {
    const resource = parseResource(frame.resource);
    const entry = resource.kind === 'chat' ? this.live.get().chats.get(resource.chatId) : undefined;
    const other = entry && whoMayBeBlocked(entry, this.live.accountId);
    if (entry && other && saysBlocked(entry) !== this.live.get().blocked.has(other)) void this.ask();
  }
}

/** The other one of a chat of two. */
function whoMayBeBlocked({ chat, members }: Entry, me: string): string | undefined {
  if (chat.chatType !== 'oneOnOne') return undefined;
  return members?.find(({ userId }) => userId !== me)?.userId ?? chat.contactRequest?.requestedBy.id;
}

function saysBlocked({ chat: { sendRefusal, contactRequest } }: Entry): boolean {
  return (sendRefusal?.code === 'personBlocked' && sendRefusal.side === 'own') || (contactRequest?.direction === 'inbound' && contactRequest.state === 'blocked');
}
