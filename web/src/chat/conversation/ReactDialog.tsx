/** Any emoji as a reaction, beside the usual ones. */
import { Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle } from '@fluentui/react-components';

import { useT } from '../../i18n';
import { EmojiGrid } from '../EmojiGrid';

export default function ReactDialog({ onChoose, onClose }: { onChoose: (emoji: string) => void; onClose: () => void }) {
  const t = useT();
  return (
    <Dialog open onOpenChange={(_, { open }) => { if (!open) onClose(); }}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t('message.react')}</DialogTitle>
          <DialogContent><EmojiGrid onChoose={onChoose} /></DialogContent>
          <DialogActions><Button onClick={onClose}>{t('common.cancel')}</Button></DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
