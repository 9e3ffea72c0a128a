/** The place to write: as whom, what it answers, and why it is closed when it is. */
import { Button, makeStyles, MessageBar, MessageBarActions, MessageBarBody, MessageBarTitle, Text, tokens } from '@fluentui/react-components';
import { DismissRegular } from '@fluentui/react-icons';
import { lazy, type Ref, Suspense, useCallback, useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { homeName } from '../../accounts/homeName';
import { answer } from '../../api/client';
import type { Explanation } from '../../api/explain';
import { failureOfRefusal } from '../../api/failure';
import type { ChatMessage } from '../../api/schema.gen';
import { announce } from '../../app/Announcer';
import { isNowhere } from '../../app/nowhere';
import { toast, toastFailure } from '../../app/toasts';
import { useT } from '../../i18n';
import { editPlace } from '../../live/drafts';
import type { Entry } from '../../live/state';
import type { ComposerHandle } from '../composer/Composer';
import type { Written } from '../composer/serialise';
import { Advice } from '../Advice';
import { messageLine } from '../messageText';
import { others, type Person, personOfRequester } from '../naming';
import { unblock } from '../people/blocking';
import { explainInChat } from '../refusal';
import { useAskedAnew } from './useAskedAnew';
import { messagesLeft, writingIn } from './writing';

const Composer = lazy(() => import('../composer/Composer'));
const EmptiedDialog = lazy(() => import('./EmptiedDialog'));

const useStyles = makeStyles({
  place: {
    flexShrink: 0,
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalXS,
    paddingInline: tokens.spacingHorizontalXXL,
    paddingBlockEnd: tokens.spacingVerticalM,
    '@media (max-width: 639px)': { paddingInline: tokens.spacingHorizontalM, paddingBlockEnd: tokens.spacingVerticalS },
  },
  as: { color: tokens.colorNeutralForeground2 },
  quote: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS, paddingInlineStart: tokens.spacingHorizontalS, borderInlineStartWidth: '3px', borderInlineStartStyle: 'solid', borderInlineStartColor: tokens.colorBrandStroke1 },
  quoteText: { flexGrow: 1, minInlineSize: 0 },
  loading: { blockSize: '42px' },
  left: { outlineStyle: 'none' },
});

interface Props {
  readonly entry: Entry;
  readonly ref: Ref<ComposerHandle>;
  readonly quoted: ChatMessage | null;
  readonly edited: ChatMessage | null;
  /** Whether the message that is edited has been deleted. */
  readonly isGone?: boolean;
  /** Begins to change what one said last; says whether there is anything. */
  readonly onEditLast?: () => boolean;
  readonly onEnd: () => void;
  /** Ends it since somebody pressed so: whoever did goes on writing. */
  readonly onCancel?: () => void;
}

