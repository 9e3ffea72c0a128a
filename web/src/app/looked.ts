/** Which of the tabs of a browser somebody looks at: the others need not call for them. */

/** Tabs of one browser answer at once; one that does not is not there. */
const ANSWER_MS_MAX = 200;

export function isLookedAt(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus();
}

let channel: BroadcastChannel | null = null;

/** From here on this tab answers others that ask. */
export function answerTabs(): void {
  if (channel || !('BroadcastChannel' in globalThis)) return;
  const opened = new BroadcastChannel('visavis.looked');
  opened.addEventListener('message', ({ data }) => {
    // A channel has no other origin to name, here and below.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    if (data === 'who' && isLookedAt()) opened.postMessage('here');
  });
  channel = opened;
}

/** Whether somebody looks at another tab of this client. */
export function isOtherLookedAt(): Promise<boolean> {
  const asked = channel;
  if (!asked) return Promise.resolve(false);
  return new Promise((resolve) => {
    const end = (is: boolean) => {
      clearTimeout(timer);
      asked.removeEventListener('message', hear);
      resolve(is);
    };
    const hear = ({ data }: MessageEvent<unknown>) => {
      if (data === 'here') end(true);
    };
    const timer = setTimeout(() => end(false), ANSWER_MS_MAX);
    asked.addEventListener('message', hear);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    asked.postMessage('who');
  });
}
