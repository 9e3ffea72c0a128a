/** What others saved while one edited the same. */
import { Button, makeStyles, MessageBar, MessageBarActions, MessageBarBody, MessageBarTitle, tokens } from '@fluentui/react-components';

import { useT as useAppT } from '../../i18n';
import { useT } from '../i18n';
import { DifferenceTable, type Named } from './DifferenceTable';
import type { Difference } from './merge';

const useStyles = makeStyles({ bars: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM } });

interface Props {
  readonly editing: {
    readonly meanwhile: readonly Difference<Named>[];
    readonly changes: readonly Difference<Named>[];
    readonly discard: () => void;
  };
}

export function Meanwhile({ editing: { meanwhile, changes, discard } }: Props) {
  const styles = useStyles();
  const t = useT();
  const tApp = useAppT();
  if (meanwhile.length === 0) return null;
  const isLeft = changes.length > 0;
  return (
    <div className={styles.bars} role="alert">
      <MessageBar intent="warning" layout="multiline">
        <MessageBarBody><MessageBarTitle>{t('meanwhile.title')}</MessageBarTitle>{isLeft ? t('meanwhile.about') : t('meanwhile.nothingLeft')}</MessageBarBody>
        {!isLeft && <MessageBarActions><Button onClick={discard}>{tApp('common.close')}</Button></MessageBarActions>}
      </MessageBar>
      <DifferenceTable label={t('meanwhile.title')} differences={meanwhile} before={t('meanwhile.was')} after={t('meanwhile.is')} />
    </div>
  );
}
