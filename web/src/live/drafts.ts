/** Unsent texts, per chat, kept on this device; tabs share them. */

export interface Draft {
  /** The composer's document as HTML. */
  readonly html: string;
  /** The same as a line for the list of chats. */
  readonly text: string;
}

export class Drafts {
  private drafts: ReadonlyMap<string, Draft>;
  private readonly listeners = new Set<() => void>();
  private readonly storageKey: string;

  constructor(accountId: string) {
    this.storageKey = `visavis.drafts.${accountId}`;
    this.drafts = this.read();
    addEventListener('storage', (event) => {
      if (event.key !== this.storageKey) return;
      this.drafts = this.read();
      for (const listener of this.listeners) listener();
    });
  }

  readonly get = (): ReadonlyMap<string, Draft> => this.drafts;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  set(chatId: string, draft: Draft | null): void {
    if (draft === null && !this.drafts.has(chatId)) return;
    const next = new Map(this.drafts);
    if (draft) next.set(chatId, draft);
    else next.delete(chatId);
    this.change(next);
  }

  clear(): void {
    this.change(new Map());
  }

  private change(next: ReadonlyMap<string, Draft>): void {
    this.drafts = next;
    try {
      if (next.size > 0) localStorage.setItem(this.storageKey, JSON.stringify([...next]));
      else localStorage.removeItem(this.storageKey);
    } catch {
      // A full storage: the draft lives as long as the page.
    }
    for (const listener of this.listeners) listener();
  }

  private read(): ReadonlyMap<string, Draft> {
    try {
      return new Map(JSON.parse(localStorage.getItem(this.storageKey) ?? '[]') as [string, Draft][]);
    } catch {
      return new Map();
    }
  }
}
