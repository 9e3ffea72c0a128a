/**
 * Unsent texts, kept on this device; tabs share them. The place of a draft is its chat, that of what
 * becomes of a message the message in its chat.
 */

export interface Draft {
  /** The editor's document as JSON. */
  readonly document: string;
  /** The same as a line for the list of chats. */
  readonly text: string;
}

type Places = ReadonlyMap<string, Draft>;

export function editPlace(chatId: string, messageId: string): string {
  return `${chatId} ${messageId}`;
}

/** The message that is edited at a place of this chat; null when it is none. */
export function editedAt(place: string, chatId: string): string | null {
  return place.startsWith(`${chatId} `) ? place.slice(chatId.length + 1) : null;
}

export class Drafts {
  private drafts: Places;
  private readonly listeners = new Set<() => void>();
  /** Each draft has a place of its own in the storage, so that tabs do not overwrite each other. */
  private readonly prefix: string;
  /** Beside it, what a draft answers: the id of a message. */
  private readonly quotedPrefix: string;
  /** Places of which the storage has no room for what is there now. */
  private readonly unkept = new Set<string>();
  private isForgotten = false;

  constructor(accountId: string) {
    const before = `visavis.drafts.${accountId}`;
    this.prefix = `${before}.`;
    this.quotedPrefix = `visavis.quoted.${accountId}.`;
    this.drafts = this.stored();
    this.takeOver(before);
    addEventListener('storage', this.follow);
  }

  readonly get = (): Places => this.drafts;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Whether a draft outlives the page as it is now; without a place, whether all of them do. */
  isKept(place?: string): boolean {
    return place === undefined ? this.unkept.size === 0 : !this.unkept.has(place);
  }

  set(place: string, draft: Draft | null): void {
    // What is left in an editor after signing out is not kept again.
    if (this.isForgotten || (draft === null && !this.drafts.has(place))) return;
    this.drafts = changed(this.drafts, place, draft);
    if (draft) this.unkept.add(place);
    else this.forget(place);
    this.keepAll();
    this.tell();
  }

  /** The message that is answered in a chat; null when none is. */
  quotedIn(chatId: string): string | null {
    try {
      return localStorage.getItem(this.quotedPrefix + chatId);
    } catch {
      // A storage that is forbidden.
      return null;
    }
  }

  setQuoted(chatId: string, messageId: string | null): void {
    if (this.isForgotten) return;
    try {
      if (messageId === null) localStorage.removeItem(this.quotedPrefix + chatId);
      else localStorage.setItem(this.quotedPrefix + chatId, messageId);
    } catch {
      // Without room for a few letters there is none for the draft either, which is said beside it.
    }
  }

  /** Forgets everything for good, when the account signs out. */
  clear(): void {
    this.isForgotten = true;
    for (const place of [...this.drafts.keys(), ...this.stored().keys()]) this.forget(place);
    this.drafts = new Map();
    this.forgetQuoted();
    this.tell();
  }

  private forgetQuoted(): void {
    try {
      for (const key of Object.keys(localStorage)) if (key.startsWith(this.quotedPrefix)) localStorage.removeItem(key);
    } catch {
      // A storage that is forbidden: nothing was kept there.
    }
  }

  /** Listens to other tabs no more. */
  close(): void {
    removeEventListener('storage', this.follow);
  }

  private readonly follow = ({ key }: StorageEvent): void => {
    if (!key?.startsWith(this.prefix) || this.isForgotten) return;
    const place = key.slice(this.prefix.length);
    // What could not be kept is nowhere but here.
    if (!this.unkept.has(place)) {
      // Not what the event says: this tab may have written since.
      const stored = this.load(place);
      if (stored?.document !== this.drafts.get(place)?.document) this.drafts = changed(this.drafts, place, stored);
    }
    this.keepAll();
    this.tell();
  };

  private tell(): void {
    for (const listener of this.listeners) listener();
  }

  /** Tries again with what there was no room for, too. A full storage: a draft lives as long as the page, which is said where it is written. */
  private keepAll(): void {
    for (const place of this.unkept) {
      try {
        localStorage.setItem(this.prefix + place, JSON.stringify(this.drafts.get(place)));
        this.unkept.delete(place);
      } catch {
        // The next may be smaller.
      }
    }
  }

  private forget(place: string): void {
    this.unkept.delete(place);
    try {
      localStorage.removeItem(this.prefix + place);
    } catch {
      // A storage that is forbidden: nothing was kept there.
    }
  }

  private load(place: string): Draft | null {
    const { document, text } = parsed(localStorage.getItem(this.prefix + place)) as Partial<Draft>;
    return typeof document === 'string' && typeof text === 'string' ? { document, text } : null;
  }

  private stored(): Places {
    try {
      const places = Object.keys(localStorage).filter((key) => key.startsWith(this.prefix)).map((key) => key.slice(this.prefix.length));
      return new Map(places.flatMap((place) => {
        const draft = this.load(place);
        return draft ? [[place, draft] as const] : [];
      }));
    } catch {
      // A storage that is forbidden.
      return new Map();
    }
  }

  /** Earlier versions kept all drafts in one place. */
  private takeOver(before: string): void {
    try {
      const kept = parsed(localStorage.getItem(before));
      localStorage.removeItem(before);
      if (!Array.isArray(kept)) return;
      for (const [place, { html: document, text }] of kept as [string, { html: string; text: string }][]) {
        if (typeof document === 'string' && typeof text === 'string' && !this.drafts.has(place)) this.set(place, { document, text });
      }
    } catch {
      // Nothing that this client wrote, or a storage that is forbidden.
    }
  }
}

function changed(drafts: Places, place: string, draft: Draft | null): Places {
  const next = new Map(drafts);
  if (draft) next.set(place, draft);
  else next.delete(place);
  return next;
}

/** What was kept, or an empty object if it cannot be read. */
function parsed(text: string | null): object {
  try {
    return (JSON.parse(text ?? '{}') as object | null) ?? {};
  } catch {
    return {};
  }
}
