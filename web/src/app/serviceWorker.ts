/** The offline shell: the page itself opens without a network; its data waits for one. */
export function registerServiceWorker(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  // Not before the page is there: the first visit should not share its network with the second.
  addEventListener('load', () => {
    navigator.serviceWorker.register('/sw.js').catch(() => {
      // A browser that forbids it shows the page all the same.
    });
  });
}
