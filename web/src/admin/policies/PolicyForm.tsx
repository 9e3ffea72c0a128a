/** What a policy says (2.3). Without `onChange` it can only be looked at. */
import { Checkbox, makeStyles, Radio, RadioGroup, Text, tokens } from '@fluentui/react-components';

import { DOMAINS_MAX } from '../access/settings';
import { useT } from '../i18n';
import { EntryList } from '../parts/EntryList';
import { SettingSwitch } from '../parts/SettingSwitch';
import { type PolicyDraft, type Reach, reachModes } from './model';

const useStyles = makeStyles({
  whole: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  indented: { paddingInlineStart: tokens.spacingHorizontalXXL, display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS, '@media (max-width: 639px)': { paddingInlineStart: tokens.spacingHorizontalM } },
  hint: { color: tokens.colorNeutralForeground2 },
  below: { color: tokens.colorNeutralForeground2, paddingInlineStart: '36px' },
});

interface Props {
  readonly draft: PolicyDraft;
  readonly isGlobal: boolean;
  readonly onChange?: (part: Partial<PolicyDraft>) => void;
}

export function PolicyForm({ draft, isGlobal, onChange }: Props) {
  const styles = useStyles();
  const t = useT();
  const isFixed = !onChange;
  const list = {
    AllowSpecificExternalDomains: 'allowedExternalDomains',
    BlockSpecificExternalDomains: 'blockedExternalDomains',
  } as const;
  const reach = draft.communicationWithExternalOrgs;
  const shown = reach in list ? list[reach as keyof typeof list] : null;
  return (
    <div className={styles.whole}>
      <SettingSwitch label={t('setting.enableFederationAccess')} isOn={draft.enableFederationAccess} isFixed={isFixed} onChange={(isOn) => onChange?.({ enableFederationAccess: isOn })} />
      {draft.enableFederationAccess && (
        <div className={styles.indented}>
          {isGlobal ? (
            <Text className={styles.hint}>{t('policy.globalDomains')}</Text>
          ) : (
            <RadioGroup value={reach} disabled={isFixed} aria-label={t('setting.communicationWithExternalOrgs')} onChange={(_, { value }) => onChange?.({ communicationWithExternalOrgs: value as Reach })}>
              {reachModes.map((one) => <Radio key={one} value={one} label={t(`reach.${one}`)} />)}
            </RadioGroup>
          )}
          {shown && !isGlobal && (
            <EntryList label={t(`setting.${shown}`)} kind="domain" entries={draft[shown]} max={DOMAINS_MAX} fileName={shown} empty={t('domains.policyEmpty')} {...(onChange ? { onChange: (entries) => onChange({ [shown]: entries }) } : {})} />
          )}
        </div>
      )}
      <SettingSwitch label={t('setting.enableTeamsConsumerAccess')} isOn={draft.enableTeamsConsumerAccess} isFixed={isFixed} onChange={(isOn) => onChange?.({ enableTeamsConsumerAccess: isOn })} />
      <div className={styles.indented}>
        <Checkbox checked={draft.enableTeamsConsumerAccess && draft.enableTeamsConsumerInbound} disabled={isFixed || !draft.enableTeamsConsumerAccess} label={t('setting.enableTeamsConsumerInbound')} onChange={(_, { checked }) => onChange?.({ enableTeamsConsumerInbound: checked === true })} />
      </div>
      <div>
        <Checkbox checked={draft.federatedBilateralChats} disabled={isFixed} label={t('setting.federatedBilateralChats')} onChange={(_, { checked }) => onChange?.({ federatedBilateralChats: checked === true })} />
        <Text block size={200} className={styles.below}>{t('policy.bilateralHint')}</Text>
      </div>
      <Text size={200} className={styles.hint}>{t('policy.masters')}</Text>
    </div>
  );
}
