/** What the tabs of this browser tell each other about accounts. Whoever tells does not hear it. */

export interface Told {
  readonly what: 'signedIn' | 'signedOut' | 'blocked';
  readonly accountId: string;
}

const NAME = 'visavis.accounts';
let channel: BroadcastChannel | null = null;
const listeners = new Set<(told: Told) => void>();

/** Null in browsers that have none: each tab is then by itself. */
function opened(): BroadcastChannel | null {
  if (channel || !('BroadcastChannel' in globalThis)) return channel;
  channel = new BroadcastChannel(NAME);
  channel.addEventListener('message', ({ data }: MessageEvent<Partial<Told> | null>) => {
    if (typeof data?.what !== 'string' || typeof data.accountId !== 'string') return;
    for (const listener of listeners) listener(data as Told);
  });
  return channel;
}

export function tellOtherTabs(what: Told['what'], accountId: string): void {
  opened()?.postMessage({ what, accountId } satisfies Told);
}

/** Calls back with what other tabs tell; returns how to stop. */
export function followOtherTabs(listener: (told: Told) => void): () => void {
  opened();
  listeners.add(listener);
  return () => listeners.delete(listener);
}
