/** Reporting a message, somebody, a request or a group to those who look after one's own side. */
import { Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, makeStyles, MessageBar, MessageBarBody, Text, tokens } from '@fluentui/react-components';
import { useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { answer } from '../../api/client';
import { explain, type Explanation } from '../../api/explain';
import type { ReportReason } from '../../api/schema.gen';
import { toast } from '../../app/toasts';
import { useT } from '../../i18n';
import { NOTHING_SAID, ReportFields, reportOf } from './ReportFields';

const useStyles = makeStyles({ column: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM } });

/** What is reported; without a person it is the group, or whoever asks for contact. */
export type Reported =
  | { readonly kind: 'message'; readonly messageId: string; readonly name: string }
  | { readonly kind: 'person'; readonly userId: string; readonly name: string }
  | { readonly kind: 'request'; readonly name: string }
  | { readonly kind: 'chat'; readonly name: string };

interface Props {
  readonly chatId: string;
  readonly reported: Reported;
  readonly onClose: () => void;
}

export default function ReportDialog({ chatId, reported, onClose }: Props) {
  const styles = useStyles();
  const t = useT();
  const session = useSession();
  const [said, setSaid] = useState(NOTHING_SAID);
  const [isReasonMissing, setReasonMissing] = useState(false);
  const [problem, setProblem] = useState<Explanation | null>(null);
  const [isBusy, setBusy] = useState(false);

  function call(reason: ReportReason) {
    if (reported.kind === 'message') {
      return answer(session.api.POST('/v1.0/chats/{chat_id}/messages/{message_id}/report', {
        params: { path: { chat_id: chatId, message_id: reported.messageId } },
        body: reportOf(reason, said),
      }));
    }
    return answer(session.api.POST('/v1.0/chats/{chat_id}/report', {
      params: { path: { chat_id: chatId } },
      body: { ...reportOf(reason, said), ...(reported.kind === 'person' ? { user: { id: reported.userId } } : {}) },
    }));
  }

  async function report(): Promise<void> {
    setReasonMissing(said.reason === null);
    if (said.reason === null) return;
    setBusy(true);
    setProblem(null);
    const done = await call(said.reason);
    setBusy(false);
    if (!done.ok) return setProblem(explain(done.failure, t));
    toast({ intent: 'success', title: t('report.done'), body: t('report.doneHint') });
    return onClose();
  }

  return (
    <Dialog open onOpenChange={(_, { open }) => { if (!open) onClose(); }}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t(`report.title.${reported.kind}`, { name: reported.name })}</DialogTitle>
          <DialogContent className={styles.column}>
            <Text>{session.isPersonal ? t('report.toOperator') : t('report.toAdministrators')} {t('report.notTold')}</Text>
            <ReportFields said={said} isReasonMissing={isReasonMissing && said.reason === null} onChange={setSaid} />
            {problem && <MessageBar intent="error" layout="multiline" role="alert"><MessageBarBody>{problem.title} {problem.hint}</MessageBarBody></MessageBar>}
          </DialogContent>
          <DialogActions>
            <Button onClick={onClose}>{t('common.cancel')}</Button>
            <Button appearance="primary" disabledFocusable={isBusy} onClick={() => void report()}>{t('report.confirm')}</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
