/** Whose account this is, and how to leave it. */
import { Button, Text } from '@fluentui/react-components';

import { signOut } from '../accounts/accounts';
import { useSession } from '../accounts/AccountContext';
import { homeName } from '../accounts/homeName';
import { explain } from '../api/explain';
import { SignOutIcon } from '../app/icons';
import { navigate } from '../app/router';
import { toast } from '../app/toasts';
import { PersonAvatar } from '../chat/PersonAvatar';
import { useT } from '../i18n';
import { useSectionStyles } from './sectionStyles';

export function AccountSection() {
  const styles = useSectionStyles();
  const t = useT();
  const session = useSession();
  const { user } = session;

  async function leave(): Promise<void> {
    const failure = await signOut(session);
    if (!failure) return navigate('/');
    return toast({ intent: 'error', title: t('settings.signOutFailed'), body: explain(failure, t).title });
  }

  return (
    <section className={styles.section} aria-label={t('settings.section.account')}>
      <div className={styles.row}>
        <PersonAvatar id={user.id} name={user.displayName} size={56} showsPresence={false} />
        <div className={styles.grow}>
          <Text block size={400} weight="semibold">{user.displayName}</Text>
          <Text block>{user.mail ?? user.userPrincipalName}</Text>
          <Text block className={styles.quiet}>{session.isPersonal ? t('settings.personalAccount') : t('settings.managedAccount', { name: homeName(session, t) })}</Text>
        </div>
      </div>
      <div className={styles.row}>
        <Button icon={<SignOutIcon />} onClick={() => void leave()}>{t('settings.signOut')}</Button>
        <Text size={200} className={styles.quiet}>{t('settings.signOutHint')}</Text>
      </div>
    </section>
  );
}
