/** What is shown until it is known who is signed in, and when nobody answers. */
import { Button, makeStyles, Spinner, Text, tokens } from '@fluentui/react-components';
import { useEffect, useState, useSyncExternalStore } from 'react';

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
  text: { maxInlineSize: '52ch' },
});

/** How often to ask again while nobody answers. */
const RETRY_MS = 5_000;

function onNetwork(listener: () => void): () => void {
  addEventListener('online', listener);
  addEventListener('offline', listener);
  return () => {
    removeEventListener('online', listener);
    removeEventListener('offline', listener);
  };
}

export function StartScreen({ state }: { state: 'starting' | 'unreachable' }) {
  const styles = useStyles();
  const t = useT();
  const [isTrying, setTrying] = useState(false);

  const isOnline = useSyncExternalStore(onNetwork, () => navigator.onLine);

  // The network or the server is back: nobody should have to say so.
  useEffect(() => {
    if (state !== 'unreachable') return undefined;
    const retry = () => void restore();
    addEventListener('online', retry);
    const timer = setInterval(retry, RETRY_MS);
    return () => {
      removeEventListener('online', retry);
      clearInterval(timer);
    };
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
          <Text as="h1" align="center" size={500} weight="semibold">{isOnline ? t('start.unreachable') : t('start.offline')}</Text>
          <Text align="center" className={styles.text}>{isOnline ? t('start.unreachableHint') : t('start.offlineHint')}</Text>
          <Button appearance="primary" disabledFocusable={isTrying} onClick={() => void again()}>{t('common.tryAgain')}</Button>
        </>
      )}
    </main>
  );
}
