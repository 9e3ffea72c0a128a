/** What a person can choose for themselves. */
import { Button, Dropdown, Field, makeStyles, Option, Radio, RadioGroup, Text, tokens } from '@fluentui/react-components';

import { signOut } from '../accounts/accounts';
import { useSession } from '../accounts/AccountContext';
import { changePreferences, type Preferences, usePreferences } from '../app/preferences';
import { useT } from '../i18n';
import { languages } from '../i18n/locale';

const useStyles = makeStyles({
  screen: { flexGrow: 1, overflowY: 'auto', padding: tokens.spacingHorizontalXXL },
  column: { maxInlineSize: '640px', marginInline: 'auto', display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXL },
});

const themeNames = ['system', 'light', 'dark', 'highContrast'] as const;
const densities = ['comfortable', 'compact'] as const;

export default function SettingsScreen(_: { section: string | undefined }) {
  const styles = useStyles();
  const t = useT();
  const session = useSession();
  const { theme, density, language } = usePreferences();
  const nameOf = (tag: string) => (tag === 'system' ? t('settings.language.system') : (new Intl.DisplayNames(tag, { type: 'language' }).of(tag) ?? tag));
  return (
    <main className={styles.screen}>
      <div className={styles.column}>
        <Text as="h1" size={600} weight="semibold">{t('settings.title')}</Text>
        <Field label={t('settings.theme')}>
          <RadioGroup layout="horizontal" value={theme} onChange={(_, { value }) => changePreferences({ theme: value as Preferences['theme'] })}>
            {themeNames.map((name) => <Radio key={name} value={name} label={t(`settings.theme.${name}`)} />)}
          </RadioGroup>
        </Field>
        <Field label={t('settings.density')}>
          <RadioGroup layout="horizontal" value={density} onChange={(_, { value }) => changePreferences({ density: value as Preferences['density'] })}>
            {densities.map((name) => <Radio key={name} value={name} label={t(`settings.density.${name}`)} />)}
          </RadioGroup>
        </Field>
        <Field label={t('settings.language')}>
          <Dropdown value={nameOf(language)} selectedOptions={[language]} onOptionSelect={(_, { optionValue }) => changePreferences({ language: optionValue ?? 'system' })}>
            {['system', ...languages].map((tag) => <Option key={tag} value={tag}>{nameOf(tag)}</Option>)}
          </Dropdown>
        </Field>
        <div><Button onClick={() => void signOut(session)}>{t('settings.signOut')}</Button></div>
      </div>
    </main>
  );
}
