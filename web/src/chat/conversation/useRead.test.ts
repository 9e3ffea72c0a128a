import { renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { useRead } from './useRead';

const back = new Set<() => void>();
const live = {
  whenLive(listener: () => void) {
    back.add(listener);
    return () => back.delete(listener);
  },
};
let isUp = true;
const mark = vi.fn(async () => isUp);
/** Lets an answer be taken. */
const turn = () => new Promise((resume) => setTimeout(resume));

beforeEach(() => {
  isUp = true;
  mark.mockClear();
  vi.spyOn(document, 'hasFocus').mockReturnValue(true);
});
afterEach(() => vi.restoreAllMocks());

test('what is seen is marked as read once, also after it was marked as unread', async () => {
  const { rerender } = renderHook(({ isSeen }) => useRead(live, isSeen, '1', mark), { initialProps: { isSeen: true } });
  await turn();
  rerender({ isSeen: false });
  rerender({ isSeen: true });
  dispatchEvent(new Event('focus'));
  await turn();
  expect(mark).toHaveBeenCalledTimes(1);
});

test('what could not be marked is tried again on coming back and with the connection', async () => {
  isUp = false;
  renderHook(() => useRead(live, true, '1', mark));
  await turn();
  dispatchEvent(new Event('focus'));
  await turn();
  expect(mark).toHaveBeenCalledTimes(2);
  isUp = true;
  for (const listener of back) listener();
  await turn();
  for (const listener of back) listener();
  await turn();
  expect(mark).toHaveBeenCalledTimes(3);
});

test('nothing is marked while one looks elsewhere', async () => {
  vi.spyOn(document, 'hasFocus').mockReturnValue(false);
  renderHook(() => useRead(live, true, '1', mark));
  await turn();
  expect(mark).not.toHaveBeenCalled();
});
