import { act, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import type { LiveState } from '../../live/state';
import { useOpened } from './useOpened';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

test('messages that could not be loaded are asked for again by themselves, longer each time, until they are there', async () => {
  let isUp = false;
  const open = vi.fn(async () => isUp);
  const live = { open };
  const initialProps: { hasThread: boolean; link: LiveState['link'] } = { hasThread: false, link: 'live' };
  const { result, rerender, unmount } = renderHook(({ hasThread, link }) => useOpened(live, 'chat-1', hasThread, link), { initialProps });
  await pass(0);
  expect(result.current.isFailed).toBe(true);
  expect(open).toHaveBeenCalledTimes(1);
  await pass(2_000);
  expect(open).toHaveBeenCalledTimes(2);
  // Longer each time: the third waits for at least two seconds.
  for (const longest of [4_000, 8_000, 16_000, 30_000, 30_000]) {
    const before = open.mock.calls.length;
    await pass(longest / 2 - 1);
    expect(open).toHaveBeenCalledTimes(before);
    await pass(longest / 2 + 1);
    expect(open).toHaveBeenCalledTimes(before + 1);
  }
  isUp = true;
  await pass(30_000);
  expect(result.current.isFailed).toBe(false);
  rerender({ hasThread: true, link: 'live' });
  const asked = open.mock.calls.length;
  await pass(600_000);
  expect(open).toHaveBeenCalledTimes(asked);
  unmount();
});

test('nothing is asked for once the session has ended, and at once when the connection is back', async () => {
  const open = vi.fn(async () => false);
  const live = { open };
  const { rerender, unmount } = renderHook(({ link }) => useOpened(live, 'chat-1', false, link), { initialProps: { link: 'lost' as LiveState['link'] } });
  expect(open).toHaveBeenCalledTimes(1);
  rerender({ link: 'live' });
  expect(open).toHaveBeenCalledTimes(2);
  rerender({ link: 'signedOut' });
  await pass(600_000);
  expect(open).toHaveBeenCalledTimes(2);
  unmount();
});
