/** Images may be dropped anywhere on the conversation; where they go to it says what is taken, and why when nothing is. */
import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { ImageAddRegular } from '@fluentui/react-icons';
import { type ReactNode, useEffect, useRef, useState } from 'react';

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

  const here = useRef<HTMLDivElement>(null);
  const { add } = tray;

  useEffect(() => {
    const place = here.current?.closest<HTMLElement>('[data-takes-files]') ?? here.current;
    if (!place) return undefined;
    const listening = new AbortController();
    const listen = (kind: 'dragenter' | 'dragover' | 'dragleave' | 'drop', act: (event: DragEvent) => void) =>
      place.addEventListener(kind, (event) => { if (event.dataTransfer?.types.includes('Files')) act(event); }, { signal: listening.signal });
    listen('dragenter', () => setOver(true));
    listen('dragover', (event) => event.preventDefault());
    listen('dragleave', ({ relatedTarget }) => { if (!place.contains(relatedTarget as Node | null)) setOver(false); });
    listen('drop', (event) => {
      event.preventDefault();
      setOver(false);
      add([...(event.dataTransfer?.files ?? [])]);
    });
    return () => listening.abort();
  }, [add]);

  return (
    <div ref={here} role="presentation" className={styles.place}>
      {children}
      {isOver && <div className={styles.over}><ImageAddRegular fontSize={24} aria-hidden="true" /><Text>{tray.closed ?? t('composer.dropImages')}</Text></div>}
    </div>
  );
}
