/**
 * Where the reader is in a list of messages, and what keeps the list there. The heights of rows become
 * known only when they are drawn, so no place is reached at once: it is aimed at again with each change.
 */
import type { VirtualizerHandle } from 'virtua';

import { type ConversationRow, UNREAD_KEY } from './rows';

export type Place =
  /** At the newest: what comes is seen, and the list stays at its end. */
  | { readonly kind: 'end' }
  /** Wherever the reader went: what comes does not move the list. */
  | { readonly kind: 'away' }
  /** On the way to a row, since the chat was opened or somebody asked for it. */
  | Going;

interface Going {
  readonly kind: 'going';
  /** The key of the row. */
  readonly to: string;
  readonly align: 'start' | 'center';
  /** Whether the end was out of sight when it began. */
  readonly wasAway: boolean;
}

/** What of the element that scrolls is looked at. */
export type Box = Pick<HTMLElement, 'scrollTop' | 'scrollHeight' | 'clientHeight' | 'clientWidth'>;
type List = Pick<VirtualizerHandle, 'scrollToIndex' | 'scrollTo' | 'viewportSize'>;

/** Closer than this to the end counts as being there, in pixels. */
const END_PX = 48;
/** So much of what was read stays above what is new: at most this, and no more than a part of the view. */
const READ_PX = 96;
const READ_PART = 1 / 4;
/** A row has been reached when no height has changed for so long. */
const QUIET_MS = 200;

export class PlaceKeeper {
  private place: Place;
  private rows: readonly ConversationRow[] = [];
  /** Whether rows that lead to where it goes are still being loaded. */
  private isComing = false;
  private list: List | null = null;
  private box: Box | null = null;
  /** How large everything was when the end was last aimed at: where that has changed, moving is no doing of the reader's. */
  private size = '';
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<() => void>();
  private readonly arrivals = new Set<(to: string) => void>();

  /** `to` is the row that the list opens with; null: its end. */
  constructor(to: string | null) {
    this.place = to === null ? { kind: 'end' } : { kind: 'going', to, align: 'start', wasAway: false };
  }

  readonly get = (): Place => this.place;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Called with the key of each row that was gone to and has been reached. */
  onArrived(listener: (to: string) => void): () => void {
    this.arrivals.add(listener);
    return () => this.arrivals.delete(listener);
  }

  attach(list: List | null, box: Box | null): void {
    this.list = list;
    this.box = box;
  }

  dispose(): void {
    clearTimeout(this.timer);
  }

  /** There are other rows. `isComing`: more of them are on their way, which lead to where it goes. */
  hold(rows: readonly ConversationRow[], isComing: boolean): void {
    this.rows = rows;
    this.isComing = isComing;
    this.keep();
  }

  /** Rows, or the view, have another height. */
  readonly resized = (): void => {
    this.keep();
    if (this.place.kind === 'away' && this.gap() <= 1) this.enter({ kind: 'end' });
  };

  /** The list has moved, whoever moved it. */
  readonly scrolled = (): void => {
    const isEnd = this.gap() <= END_PX;
    if (this.place.kind === 'away' && isEnd) this.enter({ kind: 'end' });
    if (this.place.kind !== 'end') return;
    if (isEnd) this.size = this.sizeNow();
    else if (this.size !== this.sizeNow()) this.aim();
    else {
      this.enter({ kind: 'away' });
      this.letGo();
    }
  };

  /** The reader wants to move the list: that counts at once. */
  readonly moved = (): void => {
    if (this.place.kind !== 'going') return;
    this.stop();
    this.letGo();
  };

  toEnd(): void {
    this.enter({ kind: 'end' });
    this.aim();
  }

  goTo(to: string, align: Going['align']): void {
    const { place } = this;
    this.enter({ kind: 'going', to, align, wasAway: place.kind === 'going' ? place.wasAway : place.kind === 'away' });
    this.keep();
  }

  private enter(place: Place): void {
    clearTimeout(this.timer);
    if (place.kind !== 'going' && place.kind === this.place.kind) return;
    this.place = place;
    for (const listener of this.listeners) listener();
  }

  private keep(): void {
    if (this.place.kind === 'away') return;
    this.aim();
    if (this.place.kind === 'going') this.wait();
  }

  private aim(): void {
    const { place, list } = this;
    if (!list || place.kind === 'away') return;
    if (place.kind === 'end') {
      this.size = this.sizeNow();
      return list.scrollToIndex(this.rows.length - 1, { align: 'end' });
    }
    const at = this.rows.findIndex((row) => row.key === place.to);
    // The line above what is new may be further up than anything that is loaded.
    if (at < 0) return place.to === UNREAD_KEY ? list.scrollToIndex(0, { align: 'start' }) : undefined;
    const offset = place.align === 'start' ? -Math.min(READ_PX, list.viewportSize * READ_PART) : 0;
    list.scrollToIndex(at, { align: place.align, offset });
  }

  /**
   * For a moment the list aims by itself at what it was last told to, whenever a height becomes known, and
   * would pull the reader back there. It cannot be told to stop, so it is told to aim at wherever it is by then.
   */
  private letGo(): void {
    const { box } = this;
    if (box) this.list?.scrollTo({ valueOf: () => box.scrollTop } as unknown as number);
  }

  /** Gives what is on its way time to come. A list without a height, in a hidden page for example, is nowhere yet. */
  private wait(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (this.isComing || !this.list?.viewportSize) return this.wait();
      const to = this.stop();
      if (to !== null) for (const listener of this.arrivals) listener(to);
    }, QUIET_MS);
  }

  /** Goes no further; gives where it went. */
  private stop(): string | null {
    const { place } = this;
    this.enter({ kind: this.gap() <= END_PX ? 'end' : 'away' });
    return place.kind === 'going' ? place.to : null;
  }

  /** How many pixels the end is out of sight. */
  private gap(): number {
    const { box } = this;
    return box ? box.scrollHeight - box.clientHeight - box.scrollTop : 0;
  }

  private sizeNow(): string {
    const { box } = this;
    return box ? `${box.scrollHeight} ${box.clientHeight} ${box.clientWidth}` : '';
  }
}
