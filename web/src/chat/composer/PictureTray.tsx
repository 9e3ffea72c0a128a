/** The images that will be sent with what is written: each with what it shows, in words. */
import { Button, Field, Input, makeStyles, tokens, Tooltip } from '@fluentui/react-components';
import { DismissRegular } from '@fluentui/react-icons';
import { useEffect, useRef } from 'react';

import { isNowhere } from '../../app/nowhere';
import { useT } from '../../i18n';
import type { Picture } from '../../live/pictures';
import { HostedImage, type ImagePlace } from '../conversation/HostedImage';
import type { PictureTray as Tray } from './usePictures';

const useStyles = makeStyles({
  tray: { listStyleType: 'none', margin: 0, display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS, padding: tokens.spacingHorizontalS, maxBlockSize: '32vh', overflowY: 'auto' },
  item: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS, flexGrow: 1, flexBasis: '260px', minInlineSize: 0, maxInlineSize: '420px' },
  thumbnail: { flexShrink: 0, inlineSize: '64px', blockSize: '64px', objectFit: 'cover', borderRadius: tokens.borderRadiusMedium, backgroundColor: tokens.colorNeutralBackground4 },
  kept: { flexShrink: 0, inlineSize: '64px', overflow: 'hidden' },
  field: { flexGrow: 1, minInlineSize: 0 },
  input: { inlineSize: '100%', minInlineSize: 0 },
});

/** As long as a description may be. */
const ALT_CHARACTERS_MAX = 500;

export function PictureTray({ tray, place, onEmptied }: { tray: Tray; place: ImagePlace | null; onEmptied: () => void }) {
  const styles = useStyles();
  const t = useT();
  // Without the last image the list of them is gone: whoever took it out goes on writing.
  const wasEmpty = useRef(true);
  const isEmpty = tray.pictures.length === 0;
  useEffect(() => {
    if (isEmpty && !wasEmpty.current && isNowhere()) onEmptied();
    wasEmpty.current = isEmpty;
  }, [isEmpty, onEmptied]);
  if (isEmpty) return null;
  return (
    <ul className={styles.tray} aria-label={t('composer.images')}>
      {tray.pictures.map((picture) => (
        <li key={picture.id} className={styles.item}>
          <Thumbnail picture={picture} place={place} />
          <Field label={t('composer.imageAlt')} size="small" className={styles.field}>
            <Input size="small" className={styles.input} value={picture.alt} maxLength={ALT_CHARACTERS_MAX} placeholder={t('composer.imageAltHint')} onChange={(_, { value }) => tray.describe(picture.id, value)} />
          </Field>
          <Tooltip content={t('composer.imageRemove')} relationship="label">
            <Button size="small" appearance="subtle" icon={<DismissRegular />} onClick={() => tray.remove(picture.id)} />
          </Tooltip>
        </li>
      ))}
    </ul>
  );
}

function Thumbnail({ picture, place }: { picture: Picture; place: ImagePlace | null }) {
  const styles = useStyles();
  if (picture.content) return <img className={styles.thumbnail} src={`data:${picture.content.type};base64,${picture.content.base64}`} alt="" />;
  return place && picture.number ? <span className={styles.kept}><HostedImage place={place} number={picture.number} alt={picture.alt} size={null} isSmall /></span> : null;
}
