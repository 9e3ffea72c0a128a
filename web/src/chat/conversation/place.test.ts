import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import type { ConversationRow } from './rows';
import { PlaceKeeper } from './place';

const VIEW_PX = 600;
/** A list whose rows have heights, and an element that it scrolls, as far as they go. */
class Screen {
  heights: number[];
  viewportSize = VIEW_PX;
  scrollTop = 0;
  clientWidth = 400;
  keeper: PlaceKeeper;
  /** What virtua aims at when heights become known, for a moment after it was told to. */
  private aim = () => this.scrollTop;
  keys: string[];

  constructor(to: string | null, keys: string[], height = 20) {
    this.keys = keys;
    this.heights = keys.map(() => height);
    this.keeper = new PlaceKeeper(to);
    this.keeper.attach(this, this);
    this.hold();
  }

  get clientHeight() {
    return this.viewportSize;
  }

  get scrollHeight() {
    return Math.max(this.viewportSize, this.offset(this.heights.length));
  }

  get gap() {
    return this.scrollHeight - this.clientHeight - this.scrollTop;
  }

  offset(at: number) {
    return this.heights.slice(0, at).reduce((sum, height) => sum + height, 0);
  }

  hold(isComing = false) {
    this.keeper.hold(this.keys.map((key) => ({ kind: key === 'unread' ? key : 'day', key }) as ConversationRow), isComing);
  }

  /** As virtua does it: the place is set, and that it has moved is told afterwards. */
  scrollToIndex(at: number, { align = 'start', offset = 0 }: { align?: string; offset?: number } = {}) {
    const room = () => this.viewportSize - this.heights[at]!;
    this.aim = () => this.offset(at) + offset - (align === 'end' ? room() : align === 'center' ? room() / 2 : 0);
    this.move(this.aim());
  }

  scrollTo(offset: number) {
    this.aim = () => Number(offset);
    this.move(this.aim());
  }

  private move(to: number) {
    this.scrollTop = Math.max(0, Math.min(to, this.scrollHeight - this.clientHeight));
  }

  /** Rows turn out to be higher than was thought. */
  grow(height: number) {
    this.heights = this.heights.map(() => height);
    this.move(this.aim());
    this.keeper.resized();
  }

  add(...keys: string[]) {
    this.keys = [...this.keys, ...keys];
    this.heights = [...this.heights, ...keys.map(() => 20)];
    this.hold();
  }

  /** The reader, or whatever moves the list for somebody who reads by ear. */
  scroll(by: number) {
    this.move(this.scrollTop + by);
    this.keeper.scrolled();
  }
}

const keys = (count: number) => Array.from({ length: count }, (_, n) => `m${n}`);
const settle = () => vi.advanceTimersByTime(1_000);

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('opens at the end and stays there while heights become known and messages come', () => {
  const screen = new Screen(null, keys(40));
  // The list is told of its move before its own height is known.
  screen.viewportSize = 0;
  screen.keeper.scrolled();
  screen.viewportSize = VIEW_PX;
  screen.keeper.resized();
  screen.grow(55);
  screen.keeper.scrolled();
  expect([screen.gap, screen.keeper.get().kind]).toEqual([0, 'end']);
  screen.add('new');
  expect([screen.gap, screen.keeper.get().kind]).toEqual([0, 'end']);
});

test('a move of the list that comes with another size is none of the reader’s', () => {
  const screen = new Screen(null, keys(40));
  screen.keeper.scrolled();
  screen.heights = screen.heights.map(() => 90);
  screen.scroll(-10);
  expect([screen.gap, screen.keeper.get().kind]).toEqual([0, 'end']);
  screen.scroll(-200);
  expect([screen.gap, screen.keeper.get().kind]).toEqual([200, 'away']);
});

test('whoever goes up stays there, and is at the end again by scrolling or by the button', () => {
  const screen = new Screen(null, keys(80));
  screen.scroll(-300);
  expect(screen.keeper.get().kind).toBe('away');
  const { scrollTop } = screen;
  screen.add('new');
  screen.grow(21);
  expect(screen.scrollTop).toBe(scrollTop);
  screen.scroll(1_000);
  expect(screen.keeper.get().kind).toBe('end');
  screen.scroll(-300);
  screen.keeper.toEnd();
  expect([screen.gap, screen.keeper.get().kind]).toEqual([0, 'end']);
});

test('opens at the line with a little of what was read above it, and is not at the end', () => {
  const arrived = vi.fn();
  const screen = new Screen('unread', [...keys(30), 'unread', ...keys(60).map((key) => `new ${key}`)]);
  screen.keeper.onArrived(arrived);
  screen.grow(50);
  expect(screen.keeper.get()).toMatchObject({ kind: 'going', wasAway: false });
  settle();
  expect(screen.keeper.get().kind).toBe('away');
  expect(screen.offset(30) - screen.scrollTop).toBe(96);
  expect(arrived.mock.calls).toEqual([['unread']]);
});

test('where all that is new fits, the line is in view and so is the end', () => {
  const screen = new Screen('unread', [...keys(60), 'unread', 'new']);
  settle();
  expect([screen.gap, screen.keeper.get().kind]).toEqual([0, 'end']);
  screen.add('newer');
  expect(screen.gap).toBe(0);
});

test('waits at the oldest that is loaded for what leads to the line', () => {
  const screen = new Screen('unread', keys(60));
  screen.hold(true);
  settle();
  expect([screen.keeper.get().kind, screen.scrollTop]).toEqual(['going', 0]);
  screen.keys = [...keys(10).map((key) => `old ${key}`), 'unread', ...screen.keys];
  screen.heights = screen.keys.map(() => 20);
  screen.hold();
  settle();
  expect([screen.keeper.get().kind, screen.offset(10) - screen.scrollTop]).toEqual(['away', 96]);
});

test('what the reader does on the way counts at once', () => {
  const arrived = vi.fn();
  const screen = new Screen('unread', ['unread', ...keys(80)]);
  screen.keeper.onArrived(arrived);
  screen.keeper.moved();
  screen.scroll(700);
  const { scrollTop } = screen;
  screen.grow(21);
  settle();
  expect([screen.keeper.get().kind, screen.scrollTop]).toEqual(['away', scrollTop]);
  expect(arrived).not.toHaveBeenCalled();
});

test('a message that was asked for comes into the middle; the list stays there', () => {
  const screen = new Screen(null, keys(80));
  screen.keeper.goTo('m20', 'center');
  screen.grow(40);
  settle();
  expect(screen.offset(20) - screen.scrollTop).toBe((VIEW_PX - 40) / 2);
  screen.add('new');
  expect(screen.offset(20) - screen.scrollTop).toBe((VIEW_PX - 40) / 2);
  // Again from there: the way to the end stays open all the time.
  screen.keeper.goTo('m10', 'center');
  expect(screen.keeper.get()).toMatchObject({ kind: 'going', wasAway: true });
});

test('a list that is not shown is nowhere yet', () => {
  const screen = new Screen('unread', ['unread', ...keys(80)]);
  screen.viewportSize = 0;
  settle();
  expect(screen.keeper.get().kind).toBe('going');
  screen.viewportSize = VIEW_PX;
  settle();
  expect(screen.keeper.get().kind).toBe('away');
});

test('a view that has grown to the end is there', () => {
  const screen = new Screen(null, keys(40));
  screen.scroll(-100);
  screen.viewportSize += 100;
  screen.keeper.resized();
  expect(screen.keeper.get().kind).toBe('end');
});
