/** A dialog with fields: sent once, and what was typed is not lost by a press beside it. */
import { Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, makeStyles, tokens } from '@fluentui/react-components';
import { type FormEvent, type ReactNode, useState } from 'react';

import type { Failure, Result } from '../../api/failure';
import { useT as useAppT } from '../../i18n';
import { FailureBar } from './ConfirmDialog';

const useStyles = makeStyles({ content: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM } });

interface Props {
  readonly title: string;
  /** The word on the button that sends it. */
  readonly submit: string;
  /** What is in the fields. A refusal stands only as long as it is about that. */
  readonly fields: unknown;
  readonly isReady: boolean;
  readonly children: ReactNode;
  /** Does it; the dialog stays open and says why when it did not work. */
  readonly onSubmit: () => Promise<Result<unknown>>;
  readonly onClose: () => void;
}

export function FormDialog({ title, submit, fields, isReady, children, onSubmit, onClose }: Props) {
  const styles = useStyles();
  const t = useAppT();
  const typed = JSON.stringify(fields);
  const [begun] = useState(typed);
  const [refused, setRefused] = useState<{ readonly typed: string; readonly failure: Failure } | null>(null);
  const [isBusy, setBusy] = useState(false);

  async function send(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (!isReady || isBusy) return;
    setBusy(true);
    setRefused(null);
    const result = await onSubmit();
    setBusy(false);
    if (result.ok) onClose();
    else setRefused({ typed, failure: result.failure });
  }

  return (
    <Dialog open onOpenChange={(_, { open, type }) => !open && (type !== 'backdropClick' || typed === begun) && onClose()}>
      <DialogSurface>
        <form onSubmit={(event) => void send(event)}>
          <DialogBody>
            <DialogTitle>{title}</DialogTitle>
            <DialogContent className={styles.content}>
              {children}
              {refused?.typed === typed && <FailureBar failure={refused.failure} />}
            </DialogContent>
            <DialogActions>
              <Button onClick={onClose}>{t('common.cancel')}</Button>
              <Button type="submit" appearance="primary" disabledFocusable={!isReady || isBusy}>{submit}</Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}
