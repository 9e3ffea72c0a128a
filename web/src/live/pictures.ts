/** Images that wait beside a draft to be sent, and those of messages that are edited, in the places of `drafts.ts`. They live as long as the page: they are too large to be kept. */

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

  set(place: string, pictures: readonly Picture[] | null): void {
    if (pictures === null && !this.pictures.has(place)) return;
    const next = new Map(this.pictures);
    if (pictures) next.set(place, pictures);
    else next.delete(place);
    this.pictures = next;
    for (const listener of this.listeners) listener();
  }
}
