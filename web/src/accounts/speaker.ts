/**
 * Says what is new to people who listen to the page: the first message at once, a stream of them as
 * a number, and what of one's own could not be sent.
 */
import { announce, announceUrgently } from '../app/Announcer';
import { path } from '../app/router';
import { explainInChat } from '../chat/refusal';
import { t } from '../i18n';
import { followNews, type News } from './news';
import type { Session } from './session';

/** After something was said, what comes within this time is counted rather than read out. */
const QUIET_MS = 3_000;
/** While they keep pouring in, a number this often is enough. */
const POURING_MS = 10_000;
const TEXT_CHARACTERS_MAX = 200;

export function startSpeaker(session: Session): () => void {
  let missed: News[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;

  function hear(news: News): void {
    // Nobody listens to a page that is not in front; the browser's notifications are for that.
    if (document.visibilityState !== 'visible') return;
    if (timer) {
      missed.push(news);
      return;
    }
    announce(spoken(session, news));
    timer = setTimeout(again, QUIET_MS);
  }

  function again(): void {
    timer = null;
    const [only, ...more] = missed;
    missed = [];
    if (!only) return;
    announce(more.length === 0 ? spoken(session, only) : t('message.announceMany', { count: more.length + 1 }));
    timer = setTimeout(again, more.length === 0 ? QUIET_MS : POURING_MS);
  }

  const failed = new Set(failedKeys(session));
  function lookForFailures(): void {
    const now = failedKeys(session);
    for (const key of now) {
      if (failed.has(key)) continue;
      failed.add(key);
      const lost = session.outbox.get().find((entry) => entry.key === key);
      announceUrgently(t('message.announceFailed', { reason: lost?.failure ? explainInChat(lost.failure, session.live.get().chats.get(lost.chatId), session, t).title : t('message.tooOldToSend') }));
    }
    for (const key of failed) if (!now.includes(key)) failed.delete(key);
  }

  const ends = [followNews(session, hear), session.outbox.subscribe(lookForFailures)];
  return () => {
    if (timer) clearTimeout(timer);
    for (const end of ends) end();
  };
}

function failedKeys(session: Session): readonly string[] {
  return session.outbox.get().flatMap((entry) => (entry.state === 'failed' ? [entry.key] : []));
}

function spoken(session: Session, news: News): string {
  if (news.kind === 'request') return t('notify.request');
  const text = news.text.length > TEXT_CHARACTERS_MAX ? `${news.text.slice(0, TEXT_CHARACTERS_MAX)} …` : news.text;
  const [, account, , open] = path();
  const isOpen = account === session.id && open === news.chatId;
  if (isOpen || news.groupTitle === null) return t('message.announce', { name: news.from, text });
  return t('message.announceIn', { name: news.from, chat: news.groupTitle, text });
}