export function ComposerPlace({ entry, ref, quoted, edited, isGone = false, onEditLast, onEnd, onCancel = onEnd }: Props) {
  const styles = useStyles();
  const t = useT();
  const session = useSession();
  const chatId = entry.chat.id;
  const closed = useClosed(entry);
  useAskedAnew(chatId, closed?.isAsked === true);
  const [isBusy, setBusy] = useState(false);
  const during = (work: Promise<unknown>) => {
    setBusy(true);
    return work.finally(() => setBusy(false));
  };
  const place = edited ? editPlace(chatId, edited.id) : chatId;
  const isLosing = useSyncExternalStore(session.drafts.subscribe, () => !session.drafts.isKept(place));
  const [isEmptied, setEmptied] = useState(false);
  const [savingId, setSavingId] = useState<string | null>(null);
  const isSaving = edited !== null && edited.id === savingId;
  const latest = useRef(edited);
  useLayoutEffect(() => {
    latest.current = edited;
  }, [edited]);
  const answered = quoted?.from?.user;
  const counted = messagesLeft(entry.chat);
  const isFull = writingIn(entry, session.id) === 'full';

  const noneLeft = useRef<HTMLDivElement>(null);
  const wasFull = useRef(isFull);
  useEffect(() => {
    if (isFull && !wasFull.current) {
      announce(t('composer.noneLeft'));
      // The editor is gone, and why stands where it was.
      if (isNowhere()) noneLeft.current?.focus({ preventScroll: true });
    }
    wasFull.current = isFull;
  }, [isFull, t]);

  const written = useCallback((message: Written) => {
    if (edited) {
      if (isGone) return void toast({ intent: 'error', title: t('composer.editedGone') });
      if (isSaving) return undefined;
      setSavingId(edited.id);
      void answer(session.api.PATCH('/v1.0/chats/{chat_id}/messages/{message_id}', {
        params: { path: { chat_id: chatId, message_id: edited.id } },
        // What is not named stays: whoever was named and is no more has to go.
        body: { mentions: [], ...message },
      })).then((done) => {
        setSavingId((now) => (now === edited.id ? null : now));
        if (!done.ok) return toastFailure(done.failure);
        session.drafts.set(place, null);
        session.pictures.set(place, null);
        // Whoever edits another one by now goes on.
        return latest.current?.id === edited.id ? onEnd() : undefined;
      });
      return undefined;
    }
    session.outbox.send(chatId, {
      ...message,
      ...(quoted ? { attachments: [{ id: quoted.id, contentType: 'messageReference' }] } : {}),
    });
    session.drafts.set(place, null);
    session.pictures.set(place, null);
    return onEnd();
  }, [session, chatId, place, edited, isGone, isSaving, quoted, onEnd, t]);

  const emptied = useCallback(() => {
    if (isGone) return toast({ intent: 'error', title: t('composer.editedGone') });
    return setEmptied(true);
  }, [isGone, t]);

  function ended(isDeleted: boolean): void {
    setEmptied(false);
    if (isDeleted) onEnd();
  }

  if (closed) {
    return (
      <div className={styles.place}>
        <MessageBar intent="info" layout="multiline" role="status">
          <MessageBarBody><MessageBarTitle>{closed.title}</MessageBarTitle><Advice explanation={closed} /></MessageBarBody>
          {(closed.blocked || closed.isAsked) && (
            <MessageBarActions>
              {closed.blocked && <Button size="small" disabledFocusable={isBusy} onClick={() => void during(unblock(session, closed.blocked!, t))}>{t('privacy.unblock')}</Button>}
              {closed.isAsked && <Button size="small" disabledFocusable={isBusy} onClick={() => void during(session.live.refetch(chatId))}>{t('common.tryAgain')}</Button>}
            </MessageBarActions>
          )}
        </MessageBar>
      </div>
    );
  }
  return (
    <div className={styles.place}>
      {(counted || isFull) && (
        <div ref={noneLeft} tabIndex={isFull ? -1 : undefined} className={styles.left}>
          <MessageBar intent={isFull ? 'warning' : 'info'} layout="multiline">
            <MessageBarBody>{isFull || !counted ? t('composer.noneLeft') : t('composer.waiting', { count: counted.left, allowed: counted.allowed })}</MessageBarBody>
          </MessageBar>
        </div>
      )}
      {(quoted ?? edited) && (
        <div className={styles.quote}>
          <div className={styles.quoteText}>
            <Text block size={200} weight="semibold">{edited ? t(isGone ? 'composer.editedGone' : 'composer.editing') : answered?.id === session.id ? t('composer.replyingToSelf') : t('composer.replying', { name: answered?.displayName ?? t('system.somebody') })}</Text>
            {!isGone && <Text block dir="auto" size={200} truncate wrap={false}>{messageLine((quoted ?? edited)!, t)}</Text>}
          </div>
          <Button size="small" appearance="subtle" icon={<DismissRegular />} aria-label={t('common.cancel')} onClick={onCancel} />
        </div>
      )}
      {(!isFull || edited) && (
        <Suspense fallback={<div className={styles.loading} />}>
          <Composer entry={entry} edited={edited} isSaving={isSaving} ref={ref} onWritten={written} onEmptied={emptied} onEditLast={quoted || edited ? null : (onEditLast ?? null)} onEnd={onEnd} />
        </Suspense>
      )}
      {isEmptied && edited && <Suspense fallback={null}><EmptiedDialog chatId={chatId} messageId={edited.id} onClose={ended} /></Suspense>}
      {isLosing && <Text size={200} role="status">{t('composer.notKept')}</Text>}
      <Text size={100} className={styles.as}>{t('composer.as', { name: session.user.displayName, home: homeName(session, t) })}</Text>
    </div>
  );
}

/** Why nothing can be written here, and what can be done about it. */
interface Closed extends Explanation {
  /** Whom one has blocked oneself. */
  readonly blocked?: Person;
  /** Whether the other side may have opened the chat meanwhile, without a word: then it is asked. */
  readonly isAsked?: boolean;
}

/** Why nothing can be written here, or null. */
function useClosed(entry: Entry): Closed | null {
  const t = useT();
  const session = useSession();
  const { id } = session;
  const { contactRequest: request, viewpoint, sendRefusal } = entry.chat;
  const only = (title: string) => ({ title, hint: null });
  const blocking = (person: Person) => ({ ...only(t('composer.blocked', { name: person.displayName })), blocked: person });
  if (!viewpoint.isMember) return only(t(viewpoint.membershipEnd === 'terms' ? 'composer.endedByTerms' : 'composer.notMember'));
  if (request?.direction === 'inbound' && request.state === 'blocked') return { ...blocking(personOfRequester(request.requestedBy)), hint: t('composer.unblockAccepts') };
  if (request?.direction === 'inbound' && request.state === 'declined') return only(t('composer.declined'));
  const people = entry.members && entry.chat.chatType === 'oneOnOne' ? others(entry, id) : null;
  // How many messages are left before the first answer is said above the editor.
  if (!sendRefusal || sendRefusal.code === 'pendingCap') return people?.length === 0 ? only(t('composer.gone')) : null;
  if (sendRefusal.code === 'personBlocked' && people?.[0]) return blocking(people[0]);
  return { ...explainInChat(failureOfRefusal(sendRefusal), entry, session, t), isAsked: sendRefusal.side !== 'own' && sendRefusal.code !== 'personBlocked' };
}
