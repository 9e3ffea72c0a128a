/** Asks for the presence of the people one talks with, and shows one's own while the page is open. */
import { type Api, answer, newKey } from '../api/client';
import type { LiveStore } from './liveStore';
import type { Entry } from './state';

const ASK_AFTER_MS = 300;
const PER_CALL_MAX = 650;
/** Presence lasts five minutes on the server; it is renewed before. */
const RENEW_MS = 4 * 60_000;
/** Groups above this have no presence. */
const MEMBERS_MAX = 20;

export class PresenceWatch {
  private readonly asked = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | null = null;
  private renewal: ReturnType<typeof setInterval> | null = null;
  private readonly sessionId = newKey();
  private readonly api: Api;
  private readonly live: LiveStore;
  private last: ReadonlyMap<string, Entry> | null = null;

  constructor(api: Api, live: LiveStore) {
    this.api = api;
    this.live = live;
  }

  start(): void {
    this.live.subscribe(() => this.look());
    this.live.whenLive(() => {
      // What was missed meanwhile is not replayed: presence lives from moment to moment.
      this.asked.clear();
      this.last = null;
      this.look();
      void this.show();
    });
    this.renewal = setInterval(() => void this.show(), RENEW_MS);
    document.addEventListener('visibilitychange', this.onVisible);
  }

  stop(): void {
    if (this.timer) clearTimeout(this.timer);
    if (this.renewal) clearInterval(this.renewal);
    document.removeEventListener('visibilitychange', this.onVisible);
  }

  private readonly onVisible = (): void => void this.show();

  private look(): void {
    const { chats, link } = this.live.get();
    if (link !== 'live' || chats === this.last) return;
    this.last = chats;
    this.timer ??= setTimeout(() => void this.ask(), ASK_AFTER_MS);
  }

  private async ask(): Promise<void> {
    this.timer = null;
    const { chats, me } = this.live.get();
    const ids = new Set<string>();
    for (const entry of chats.values()) {
      if (!entry.members || entry.members.length > MEMBERS_MAX) continue;
      for (const member of entry.members) {
        if (member.userId !== me && !member.isPending && !this.asked.has(member.userId)) ids.add(member.userId);
      }
    }
    const wanted = [...ids].slice(0, PER_CALL_MAX);
    if (wanted.length === 0) return;
    for (const id of wanted) this.asked.add(id);
    const found = await answer(this.api.POST('/v1.0/communications/getPresencesByUserId', { body: { ids: wanted } }));
    if (found.ok) this.live.dispatch({ type: 'presences', presences: found.value.value });
  }

  private async show(): Promise<void> {
    if (this.live.get().link !== 'live') return;
    const isHere = document.visibilityState === 'visible';
    await answer(this.api.POST('/v1.0/me/presence/setPresence', {
      body: {
        sessionId: this.sessionId,
        availability: isHere ? 'Available' : 'Away',
        activity: isHere ? 'Available' : 'Away',
        expirationDuration: 'PT5M',
      },
    }));
  }
}
