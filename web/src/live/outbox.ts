/**
 * Messages on their way: kept on this device until the server has answered, sent in order, tried
 * again after a failure that may pass. The idempotency key makes a repeated one harmless, also when
 * two tabs send it: what one of them leaves behind the other takes over.
 */
import { type Api, answer, newKey } from '../api/client';
import { type Failure, isTransient } from '../api/failure';
import type { ChatMessage, NewChatMessage } from '../api/schema.gen';
import type { LiveStore } from './liveStore';

export interface OutboxEntry {
  readonly key: string;
  readonly chatId: string;
  readonly message: NewChatMessage;
  readonly at: number;
  readonly state: 'waiting' | 'sending' | 'failed';
  readonly failure: Failure | null;
}

/** Past this the server may have forgotten the key: then only the person may repeat it. */
const KEY_MS_MAX = 23 * 3_600_000;
const RETRY_MS_MIN = 1_000;
const RETRY_MS_MAX = 30_000;

export class Outbox {
  private entries: readonly OutboxEntry[];
  private readonly listeners = new Set<() => void>();
  private readonly busy = new Set<string>();
  private failures = 0;
  /** Entries for which the storage has no room: they are lost with the page. */
  private readonly unkept = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | null = null;
  /** Each entry has a place of its own in the storage, so that tabs do not overwrite each other. */
  private readonly prefix: string;
  private readonly api: Api;
  private readonly live: LiveStore;
  private isStopped = false;
  private ends: readonly (() => void)[] = [];

  constructor(accountId: string, api: Api, live: LiveStore) {
    this.prefix = `visavis.outbox.${accountId}.`;
    this.api = api;
    this.live = live;
    this.entries = this.stored();
  }

  readonly get = (): readonly OutboxEntry[] => this.entries;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Whether a message outlives the page; without a key, whether all of them do. */
  isKept(key?: string): boolean {
    return key === undefined ? this.unkept.size === 0 : !this.unkept.has(key);
  }

  start(): void {
    const follow = ({ key, newValue }: StorageEvent) => {
      if (key?.startsWith(this.prefix)) this.follow(key.slice(this.prefix.length), newValue === null ? undefined : read(newValue)[0]);
    };
    addEventListener('storage', follow);
    const goOn = () => {
      this.adopt();
      this.flush();
    };
    this.ends = [() => removeEventListener('storage', follow), this.live.whenLive(goOn)];
    goOn();
  }

  /** Sends nothing more: what is left waits on this device for the next time the account signs in. */
  stop(): void {
    this.isStopped = true;
    if (this.timer) clearTimeout(this.timer);
    for (const end of this.ends) end();
  }

  send(chatId: string, message: NewChatMessage): void {
    // Whoever has signed out leaves nothing behind.
    if (this.isStopped) return;
    const entry: OutboxEntry = { key: newKey(), chatId, message, at: this.now(), state: 'waiting', failure: null };
    this.change([...this.entries, entry]);
    this.flush();
  }

  /** Sends a failed message again, as a new one if the old key is too old. */
  retry(key: string): void {
    this.change(this.entries.map((entry) => {
      if (entry.key !== key) return entry;
      const isOld = Date.now() - entry.at > KEY_MS_MAX;
      return { ...entry, state: 'waiting', failure: null, ...(isOld ? { key: newKey(), at: Date.now() } : {}) };
    }));
    this.flush();
  }

  discard(key: string): void {
    this.change(this.entries.filter((entry) => entry.key !== key));
  }

  /** Has a discarded message back, where and as it was. */
  restore(entry: OutboxEntry): void {
    if (this.isStopped || this.entries.some(({ key }) => key === entry.key)) return;
    this.change([...this.entries, entry].toSorted((one, other) => one.at - other.at));
  }

  /** Forgets everything, when the account signs out. */
  clear(): void {
    this.adopt();
    this.change([]);
  }

