/** What is shown until it is known who is signed in, and when nobody answers. */
import { Button, makeStyles, Spinner, Text, tokens } from '@fluentui/react-components';
import { useEffect, useState } from 'react';

import { restore } from '../accounts/accounts';
import { useT } from '../i18n';
import { Logo } from './Logo';

const useStyles = makeStyles({
  centre: {
    flexGrow: 1,
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    justifyContent: 'center',
    gap: tokens.spacingVerticalL,
    padding: tokens.spacingHorizontalXXL,
    textAlign: 'center',
  },
});

export function StartScreen({ state }: { state: 'starting' | 'unreachable' }) {
  const styles = useStyles();
  const t = useT();
  const [isTrying, setTrying] = useState(false);

  // The network is back: nobody should have to say so.
  useEffect(() => {
    if (state !== 'unreachable') return undefined;
    const retry = () => void restore();
    addEventListener('online', retry);
    return () => removeEventListener('online', retry);
  }, [state]);

  async function again(): Promise<void> {
    setTrying(true);
    await restore();
    setTrying(false);
  }

  return (
    <main className={styles.centre}>
      <Logo size={56} />
      {state === 'starting' ? (
        <Spinner label={t('start.loading')} />
      ) : (
        <>
          <Text as="h1" size={500} weight="semibold">{t('start.unreachable')}</Text>
          <Text>{t('start.unreachableHint')}</Text>
          <Button appearance="primary" disabledFocusable={isTrying} onClick={() => void again()}>{t('common.tryAgain')}</Button>
        </>
      )}
    </main>
  );
}
