/** A message that stands too far back to scroll to, by itself. */
import { Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, makeStyles, Text, tokens } from '@fluentui/react-components';

import type { ChatMessage } from '../../api/schema.gen';
import { useT } from '../../i18n';
import { dateTime } from '../../i18n/formats';
import { MessageBody } from './MessageBody';

const useStyles = makeStyles({ quiet: { color: tokens.colorNeutralForeground2, marginBlockEnd: tokens.spacingVerticalS } });

export default function FarMessage({ message, onClose }: { message: ChatMessage; onClose: () => void }) {
  const styles = useStyles();
  const t = useT();
  return (
    <Dialog open onOpenChange={(_, { open }) => { if (!open) onClose(); }}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t('message.far')}</DialogTitle>
          <DialogContent>
            <Text block size={200} className={styles.quiet}>{message.from?.user?.displayName ?? t('system.somebody')} · {dateTime(message.createdDateTime)}</Text>
            {message.deletedDateTime ? t('message.deleted') : <MessageBody message={message} />}
          </DialogContent>
          <DialogActions><Button appearance="primary" onClick={onClose}>{t('common.close')}</Button></DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
