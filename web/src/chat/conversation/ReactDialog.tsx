/** Any emoji as a reaction, beside the usual ones. */
import { Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, makeStyles } from '@fluentui/react-components';

import { useT } from '../../i18n';
import { EmojiGrid } from '../EmojiGrid';

const useStyles = makeStyles({ surface: { inlineSize: 'fit-content', maxInlineSize: 'calc(100vw - 32px)', boxSizing: 'border-box' } });

export default function ReactDialog({ onChoose, onClose }: { onChoose: (emoji: string) => void; onClose: () => void }) {
  const styles = useStyles();
  const t = useT();
  return (
    <Dialog open onOpenChange={(_, { open }) => { if (!open) onClose(); }}>
      <DialogSurface className={styles.surface}>
        <DialogBody>
          <DialogTitle>{t('message.react')}</DialogTitle>
          <DialogContent><EmojiGrid onChoose={onChoose} /></DialogContent>
          <DialogActions><Button onClick={onClose}>{t('common.cancel')}</Button></DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
