/** Acts on a chat that are asked about first: renaming, leaving, blocking, hiding. */
import { Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, Field, Input } from '@fluentui/react-components';
import { type FormEvent, useEffect, useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { answer } from '../../api/client';
import { explain } from '../../api/explain';
import { href, navigate } from '../../app/router';
import { ScrollingContent } from '../../app/ScrollingContent';
import { toast, toastFailure } from '../../app/toasts';
import { useT } from '../../i18n';
import type { Entry } from '../../live/state';
import type { ChatAct } from '../conversation/ConversationMenu';
import { type Person, titleOf } from '../naming';
import { BlockDialog } from './BlockDialog';
import ReportDialog, { type Reported } from './ReportDialog';

interface Props {
  readonly act: ChatAct;
  readonly entry: Entry;
  readonly person: Person | null;
  readonly onClose: () => void;
}

export default function ChatDialogs({ act, entry, person, onClose }: Props) {
  switch (act) {
    case 'rename':
      return <RenameDialog entry={entry} onClose={onClose} />;
    case 'leave':
      return <LeaveDialog entry={entry} onClose={onClose} />;
    case 'hide':
      return <Hide entry={entry} onClose={onClose} />;
    case 'report':
      return <Report entry={entry} person={person} onClose={onClose} />;
    case 'block':
      return person && <BlockDialog entry={entry} person={person} onClose={onClose} />;
  }
}

function Report({ entry, person, onClose }: { entry: Entry; person: Person | null; onClose: () => void }) {
  const t = useT();
  const { id } = useSession();
  const reported: Reported = person ? { kind: 'person', userId: person.id, name: person.displayName } : { kind: 'chat', name: titleOf(entry, id, t) };
  return <ReportDialog chatId={entry.chat.id} reported={reported} onClose={onClose} />;
}

function RenameDialog({ entry, onClose }: { entry: Entry; onClose: () => void }) {
  const t = useT();
  const { api } = useSession();
  const [topic, setTopic] = useState(entry.chat.topic ?? '');
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);

  async function rename(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    const done = await answer(api.PATCH('/v1.0/chats/{chat_id}', { params: { path: { chat_id: entry.chat.id } }, body: { topic: topic.trim() || null } }));
    setBusy(false);
    if (done.ok) onClose();
    else setProblem(explain(done.failure, t).title);
  }

  return (
    <Dialog open onOpenChange={(_, { open }) => { if (!open) onClose(); }}>
      <DialogSurface>
        <form onSubmit={(event) => void rename(event)}>
          <DialogBody>
            <DialogTitle>{t('chat.rename')}</DialogTitle>
            <DialogContent>
              <Field label={t('chat.name')} {...(problem ? { validationMessage: problem } : {})}>
                <Input autoFocus maxLength={256} value={topic} onChange={(_, { value }) => setTopic(value)} />
              </Field>
            </DialogContent>
            <DialogActions>
              <Button onClick={onClose}>{t('common.cancel')}</Button>
              <Button type="submit" appearance="primary" disabledFocusable={isBusy}>{t('common.save')}</Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}

function LeaveDialog({ entry, onClose }: { entry: Entry; onClose: () => void }) {
  const t = useT();
  const { api, id } = useSession();
  const [isBusy, setBusy] = useState(false);

  async function leave(): Promise<void> {
    if (isBusy) return;
    setBusy(true);
    const done = await answer(api.POST('/v1.0/chats/{chat_id}/leave', { params: { path: { chat_id: entry.chat.id } } }));
    if (!done.ok) toastFailure(done.failure);
    onClose();
  }

  return (
    <Dialog open modalType="alert" onOpenChange={(_, { open }) => { if (!open) onClose(); }}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t('chat.leaveTitle', { name: titleOf(entry, id, t) })}</DialogTitle>
          <ScrollingContent>{t('chat.leaveText')}</ScrollingContent>
          <DialogActions>
            <Button onClick={onClose}>{t('common.cancel')}</Button>
            <Button appearance="primary" disabledFocusable={isBusy} onClick={() => void leave()}>{t('chat.leave')}</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

/** Hiding needs no question: it can be undone, and ends by itself with the next message. */
function Hide({ entry, onClose }: { entry: Entry; onClose: () => void }) {
  const t = useT();
  const { api, id } = useSession();
  useEffect(() => {
    const options = { params: { path: { chat_id: entry.chat.id } }, body: { user: { id } } };
    void answer(api.POST('/v1.0/chats/{chat_id}/hideForUser', options)).then((done) => {
      if (!done.ok) return toastFailure(done.failure);
      navigate(href('u', id, 'chats'));
      return toast({
        intent: 'info',
        title: t('list.hiddenToast', { name: titleOf(entry, id, t) }),
        body: t('list.hiddenToastHint'),
        undo: { label: t('common.undo'), run: () => void answer(api.POST('/v1.0/chats/{chat_id}/unhideForUser', options)).then((undone) => { if (!undone.ok) toastFailure(undone.failure); }) },
      });
    });
    onClose();
    // Once, when it was chosen.
    // oxlint-disable-next-line react/exhaustive-deps
  }, []);
  return null;
}
