import { afterEach, beforeEach, expect, test, vi } from 'vitest';

/** Tabs of one browser: what one says all others hear. */
class Channel extends EventTarget {
  static all: Channel[] = [];
  constructor() {
    super();
    Channel.all.push(this);
  }
  postMessage(data: unknown): void {
    for (const other of Channel.all) if (other !== this) queueMicrotask(() => other.dispatchEvent(new MessageEvent('message', { data })));
  }
}

/** Another tab is another copy of the module. */
async function tab() {
  vi.resetModules();
  const looked = await import('./looked');
  looked.answerTabs();
  return looked;
}

let hasFocus = false;
beforeEach(() => {
  Channel.all = [];
  vi.stubGlobal('BroadcastChannel', Channel);
  vi.spyOn(document, 'hasFocus').mockImplementation(() => hasFocus);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

test('a tab learns whether another is looked at, and waits for none that is not there', async () => {
  const one = await tab();
  hasFocus = true;
  expect(await one.isOtherLookedAt()).toBe(false);
  await tab();
  expect(await one.isOtherLookedAt()).toBe(true);
  hasFocus = false;
  expect(await one.isOtherLookedAt()).toBe(false);
});

test('a browser without such channels has no other tabs', async () => {
  vi.unstubAllGlobals();
  vi.stubGlobal('BroadcastChannel', undefined);
  vi.resetModules();
  const { isOtherLookedAt } = await import('./looked');
  expect(await isOtherLookedAt()).toBe(false);
});
