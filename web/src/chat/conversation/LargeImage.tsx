/** An image as large as the screen allows. Escape, the button and a press beside it close it. */
import { Button, Dialog, DialogActions, DialogBody, DialogSurface, DialogTitle, makeStyles, Text, tokens } from '@fluentui/react-components';
import { ArrowDownloadRegular } from '@fluentui/react-icons';

import { ScrollingContent } from '../../app/ScrollingContent';
import { useT } from '../../i18n';

const useStyles = makeStyles({
  surface: { inlineSize: 'fit-content', maxInlineSize: 'calc(100vw - 32px)', maxBlockSize: 'calc(100dvh - 32px)', padding: tokens.spacingHorizontalM, boxSizing: 'border-box' },
  content: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS, alignItems: 'center' },
  image: { display: 'block', maxInlineSize: '100%', maxBlockSize: 'calc(100dvh - 200px)', minInlineSize: '0', objectFit: 'contain', borderRadius: tokens.borderRadiusMedium },
  alt: { alignSelf: 'start' },
});

const ends: Record<string, string> = { 'image/png': 'png', 'image/jpeg': 'jpg', 'image/gif': 'gif', 'image/webp': 'webp' };

export default function LargeImage({ address, alt, type, onClose }: { address: string; alt: string; type: string; onClose: () => void }) {
  const styles = useStyles();
  const t = useT();
  return (
    <Dialog open onOpenChange={(_, { open }) => { if (!open) onClose(); }}>
      <DialogSurface className={styles.surface}>
        <DialogBody>
          <DialogTitle>{t('message.image')}</DialogTitle>
          <ScrollingContent className={styles.content}>
            <img className={styles.image} src={address} alt={alt || t('message.image')} />
            {alt && <Text size={300} className={styles.alt}>{alt}</Text>}
          </ScrollingContent>
          <DialogActions>
            <Button as="a" icon={<ArrowDownloadRegular />} href={address} download={`${t('message.image')}.${ends[type] ?? 'png'}`}>{t('message.saveImage')}</Button>
            <Button appearance="primary" onClick={onClose}>{t('common.close')}</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
