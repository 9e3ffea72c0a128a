/** What a person can choose for themselves. */
import { Button, makeStyles, Tab, TabList, Text, tokens } from '@fluentui/react-components';

import { useSession } from '../accounts/AccountContext';
import { homeName } from '../accounts/homeName';
import { BackIcon } from '../app/icons';
import { href, navigate } from '../app/router';
import { useT } from '../i18n';
import { AccountSection } from './AccountSection';
import { AppearanceSection } from './AppearanceSection';
import { NotificationSection } from './NotificationSection';
import { PrivacySection } from './PrivacySection';

const useStyles = makeStyles({
  screen: { flexGrow: 1, overflowY: 'auto', padding: tokens.spacingHorizontalXXL, '@media (max-width: 639px)': { padding: tokens.spacingHorizontalL } },
  column: { maxInlineSize: '720px', marginInline: 'auto', display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL },
  head: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS },
  quiet: { color: tokens.colorNeutralForeground2 },
  tabs: { flexWrap: 'wrap' },
});

const sections = ['privacy', 'notifications', 'appearance', 'account'] as const;
type Section = (typeof sections)[number];

export default function SettingsScreen({ section }: { section: string | undefined }) {
  const styles = useStyles();
  const t = useT();
  const session = useSession();
  const shown: Section = sections.find((name) => name === section) ?? 'privacy';
  return (
    <main className={styles.screen}>
      <div className={styles.column}>
        <div className={styles.head}>
          <Button appearance="subtle" icon={<BackIcon />} aria-label={t('common.back')} onClick={() => navigate(href('u', session.id, 'chats'))} />
          <div>
            <Text as="h1" block size={600} weight="semibold">{t('settings.title')}</Text>
            <Text className={styles.quiet}>{session.user.displayName} · {homeName(session, t)}</Text>
          </div>
        </div>
        <TabList className={styles.tabs} selectedValue={shown} onTabSelect={(_, { value }) => navigate(href('u', session.id, 'settings', String(value)), { replace: true })}>
          {sections.map((name) => <Tab key={name} value={name}>{t(`settings.section.${name}`)}</Tab>)}
        </TabList>
        {shown === 'privacy' && <PrivacySection />}
        {shown === 'notifications' && <NotificationSection />}
        {shown === 'appearance' && <AppearanceSection />}
        {shown === 'account' && <AccountSection />}
      </div>
    </main>
  );
}
