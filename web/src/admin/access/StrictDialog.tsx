/** The strict preset as a difference, before it is taken over into the page (2.10). */
import { Button, Dialog, DialogActions, DialogBody, DialogSurface, DialogTitle, makeStyles, Text, tokens } from '@fluentui/react-components';

import { ScrollingContent } from '../../app/ScrollingContent';
import { useT as useAppT } from '../../i18n';
import { DifferenceTable } from '../editing/DifferenceTable';
import { useT } from '../i18n';
import { type Draft, differences, strict } from './settings';

const useStyles = makeStyles({ content: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM } });

export function StrictDialog({ draft, onApply, onClose }: { draft: Draft; onApply: (draft: Draft) => void; onClose: () => void }) {
  const styles = useStyles();
  const t = useT();
  const tApp = useAppT();
  const wanted = strict(draft);
  const changes = differences(draft, wanted);
  return (
    <Dialog open onOpenChange={(_, { open }) => !open && onClose()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t('strict.title')}</DialogTitle>
          <ScrollingContent className={styles.content}>
            <Text>{t('strict.about')}</Text>
            {changes.length === 0 ? (
              <Text weight="semibold">{t('strict.isSo')}</Text>
            ) : (
              <DifferenceTable label={t('strict.title')} differences={changes} before={t('diff.now')} after={t('strict.then')} />
            )}
            {wanted.mode === 'blockAll' && changes.length > 0 && <Text>{t('strict.noDomains')}</Text>}
            <Text>{t('strict.notSaved')}</Text>
          </ScrollingContent>
          <DialogActions>
            <Button onClick={onClose}>{tApp('common.cancel')}</Button>
            <Button appearance="primary" disabledFocusable={changes.length === 0} onClick={() => { if (changes.length === 0) return; onApply(wanted); onClose(); }}>
              {t('strict.apply')}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
