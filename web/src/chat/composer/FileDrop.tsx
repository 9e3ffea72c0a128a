/** Where images are dropped; it says what is taken here, and why when nothing is. */
import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { ImageAddRegular } from '@fluentui/react-icons';
import { type DragEvent, type ReactNode, useState } from 'react';

import { useT } from '../../i18n';
import type { PictureTray } from './usePictures';

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

export function FileDrop({ tray, children }: { tray: PictureTray; children: ReactNode }) {
  const styles = useStyles();
  const t = useT();
  const [isOver, setOver] = useState(false);

  const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files');

  function drop(event: DragEvent): void {
    if (!hasFiles(event)) return;
    event.preventDefault();
    setOver(false);
    tray.add([...event.dataTransfer.files]);
  }

  return (
    <div
      role="presentation"
      className={styles.place}
      onDragEnter={(event) => { if (hasFiles(event)) setOver(true); }}
      onDragOver={(event) => { if (hasFiles(event)) event.preventDefault(); }}
      onDragLeave={(event) => { if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false); }}
      onDrop={drop}
    >
      {children}
      {isOver && <div className={styles.over}><ImageAddRegular fontSize={24} aria-hidden="true" /><Text>{tray.closed ?? t('composer.dropImages')}</Text></div>}
    </div>
  );
}
