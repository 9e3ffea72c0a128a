/** Chats that a person pinned or muted on this device; tabs share them. */

export interface MarkedChats {
  readonly pinned: ReadonlySet<string>;
  readonly muted: ReadonlySet<string>;
}

export class Marks {
  private marked: MarkedChats;
  private readonly listeners = new Set<() => void>();
  private readonly storageKey: string;

  constructor(accountId: string) {
    this.storageKey = `visavis.marks.${accountId}`;
    this.marked = this.read();
    addEventListener('storage', (event) => {
      if (event.key !== this.storageKey) return;
      this.marked = this.read();
      for (const listener of this.listeners) listener();
    });
  }

  readonly get = (): MarkedChats => this.marked;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  toggle(mark: keyof MarkedChats, chatId: string): void {
    const next = new Set(this.marked[mark]);
    if (!next.delete(chatId)) next.add(chatId);
    this.marked = { ...this.marked, [mark]: next };
    try {
      localStorage.setItem(this.storageKey, JSON.stringify({ pinned: [...this.marked.pinned], muted: [...this.marked.muted] }));
    } catch {
      // A full storage: the mark holds until the page is closed.
    }
    for (const listener of this.listeners) listener();
  }

  private read(): MarkedChats {
    try {
      const stored = JSON.parse(localStorage.getItem(this.storageKey) ?? '{}') as { pinned?: string[]; muted?: string[] };
      return { pinned: new Set(stored.pinned), muted: new Set(stored.muted) };
    } catch {
      return { pinned: new Set(), muted: new Set() };
    }
  }
}
