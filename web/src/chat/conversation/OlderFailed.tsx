/** Stands where older messages would be, when they could not be loaded. */
import { Button, makeStyles, Text, tokens } from '@fluentui/react-components';

import { useLayoutEffect, useRef } from 'react';

import { useT } from '../../i18n';
import type { Older } from './useOlder';

const useStyles = makeStyles({
  row: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    justifyContent: 'center',
    gap: tokens.spacingHorizontalS,
    paddingInline: tokens.spacingHorizontalXXL,
    paddingBlock: tokens.spacingVerticalM,
  },
});

export function OlderFailed({ older }: { older: Older }) {
  const styles = useStyles();
  const t = useT();
  const row = useRef<HTMLDivElement>(null);

  // Whoever pressed the button goes on in the list when it is gone.
  useLayoutEffect(() => {
    const place = row.current;
    return () => {
      if (place?.contains(document.activeElement)) place.closest<HTMLElement>('[role="list"]')?.focus();
    };
  }, []);

  return (
    <div ref={row} role="listitem" className={styles.row}>
      <Text size={200} role="alert">{t('chat.olderFailed')}</Text>
      <Button size="small" disabledFocusable={older.isLoading} onClick={older.again}>{t('common.tryAgain')}</Button>
    </div>
  );
}