  /** Starts whatever can be sent now: the first waiting message of each chat. */
  private flush(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.isStopped) return;
    const seen = new Set<string>();
    for (const entry of this.entries) {
      if (seen.has(entry.chatId) || entry.state === 'failed') continue;
      seen.add(entry.chatId);
      if (!this.busy.has(entry.chatId)) void this.deliver(entry);
    }
  }

  private async deliver(entry: OutboxEntry): Promise<void> {
    if (Date.now() - entry.at > KEY_MS_MAX) {
      this.fail(entry, null);
      // What waits behind it does not wait for a person.
      return this.flush();
    }
    this.busy.add(entry.chatId);
    this.set(entry.key, { state: 'sending' });
    this.live.willSend(entry.chatId);
    const sent = await answer(this.api.POST('/v1.0/chats/{chat_id}/messages', {
      params: { path: { chat_id: entry.chatId }, header: { 'Idempotency-Key': entry.key } },
      body: entry.message,
    }));
    this.busy.delete(entry.chatId);
    if (sent.ok) {
      this.failures = 0;
      this.delivered(entry, sent.value);
      return this.flush();
    }
    this.live.sent(entry.chatId, null);
    if (!isTransient(sent.failure)) {
      // Whoever is refused is shown why for the whole chat, too.
      void this.live.refetch(entry.chatId);
      this.fail(entry, sent.failure);
      return this.flush();
    }
    this.set(entry.key, { state: 'waiting' });
    if (this.isStopped) return;
    this.failures += 1;
    const wait = Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** this.failures);
    this.timer ??= setTimeout(() => this.flush(), (sent.failure.retryAfterS ?? 0) * 1_000 + wait);
  }

  private delivered(entry: OutboxEntry, message: ChatMessage): void {
    // Both in one turn, so that the message does not vanish and come back.
    this.change(this.entries.filter((other) => other.key !== entry.key));
    this.live.sent(entry.chatId, message);
  }

  private fail(entry: OutboxEntry, failure: Failure | null): void {
    this.set(entry.key, { state: 'failed', failure });
  }

  private set(key: string, change: Partial<OutboxEntry>): void {
    this.change(this.entries.map((entry) => (entry.key === key ? { ...entry, ...change } : entry)));
  }

  /** Later than what is there, so that the order can be told from it. */
  private now(): number {
    return Math.max(Date.now(), (this.entries.at(-1)?.at ?? 0) + 1);
  }

  private placeOf(key: string): string {
    return this.prefix + key;
  }

  /** What another tab has done with an entry. One that it sends is its own, until it is left behind. */
  private follow(key: string, entry: OutboxEntry | undefined): void {
    const known = this.entries.find((one) => one.key === key);
    // What is on its way from here ends here.
    if (known?.state === 'sending') return;
    const others = this.entries.filter((one) => one.key !== key);
    // Sent or discarded there, or tried again.
    if (entry?.state !== 'failed') return this.isGone(known, entry) ? this.show(others) : undefined;
    return this.show([...others, entry].toSorted((one, other) => one.at - other.at));
  }

  private isGone(known: OutboxEntry | undefined, entry: OutboxEntry | undefined): boolean {
    return known !== undefined && (entry === undefined || known.state === 'failed');
  }

  /** What other tabs have left: closed before it was sent, or waiting as this one does. */
  private adopt(): void {
    const known = new Set(this.entries.map((entry) => entry.key));
    const others = this.stored().filter((entry) => !known.has(entry.key));
    if (others.length > 0) this.show([...this.entries, ...others].toSorted((one, other) => one.at - other.at));
  }

  private change(entries: readonly OutboxEntry[]): void {
    const before = new Map(this.entries.map((entry) => [entry.key, entry]));
    const keys = new Set(entries.map((entry) => entry.key));
    // First, since it makes room.
    for (const key of before.keys()) if (!keys.has(key)) this.forget(key);
    for (const entry of entries) {
      // Whether it is being sent right now is nothing that outlives the page.
      if (entry.state !== 'sending' && (before.get(entry.key) !== entry || this.unkept.has(entry.key))) this.keep(entry);
    }
    this.show(entries);
  }

  private show(entries: readonly OutboxEntry[]): void {
    this.entries = entries;
    for (const listener of this.listeners) listener();
  }

  private keep(entry: OutboxEntry): void {
    try {
      localStorage.setItem(this.placeOf(entry.key), JSON.stringify(entry));
      this.unkept.delete(entry.key);
    } catch {
      // A full storage, of images for example: it is sent all the same, and lost only if the page is closed before.
      if (!this.isStored(entry.key)) this.unkept.add(entry.key);
    }
  }

  /** Whether an earlier state of an entry is there. */
  private isStored(key: string): boolean {
    try {
      return localStorage.getItem(this.placeOf(key)) !== null;
    } catch {
      return false;
    }
  }

  private forget(key: string): void {
    this.unkept.delete(key);
    try {
      localStorage.removeItem(this.placeOf(key));
    } catch {
      // A storage that is forbidden: nothing was kept there.
    }
  }

  private stored(): readonly OutboxEntry[] {
    try {
      const places = Object.keys(localStorage).filter((place) => place.startsWith(this.prefix));
      return places.flatMap((place) => read(localStorage.getItem(place))).toSorted((one, other) => one.at - other.at);
    } catch {
      // A storage that is forbidden.
      return [];
    }
  }
}

/** One entry as it was kept, or none if it cannot be read: the others are not lost for that. */
function read(text: string | null): readonly OutboxEntry[] {
  try {
    const entry = JSON.parse(text ?? '') as Partial<OutboxEntry> | null;
    const isWhole = typeof entry?.key === 'string' && typeof entry.chatId === 'string' && typeof entry.at === 'number' && entry.message !== undefined;
    return isWhole ? [entry as OutboxEntry] : [];
  } catch {
    // Nothing that this client wrote.
    return [];
  }
}
