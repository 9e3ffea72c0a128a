/** Images that wait beside a draft to be sent. They live as long as the page: they are too large to be kept. */

export interface Picture {
  readonly id: string;
  /** What it shows, for those who do not see it. */
  readonly alt: string;
  readonly width: number | null;
  readonly height: number | null;
  /** A new image: its bytes in base64. Null for one that the message has already. */
  readonly content: { readonly type: string; readonly base64: string; readonly bytes: number } | null;
  /** The number of an image that the message has already. */
  readonly number: string | null;
}

export class Pictures {
  private pictures: ReadonlyMap<string, readonly Picture[]> = new Map();
  private readonly listeners = new Set<() => void>();

  readonly get = (): ReadonlyMap<string, readonly Picture[]> => this.pictures;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  set(chatId: string, pictures: readonly Picture[]): void {
    const next = new Map(this.pictures);
    if (pictures.length > 0) next.set(chatId, pictures);
    else next.delete(chatId);
    this.pictures = next;
    for (const listener of this.listeners) listener();
  }
}
