/** Whether the browser says that something is new while one looks elsewhere. */
import { Field, MessageBar, MessageBarBody, Switch, Text } from '@fluentui/react-components';
import { useState } from 'react';

import { changePreferences, usePreferences } from '../app/preferences';
import { useT } from '../i18n';
import { useSectionStyles } from './sectionStyles';

export function NotificationSection() {
  const styles = useSectionStyles();
  const t = useT();
  const { notifies } = usePreferences();
  const isPossible = 'Notification' in window;
  const [permission, setPermission] = useState(isPossible ? Notification.permission : 'denied');

  async function choose(wanted: boolean): Promise<void> {
    if (!wanted) return changePreferences({ notifies: false });
    const given = permission === 'default' ? await Notification.requestPermission() : permission;
    setPermission(given);
    return changePreferences({ notifies: given === 'granted' });
  }

  return (
    <section className={styles.section} aria-label={t('settings.section.notifications')}>
      <Field label={t('notify.browser')} hint={t('notify.browserHint')}>
        <Switch label={t('notify.browserSwitch')} disabled={!isPossible} checked={notifies && permission === 'granted'} onChange={(_, { checked }) => void choose(checked)} />
      </Field>
      {permission === 'denied' && <MessageBar intent="warning" layout="multiline"><MessageBarBody>{t('notify.denied')}</MessageBarBody></MessageBar>}
      <Text className={styles.quiet}>{t('notify.muted')}</Text>
    </section>
  );
}
