/** Says quietly that the connection is lost, which heals by itself, or that the page has become old. */
import { makeStyles, MessageBar, MessageBarActions, MessageBarBody, Button } from '@fluentui/react-components';
import { useEffect, useState } from 'react';

import { drop } from '../accounts/accounts';
import { useLive, useSession } from '../accounts/AccountContext';
import { useWouldLose } from '../accounts/useWouldLose';
import { useT } from '../i18n';
import { announce } from './Announcer';
import { navigate } from './router';
import { useIsOutdated } from './serviceWorker';

/** A hiccup shorter than this is not worth a word. */
const QUIET_MS = 2_000;

const useStyles = makeStyles({ bar: { flexShrink: 0, borderRadius: 0 } });

export function ConnectionNote() {
  const link = useLive((state) => state.link);
  const isOutdated = useIsOutdated();
  if (link === 'signedOut') return <SignedOutNote />;
  if (link === 'lost') return <LostNote />;
  return isOutdated ? <OutdatedNote /> : null;
}

function OutdatedNote() {
  const styles = useStyles();
  const t = useT();
  const text = t(useWouldLose() ? 'connection.outdatedLoses' : 'connection.outdated');
  useEffect(() => announce(text), [text]);
  return (
    <MessageBar intent="info" role="region" aria-label={t('frame.notice')} className={styles.bar}>
      <MessageBarBody>{text}</MessageBarBody>
      <MessageBarActions>
        <Button size="small" onClick={() => location.reload()}>{t('error.reload')}</Button>
      </MessageBarActions>
    </MessageBar>
  );
}

function SignedOutNote() {
  const styles = useStyles();
  const t = useT();
  const session = useSession();
  return (
    <MessageBar intent="warning" role="alert" className={styles.bar}>
      <MessageBarBody>{t('connection.signedOut', { name: session.user.displayName })}</MessageBarBody>
      <MessageBarActions>
        <Button size="small" onClick={() => { drop(session); navigate('/sign-in'); }}>{t('signIn.title')}</Button>
      </MessageBarActions>
    </MessageBar>
  );
}

function LostNote() {
  const styles = useStyles();
  const t = useT();
  const { live } = useSession();
  const [isLong, setLong] = useState(false);

  const text = navigator.onLine ? t('connection.lost') : t('connection.offline');

  useEffect(() => {
    const timer = setTimeout(() => setLong(true), QUIET_MS);
    return () => clearTimeout(timer);
  }, []);

  useEffect(() => {
    if (isLong) announce(text);
  }, [isLong, text]);

  // What was said must be unsaid, too, for those who do not see the bar go.
  useEffect(() => () => {
    if (isLong && live.get().link === 'live') announce(t('connection.restored'));
  }, [isLong, live, t]);

  if (!isLong) return null;
  return (
    <MessageBar intent="info" role="region" aria-label={t('frame.notice')} className={styles.bar}>
      <MessageBarBody>{text}</MessageBarBody>
    </MessageBar>
  );
}
