/** Asks for the presence of the people one talks with, and shows one's own while the page is open. */
import { type Api, answer, newKey } from '../api/client';
import { isTransient } from '../api/failure';
import type { LiveStore } from './liveStore';
import type { Entry } from './state';

const ASK_AFTER_MS = 300;
const PER_CALL_MAX = 650;
/** Presence lasts five minutes on the server; it is renewed before. */
const RENEW_MS = 4 * 60_000;
/** How long to wait with what could not be asked. */
const AGAIN_MS = 15_000;
/** Groups above this have no presence. */
const MEMBERS_MAX = 20;

/** Whether the people of a chat may be in contact: before consent, and while it is refused, nothing is told of them. */
function isOpen({ chat }: Entry): boolean {
  return (!chat.contactRequest || chat.contactRequest.state === 'accepted' || chat.contactRequest.direction === 'outbound') && !chat.sendRefusal;
}

/** What of a chat decides who of its people may be seen. */
interface Terms {
  readonly chat: Entry['chat'];
  readonly members: Entry['members'];
  readonly text: string;
}

function termsText({ contactRequest, sendRefusal }: Entry['chat'], members: Entry['members']): string {
  return [contactRequest?.state, sendRefusal?.code, ...(members ?? []).map(({ userId, isPending }) => `${userId}${isPending ? '?' : ''}`)].join();
}

export class PresenceWatch {
  private readonly asked = new Set<string>();
  private terms: ReadonlyMap<string, Terms> = new Map();
  /** Whether all chats were there when their terms were last looked at: one that comes later is new. */
  private wasComplete = false;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private renewal: ReturnType<typeof setInterval> | null = null;
  private readonly sessionId = newKey();
  private readonly api: Api;
  private readonly live: LiveStore;
  private last: ReadonlyMap<string, Entry> | null = null;
  private ends: readonly (() => void)[] = [];
  private isStopped = false;

  constructor(api: Api, live: LiveStore) {
    this.api = api;
    this.live = live;
  }

  start(): void {
    const afresh = () => {
      // What was missed meanwhile is not replayed: presence lives from moment to moment.
      this.asked.clear();
      this.last = null;
      this.look();
      void this.show();
    };
    this.ends = [this.live.subscribe(() => this.look()), this.live.whenLive(afresh)];
    this.renewal = setInterval(() => void this.show(), RENEW_MS);
    document.addEventListener('visibilitychange', this.onVisible);
  }

  stop(): void {
    this.isStopped = true;
    for (const end of this.ends) end();
    if (this.timer) clearTimeout(this.timer);
    if (this.renewal) clearInterval(this.renewal);
    document.removeEventListener('visibilitychange', this.onVisible);
  }

  private readonly onVisible = (): void => void this.show();

  private look(): void {
    const { chats, link } = this.live.get();
    if (link !== 'live' || chats === this.last) return;
    this.last = chats;
    this.askAfter(ASK_AFTER_MS);
  }

  private askAfter(ms: number): void {
    if (!this.isStopped) this.timer ??= setTimeout(() => void this.ask(), ms);
  }

  private async ask(): Promise<void> {
    this.timer = null;
    const { chats, isComplete, link, me, presences } = this.live.get();
    // All of it is asked when the connection is back.
    if (link !== 'live') return;
    const [shown, inContact] = [new Set<string>(), new Set([me])];
    for (const entry of chats.values()) {
      if (!entry.members || !isOpen(entry)) continue;
      for (const member of entry.members) {
        if (member.userId === me || member.isPending) continue;
        inContact.add(member.userId);
        if (entry.members.length <= MEMBERS_MAX) shown.add(member.userId);
      }
    }
    // Who is out of contact meanwhile is asked about anew once that is over.
    for (const id of this.asked) if (!shown.has(id)) this.asked.delete(id);
    const gone = [...presences.keys()].filter((id) => !inContact.has(id));
    if (gone.length > 0) this.live.dispatch({ type: 'presencesGone', ids: gone });
    this.compareTerms(chats, isComplete);
    const ids = new Set([...shown].filter((id) => !this.asked.has(id)));
    const wanted = [...ids].slice(0, PER_CALL_MAX);
    if (wanted.length === 0) return;
    for (const id of wanted) this.asked.add(id);
    const found = await answer(this.api.POST('/v1.0/communications/getPresencesByUserId', { body: { ids: wanted } }));
    if (found.ok) {
      // Who went out of contact since is not shown as being there.
      this.live.dispatch({ type: 'presences', presences: found.value.value.filter(({ id }) => this.asked.has(id)) });
      if (ids.size > wanted.length) this.askAfter(ASK_AFTER_MS);
    } else if (isTransient(found.failure)) {
      for (const id of wanted) this.asked.delete(id);
      this.askAfter(Math.max(AGAIN_MS, (found.failure.retryAfterS ?? 0) * 1_000));
    }
  }

  /** Forgets the answers about the people of chats whose terms or members have changed: they may be others by now. */
  private compareTerms(chats: ReadonlyMap<string, Entry>, isComplete: boolean): void {
    const now = new Map<string, Terms>();
    for (const [id, { chat, members }] of chats) {
      const before = this.terms.get(id);
      const terms = before?.chat === chat && before.members === members ? before : { chat, members, text: termsText(chat, members) };
      now.set(id, terms);
      if (terms.text === before?.text || (!before && !this.wasComplete)) continue;
      for (const member of [...(members ?? []), ...(before?.members ?? [])]) this.asked.delete(member.userId);
    }
    this.terms = now;
    this.wasComplete = isComplete;
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
