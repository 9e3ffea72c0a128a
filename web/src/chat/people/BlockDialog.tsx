/** Blocking somebody from outside, with a report to one's own administrators if wanted. */
import { Button, Checkbox, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, makeStyles, Text, tokens } from '@fluentui/react-components';
import { useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { answer } from '../../api/client';
import { toastFailure } from '../../app/toasts';
import { useT } from '../../i18n';
import type { Entry } from '../../live/state';
import type { Person } from '../naming';
import { hasAsked, tellBlocked } from './blocking';
import { NOTHING_SAID, ReportFields, reportOf } from './ReportFields';

const useStyles = makeStyles({ column: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM } });

interface Props {
  /** The chat with the contact request, when it is answered by blocking. */
  readonly entry: Entry | null;
  readonly person: Person;
  readonly onClose: (isDone: boolean) => void;
}

export function BlockDialog({ entry, person, onClose }: Props) {
  const styles = useStyles();
  const t = useT();
  const session = useSession();
  const [reports, setReports] = useState(false);
  const [said, setSaid] = useState(NOTHING_SAID);
  const [isReasonMissing, setReasonMissing] = useState(false);
  const [isBusy, setBusy] = useState(false);
  // A report goes with the answer to a request; elsewhere a block is just a block.
  const request = entry?.chat.contactRequest?.direction === 'inbound' && entry.chat.contactRequest.requestedBy.id === person.id ? entry : null;

  async function block(): Promise<void> {
    const report = request && reports;
    setReasonMissing(report === true && said.reason === null);
    if (report && said.reason === null) return undefined;
    setBusy(true);
    const hadAsked = hasAsked(session, person.id);
    const done = request
      ? await answer(session.api.POST('/v1.0/chats/{chat_id}/blockRequest', { params: { path: { chat_id: request.chat.id } }, body: reports && said.reason ? { report: reportOf(said.reason, said) } : {} }))
      : await answer(session.api.POST('/v1.0/me/externalContacts/blocked', { body: { userId: person.id } }));
    setBusy(false);
    if (!done.ok) return toastFailure(done.failure);
    tellBlocked(session, person, hadAsked, t);
    if (entry) void session.live.refetch(entry.chat.id);
    return onClose(true);
  }

  return (
    <Dialog open modalType="alert" onOpenChange={(_, { open }) => { if (!open) onClose(false); }}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t('block.title', { name: person.displayName })}</DialogTitle>
          <DialogContent className={styles.column}>
            <Text>{t('block.text')}</Text>
            {request && <Checkbox label={t('block.report')} checked={reports} onChange={(_, { checked }) => setReports(checked === true)} />}
            {request && reports && <ReportFields said={said} isReasonMissing={isReasonMissing && said.reason === null} onChange={setSaid} />}
          </DialogContent>
          <DialogActions>
            <Button onClick={() => onClose(false)}>{t('common.cancel')}</Button>
            <Button appearance="primary" disabledFocusable={isBusy} onClick={() => void block()}>{t('block.confirm')}</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
