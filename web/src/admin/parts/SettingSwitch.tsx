/** A setting that is on or off. Where it can only be looked at it says so in words: a grey switch hardly shows it. */
import { makeStyles, Switch, type SwitchProps, Text, tokens } from '@fluentui/react-components';

import { useT } from '../i18n';

const useStyles = makeStyles({
  whole: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS },
  word: { flexShrink: 0 },
});

interface Props {
  readonly label: string;
  readonly isOn: boolean;
  readonly isFixed: boolean;
  readonly onChange: (isOn: boolean) => void;
}

export function SettingSwitch({ label, isOn, isFixed, onChange }: Props) {
  const styles = useStyles();
  const t = useT();
  const field: SwitchProps = { label, checked: isOn, disabled: isFixed, onChange: (_, { checked }) => onChange(checked) };
  if (!isFixed) return <Switch {...field} />;
  return (
    <div className={styles.whole}>
      <Switch {...field} />
      {/* What reads the page aloud has it from the switch. */}
      <Text weight="semibold" className={styles.word} aria-hidden="true">{isOn ? t('diff.on') : t('diff.off')}</Text>
    </div>
  );
}
