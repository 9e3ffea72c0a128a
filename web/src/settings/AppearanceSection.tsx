/** Colours, density, language, and what Enter does: for this device. */
import { Dropdown, Field, Option, Radio, RadioGroup, Switch } from '@fluentui/react-components';

import { changePreferences, type Preferences, usePreferences } from '../app/preferences';
import { useT } from '../i18n';
import { languages } from '../i18n/locale';
import { useSectionStyles } from './sectionStyles';

const themeNames = ['system', 'light', 'dark', 'highContrast'] as const;
const densities = ['comfortable', 'compact'] as const;

export function AppearanceSection() {
  const styles = useSectionStyles();
  const t = useT();
  const { theme, density, language, sendsByEnter } = usePreferences();
  const nameOf = (tag: string) => (tag === 'system' ? t('settings.language.system') : (new Intl.DisplayNames(tag, { type: 'language' }).of(tag) ?? tag));
  return (
    <section className={styles.section} aria-label={t('settings.section.appearance')}>
      <Field label={t('settings.theme')}>
        <RadioGroup value={theme} onChange={(_, { value }) => changePreferences({ theme: value as Preferences['theme'] })}>
          {themeNames.map((name) => <Radio key={name} value={name} label={t(`settings.theme.${name}`)} />)}
        </RadioGroup>
      </Field>
      <Field label={t('settings.density')}>
        <RadioGroup value={density} onChange={(_, { value }) => changePreferences({ density: value as Preferences['density'] })}>
          {densities.map((name) => <Radio key={name} value={name} label={t(`settings.density.${name}`)} />)}
        </RadioGroup>
      </Field>
      <Field label={t('settings.language')}>
        <Dropdown value={nameOf(language)} selectedOptions={[language]} onOptionSelect={(_, { optionValue }) => changePreferences({ language: optionValue ?? 'system' })}>
          {['system', ...languages].map((tag) => <Option key={tag} value={tag}>{nameOf(tag)}</Option>)}
        </Dropdown>
      </Field>
      <Field label={t('settings.enter')} hint={t('settings.enterHint')}>
        <Switch checked={sendsByEnter} label={t('settings.enterSends')} onChange={(_, { checked }) => changePreferences({ sendsByEnter: checked })} />
      </Field>
    </section>
  );
}
