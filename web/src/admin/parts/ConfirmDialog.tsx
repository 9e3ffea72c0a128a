/** Asks before something that cannot simply be undone, and says what will happen. */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
 
  DialogSurface,
  DialogTitle,
  makeStyles,
  MessageBar,
  MessageBarBody,
  tokens,
} from '@fluentui/react-components';
import { type ReactNode, useState } from 'react';

import { explain, wrongValue } from '../../api/explain';
import type { Failure, Result } from '../../api/failure';
import { ScrollingContent } from '../../app/ScrollingContent';
import { useT as useAppT } from '../../i18n';

const useStyles = makeStyles({
  content: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  danger: {
    backgroundColor: tokens.colorStatusDangerBackground3,
    color: tokens.colorNeutralForegroundOnBrand,
    ':hover': { backgroundColor: tokens.colorStatusDangerBackground3Hover, color: tokens.colorNeutralForegroundOnBrand },
    ':hover:active': { backgroundColor: tokens.colorStatusDangerBackground3Pressed, color: tokens.colorNeutralForegroundOnBrand },
  },
});

interface Props {
  readonly title: string;
  readonly children: ReactNode;
  readonly confirm: string;
  /** Does it; the dialog stays open and says why when it did not work. */
  readonly onConfirm: () => Promise<Result<unknown>>;
  readonly onClose: () => void;
  readonly isDangerous?: boolean;
}

export function ConfirmDialog({ title, children, confirm, onConfirm, onClose, isDangerous = true }: Props) {
  const styles = useStyles();
  const t = useAppT();
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  async function run(): Promise<void> {
    setBusy(true);
    const result = await onConfirm();
    setBusy(false);
    if (result.ok) onClose();
    else setFailure(result.failure);
  }

  return (
    <Dialog open modalType="alert" onOpenChange={(_, { open }) => !open && onClose()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{title}</DialogTitle>
          <ScrollingContent className={styles.content}>
            {children}
            {failure && <FailureBar failure={failure} />}
          </ScrollingContent>
          <DialogActions>
            <Button onClick={onClose}>{t('common.cancel')}</Button>
            <Button
              appearance="primary"
              className={isDangerous ? styles.danger : undefined}
              disabledFocusable={isBusy}
              onClick={() => void run()}
            >
              {confirm}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

/** Why something did not work, inside a dialog or form. */
export function FailureBar({ failure }: { failure: Failure }) {
  const t = useAppT();
  const { title, hint } = explain(failure, t);
  // The server's sentence names the entry that it did not understand.
  const isTold = wrongValue(failure, t) !== null;
  const detail = !isTold && (failure.status === 400 || failure.status === 409) ? failure.message : hint;
  return (
    <MessageBar intent="error" layout="multiline" role="alert">
      <MessageBarBody>{title} {detail}</MessageBarBody>
    </MessageBar>
  );
}
