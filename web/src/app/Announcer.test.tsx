import { act, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { announce, Announcer, announceUrgently, silence } from './Announcer';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const wait = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
const heard = () => [screen.getByRole('status').textContent, screen.getByRole('alert').textContent];

test('what was said does not stay in the page', async () => {
  render(<Announcer />);
  announce('Hana Sato: one');
  announce('Hana Sato: two');
  announceUrgently('Not sent');
  await wait(100);
  expect(heard()).toEqual(['Hana Sato: one', 'Not sent']);
  await wait(750);
  expect(heard()).toEqual(['Hana Sato: two', '']);
  await wait(750);
  expect(heard()).toEqual(['', '']);
  // The same words are said anew.
  announce('Hana Sato: two');
  await wait(100);
  expect(heard()[0]).toBe('Hana Sato: two');
});

test('after the silence nothing is left, nothing follows, and what comes later is said', async () => {
  render(<Announcer />);
  announce('Hana Sato: one');
  announce('Hana Sato: two');
  await wait(100);
  act(silence);
  expect(heard()).toEqual(['', '']);
  await wait(5_000);
  expect(heard()).toEqual(['', '']);
  announce('Signed in');
  await wait(100);
  expect(heard()[0]).toBe('Signed in');
});
