/**
 * Says in the browser's way that something is new while one looks elsewhere. Of a pending request
 * nothing is said but that there is one.
 */
import { answerTabs, isLookedAt, isOtherLookedAt } from '../app/looked';
import { preferences } from '../app/preferences';
import { href, navigate } from '../app/router';
import { t } from '../i18n';
import { followNews } from './news';
import type { Session } from './session';

const TEXT_CHARACTERS_MAX = 160;

export function startNotifier(session: Session): () => void {
  answerTabs();
  return followNews(session, (news) => {
    if (news.kind === 'request') return void show(session, news.chatId, t('notify.request'), t('notify.requestText'));
    const title = news.groupTitle === null ? news.from : `${news.from} · ${news.groupTitle}`;
    return void show(session, news.chatId, title, news.text.slice(0, TEXT_CHARACTERS_MAX));
  });
}

async function show(session: Session, chatId: string, title: string, body: string): Promise<void> {
  if (!preferences().notifies || !('Notification' in window) || Notification.permission !== 'granted') return;
  if (isLookedAt() || await isOtherLookedAt()) return;
  const address = href('u', session.id, 'chats', chatId);
  const options = { body, icon: '/icon-192.png', tag: `${session.id} ${chatId}`, data: { href: address } };
  // On phones only the service worker may show one; it also outlives the page, and opens it again.
  const worker = await navigator.serviceWorker?.getRegistration().catch(() => undefined);
  if (worker?.active) return worker.showNotification(title, options).catch(() => undefined);
  const notification = new Notification(title, options);
  notification.addEventListener('click', () => {
    window.focus();
    navigate(address);
    notification.close();
  });
  return undefined;
}
