/** Where files would be dropped: it says that this chat takes none, and what to do instead. */
import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { AttachRegular } from '@fluentui/react-icons';
import { type DragEvent, type ReactNode, useState } from 'react';

import { toast } from '../../app/toasts';
import { useT } from '../../i18n';

const useStyles = makeStyles({
  place: { position: 'relative' },
  over: {
    position: 'absolute',
    inset: 0,
    zIndex: 2,
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'center',
    gap: tokens.spacingHorizontalS,
    padding: tokens.spacingHorizontalS,
    textAlign: 'center',
    backgroundColor: tokens.colorNeutralBackground1,
    border: `2px dashed ${tokens.colorNeutralStrokeAccessible}`,
    borderRadius: tokens.borderRadiusLarge,
    pointerEvents: 'none',
  },
});

export function FileDrop({ children }: { children: ReactNode }) {
  const styles = useStyles();
  const t = useT();
  const [isOver, setOver] = useState(false);

  const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files');

  function refuse(event: DragEvent): void {
    if (!hasFiles(event)) return;
    event.preventDefault();
    setOver(false);
    toast({ intent: 'info', title: t('composer.noFiles'), body: t('composer.noFilesHint') });
  }

  return (
    <div
      role="presentation"
      className={styles.place}
      onDragEnter={(event) => { if (hasFiles(event)) setOver(true); }}
      onDragOver={(event) => { if (hasFiles(event)) event.preventDefault(); }}
      onDragLeave={(event) => { if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false); }}
      onDrop={refuse}
    >
      {children}
      {isOver && <div className={styles.over}><AttachRegular fontSize={24} aria-hidden="true" /><Text>{t('composer.noFiles')} {t('composer.noFilesHint')}</Text></div>}
    </div>
  );
}
