/** The images beside what is being written, or in the message that is being edited. */
import { useCallback, useLayoutEffect, useMemo, useRef, useSyncExternalStore } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { PERSONAL_REALM, type Session } from '../../accounts/session';
import { newKey } from '../../api/client';
import type { ChatMessage, NewChatMessage } from '../../api/schema.gen';
import { toast } from '../../app/toasts';
import { type TextKey, useT } from '../../i18n';
import { editPlace } from '../../live/drafts';
import type { Picture } from '../../live/pictures';
import type { Entry } from '../../live/state';
import { imageNumber } from '../conversation/HostedImage';
import { cleanFragment, sizeOf } from '../conversation/sanitise';
import { PICTURES_BYTES_MAX, PICTURES_MAX, preparePicture, type Problem } from './preparePicture';

const words: Record<Problem, TextKey> = {
  notAnImage: 'composer.noFiles',
  kind: 'composer.imageKind',
  tooLarge: 'composer.imageTooLarge',
  noRoom: 'composer.imagesFull',
};

export interface PictureTray {
  readonly pictures: readonly Picture[];
  /** Why this chat takes no images, or null. */
  readonly closed: string | null;
  readonly add: (files: readonly File[]) => void;
  readonly describe: (id: string, alt: string) => void;
  readonly remove: (id: string) => void;
}

const NONE: readonly Picture[] = [];

export function usePictures(entry: Entry, edited: ChatMessage | null): PictureTray {
  const t = useT();
  const session = useSession();
  const chatId = entry.chat.id;
  const place = edited ? editPlace(chatId, edited.id) : chatId;
  const isEdit = edited !== null;
  const inMessage = useMemo(() => (edited ? picturesOf(edited) : NONE), [edited]);
  const now = useCallback(() => session.pictures.get().get(place) ?? inMessage, [session, place, inMessage]);
  const pictures = useSyncExternalStore(session.pictures.subscribe, now);
  const closed = takesPictures(entry, session) ? null : t('composer.noImages');
  const open = useRef(place);
  useLayoutEffect(() => {
    open.current = place;
  }, [place]);

  const put = useCallback((next: readonly Picture[]) => {
    // That a message has no image any more is a change of it.
    session.pictures.set(place, isEdit || next.length > 0 ? next : null);
  }, [session, place, isEdit]);

  const add = useCallback((files: readonly File[]) => {
    if (closed) return toast({ intent: 'info', title: closed });
    // One after another, since each leaves less room to the next.
    void (async () => {
      for (const file of files) {
        if (now().length >= PICTURES_MAX) return toast({ intent: 'info', title: t('composer.imagesMany', { count: PICTURES_MAX }) });
        const room = PICTURES_BYTES_MAX - now().reduce((sum, one) => sum + (one.content?.bytes ?? 0), 0);
        const prepared = await preparePicture(file, room).catch(() => ({ problem: 'notAnImage' as const }));
        // The edit that it was meant for has ended meanwhile.
        if (isEdit && open.current !== place) return undefined;
        if ('picture' in prepared) put([...now(), prepared.picture]);
        else toast({ intent: 'info', title: t(words[prepared.problem], { name: file.name }), ...(prepared.problem === 'notAnImage' ? { body: t('composer.noFilesHint') } : {}) });
      }
      return undefined;
    })();
    return undefined;
  }, [closed, isEdit, now, place, put, t]);

  const describe = useCallback((id: string, alt: string) => put(now().map((one) => (one.id === id ? { ...one, alt } : one))), [now, put]);
  const remove = useCallback((id: string) => put(now().filter((one) => one.id !== id)), [now, put]);
  return { pictures, closed, add, describe, remove };
}

/** People of organisations see images in a chat that a personal account began, and send none (T-246). */
export function takesPictures(entry: Entry, session: Session): boolean {
  return session.isPersonal || entry.chat.tenantId !== PERSONAL_REALM;
}

/** The images of a message that was not sent. */
export function picturesToSend({ body, hostedContents }: NewChatMessage): readonly Picture[] {
  const images = [...cleanFragment(body?.content ?? '').querySelectorAll('img')];
  return (hostedContents ?? []).flatMap((content) => {
    const { contentType: type, contentBytes: base64, '@microsoft.graph.temporaryId': name } = content;
    if (!type || !base64) return [];
    const image = images.find((one) => one.getAttribute('src') === `../hostedContents/${name}/$value`);
    const size = (image && sizeOf(image)) ?? { width: null, height: null };
    return [{ id: newKey(), alt: image?.getAttribute('alt') ?? '', ...size, number: null, content: { type, base64, bytes: Math.ceil(base64.length * 3 / 4) } }];
  });
}

/** The images that a message has. */
function picturesOf(message: ChatMessage): readonly Picture[] {
  if (message.body.contentType !== 'html' || !message.chatId) return NONE;
  const place = { chatId: message.chatId, messageId: message.id };
  return [...cleanFragment(message.body.content).querySelectorAll('img')].flatMap((image) => {
    const number = imageNumber(image.getAttribute('src'), place);
    return number ? [{ id: number, alt: image.getAttribute('alt') ?? '', ...(sizeOf(image) ?? { width: null, height: null }), content: null, number }] : [];
  });
}
