/** Asks whether a message of which nothing is left is to be deleted. */
import { Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle } from '@fluentui/react-components';

import { useSession } from '../../accounts/AccountContext';
import { useT } from '../../i18n';
import { deleteMessage } from './deleteMessage';

interface Props {
  readonly chatId: string;
  readonly messageId: string;
  readonly onClose: (isDeleted: boolean) => void;
}

export default function EmptiedDialog({ chatId, messageId, onClose }: Props) {
  const t = useT();
  const session = useSession();
  return (
    <Dialog open modalType="alert" onOpenChange={(_, { open }) => { if (!open) onClose(false); }}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t('composer.emptied')}</DialogTitle>
          <DialogContent>{t('composer.emptiedText')}</DialogContent>
          <DialogActions>
            <Button onClick={() => onClose(false)}>{t('composer.emptiedKeep')}</Button>
            <Button appearance="primary" onClick={() => void deleteMessage(session, chatId, messageId, t).then(onClose)}>{t('message.delete')}</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
