/** External access: who outside may talk with people of the organisation (1.3, 2.2, 2.4, 2.5). */
import { Button, Checkbox, makeStyles, MessageBar, MessageBarBody, Radio, RadioGroup, Text, tokens } from '@fluentui/react-components';
import { ShieldLockRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { href, navigate, useSearch } from '../../app/router';
import { type Configuration, configurationQuery, type Versioned } from '../data';
import { LeaveGuard } from '../editing/LeaveGuard';
import { Meanwhile } from '../editing/Meanwhile';
import { SaveBar } from '../editing/SaveBar';
import { type Editing, useEditing } from '../editing/useEditing';
import { useT } from '../i18n';
import { normalised } from '../parts/entries';
import { EntryList } from '../parts/EntryList';
import { Page, Section } from '../parts/Page';
import { QueryState } from '../parts/QueryState';
import { SettingSwitch } from '../parts/SettingSwitch';
import { rolesOf } from '../roles';
import { BlockNotice } from './BlockNotice';
import { isDelegatedTo, mayChange } from './rights';
import { type Barrier, barrierTo, blocking, BLOCKED_PEOPLE_MAX, configurationSubject, DOMAINS_MAX, type DomainMode, domainModes, type Draft, emptied, type Patch, type Setting } from './settings';
import { StrictDialog } from './StrictDialog';

const useStyles = makeStyles({
  indented: { paddingInlineStart: tokens.spacingHorizontalXXL, display: 'flex', flexDirection: 'column', '@media (max-width: 639px)': { paddingInlineStart: tokens.spacingHorizontalM } },
  mode: { display: 'flex', flexDirection: 'column' },
  hint: { color: tokens.colorNeutralForeground2 },
  /** Below the words of a checkbox, not below its box. */
  below: { color: tokens.colorNeutralForeground2, paddingInlineStart: '36px' },
});

export function ExternalAccessPage({ section }: { section: string | undefined }) {
  const { api } = useSession();
  const query = useQuery(configurationQuery(api));
  return <QueryState query={query} isPage>{(read) => <Editor read={read} section={section} />}</QueryState>;
}

/** What of the page somebody may change. */
interface Part {
  readonly editing: Editing<Configuration, Draft, Patch>;
  readonly may: (setting: Setting) => boolean;
}

function Editor({ read, section }: { read: Versioned<Configuration>; section: string | undefined }) {
  const t = useT();
  const { id, user } = useSession();
  const [isStrict, setStrict] = useState(false);
  /** Which domain somebody wanted to block, and what did so before. */
  const [asked, setAsked] = useState<{ readonly domain: string; readonly by: Barrier | null } | null>(null);
  const editing = useEditing(read, configurationSubject);
  const { base } = editing;
  const roles = rolesOf(user);
  const isDelegated = isDelegatedTo(user, base);
  const may = (setting: Setting) => mayChange(user, base, setting);
  const part: Part = { editing, may };

  const toBlock = normalised(useSearch().get('block') ?? '', 'domain');
  const { change, draft } = editing;
  const mayBlock = may('blockedDomains');
  if (toBlock && toBlock !== asked?.domain) setAsked({ domain: toBlock, by: barrierTo(draft, toBlock) });
  useEffect(() => {
    if (!toBlock) return;
    // Taken over once: whoever comes back, or loads the page again, is not asked again.
    navigate(location.pathname, { replace: true });
    if (mayBlock) change(blocking(draft, toBlock));
  }, [toBlock, mayBlock, change, draft]);

  useEffect(() => {
    if (!section) return;
    const target = document.getElementById(section);
    target?.scrollIntoView({ block: 'start' });
    target?.focus({ preventScroll: true });
  }, [section]);

  return (
    <Page
      title={t('access.title')}
      about={t('access.about')}
      acts={roles.isExternalAccess && <Button icon={<ShieldLockRegular />} onClick={() => setStrict(true)}>{t('strict.open')}</Button>}
    >
      {!roles.isExternalAccess && (
        <MessageBar layout="multiline"><MessageBarBody>{isDelegated ? t('access.delegated') : t('access.readOnly')}</MessageBarBody></MessageBar>
      )}
      <Meanwhile editing={editing} />
      <PersonalAccounts {...part} />
      <Organisations {...part} notice={asked && <BlockNotice {...asked} />} />
      <TrialOrganisations {...part} />
      <BlockedPeople {...part} />
      <Groups {...part} />
      <SaveBar editing={editing} simulated={{ configuration: editing.patch }} title={t('access.saveTitle')} />
      {editing.changes.length > 0 && <LeaveGuard here={href('u', id, 'admin', 'external-access')} />}
      {isStrict && <StrictDialog draft={editing.draft} onApply={editing.change} onClose={() => setStrict(false)} />}
    </Page>
  );
}

/** S-30, S-31: the toggle and the checkbox in their own words. */
function PersonalAccounts({ editing: { base, draft, change }, may }: Part) {
  const styles = useStyles();
  const t = useT();
  return (
    <Section id="allowTeamsConsumer" title={t('personal.title')} hint={t('personal.about')}>
      <SettingSwitch label={t('setting.allowTeamsConsumer')} isOn={draft.allowTeamsConsumer} isFixed={!may('allowTeamsConsumer')} onChange={(isOn) => change({ allowTeamsConsumer: isOn })} />
      <div className={styles.indented}>
        <Checkbox
          checked={draft.allowTeamsConsumer && draft.allowTeamsConsumerInbound}
          disabled={!draft.allowTeamsConsumer || !may('allowTeamsConsumerInbound')}
          label={t('setting.allowTeamsConsumerInbound')}
          onChange={(_, { checked }) => change({ allowTeamsConsumerInbound: checked === true })}
        />
        <Text size={200} className={styles.below}>{draft.allowTeamsConsumer ? t('personal.inboundHint') : t('personal.off')}</Text>
      </div>
      {/* Only the API and the command line switch it on; what decides must be seen, and can be ended, here. */}
      {base.restrictTeamsConsumerToExternalUserProfiles && (
        <div>
          <SettingSwitch label={t('setting.restrictTeamsConsumerToExternalUserProfiles')} isOn={draft.restrictTeamsConsumerToExternalUserProfiles} isFixed={!may('restrictTeamsConsumerToExternalUserProfiles')} onChange={(isOn) => change({ restrictTeamsConsumerToExternalUserProfiles: isOn })} />
          <Text block size={200} className={styles.below}>{t('personal.restrictedHint')}</Text>
        </div>
      )}
    </Section>
  );
}

/** A-01, and the four modes with their lists. */
function Organisations({ editing: { draft, saved, change }, may, notice }: Part & { notice: ReactNode }) {
  const styles = useStyles();
  const t = useT();
  const isOff = !draft.allowFederatedUsers;
  const lists = {
    allowSpecific: ['allowedDomains', t('domains.allowedEmpty')],
    blockSpecific: ['blockedDomains', t('domains.blockedEmpty')],
  } as const;
  // Whoever may edit only the list of blocked domains begins it from here: with the first entry it is in force.
  const isBeginning = draft.mode === 'allowAll' && may('blockedDomains') && !may('mode');
  const mode = isBeginning ? 'blockSpecific' : draft.mode;
  const shown = mode === 'allowSpecific' || mode === 'blockSpecific' ? lists[mode] : null;
  return (
    <Section id="allowedDomains" title={t('domains.title')} hint={t('domains.about')}>
      {notice}
      <SettingSwitch label={t('setting.allowFederatedUsers')} isOn={draft.allowFederatedUsers} isFixed={!may('allowFederatedUsers')} onChange={(isOn) => change({ allowFederatedUsers: isOn })} />
      {isOff && <MessageBar intent="warning" layout="multiline"><MessageBarBody>{t('domains.off')}</MessageBarBody></MessageBar>}
      <RadioGroup value={draft.mode} disabled={!may('mode') || isOff} aria-label={t('setting.mode')} onChange={(_, { value }) => change({ mode: value as DomainMode })}>
        {domainModes.map((mode) => (
          <Radio key={mode} value={mode} label={<span className={styles.mode}>{t(`mode.${mode}`)}<Text size={200} className={styles.hint}>{t(`mode.about.${mode}`)}</Text></span>} />
        ))}
      </RadioGroup>
      {emptied(draft, saved).map((name) => (
        <MessageBar key={name} intent="warning" layout="multiline">
          <MessageBarBody>{t('domains.emptied', { list: t(`setting.${name}`), entries: t('diff.entries', { count: draft[name].length }) })}</MessageBarBody>
        </MessageBar>
      ))}
      {shown && (
        <div id={shown[0]} tabIndex={-1}>
          <EntryList
            label={t(`setting.${shown[0]}`)}
            kind="domain"
            entries={draft[shown[0]]}
            max={DOMAINS_MAX}
            fileName={shown[0]}
            empty={shown[1]}
            {...(may(shown[0]) ? { onChange: (entries) => change({ [shown[0]]: entries, mode }) } : {})}
          />
        </div>
      )}
      {draft.mode === 'blockSpecific' && (
        <Checkbox checked={draft.blockAllSubdomains} disabled={!may('blockAllSubdomains')} label={t('setting.blockAllSubdomains')} onChange={(_, { checked }) => change({ blockAllSubdomains: checked === true })} />
      )}
      {(draft.mode === 'allowAll' || draft.mode === 'blockSpecific') && (
        <div>
          <Checkbox checked={draft.treatDiscoveredPartnersAsUnverified} disabled={!may('treatDiscoveredPartnersAsUnverified') || isOff} label={t('setting.treatDiscoveredPartnersAsUnverified')} onChange={(_, { checked }) => change({ treatDiscoveredPartnersAsUnverified: checked === true })} />
          <Text block size={200} className={styles.below}>{t('domains.unverifiedHint')}</Text>
        </div>
      )}
    </Section>
  );
}

/** */
function TrialOrganisations({ editing: { draft, change }, may }: Part) {
  const t = useT();
  const isAllowed = draft.externalAccessWithTrialTenants === 'Allowed';
  return (
    <Section id="externalAccessWithTrialTenants" title={t('trial.title')} hint={t('trial.about')}>
      <SettingSwitch label={t('trial.allow')} isOn={isAllowed} isFixed={!may('externalAccessWithTrialTenants')} onChange={(isOn) => change({ externalAccessWithTrialTenants: isOn ? 'Allowed' : 'Blocked' })} />
      {isAllowed ? (
        <Text>{t('trial.allAllowed')}</Text>
      ) : (
        <EntryList
          label={t('setting.allowedTrialTenantDomains')}
          kind="domain"
          entries={draft.allowedTrialTenantDomains}
          max={DOMAINS_MAX}
          fileName="allowedTrialTenantDomains"
          empty={t('trial.empty')}
          {...(may('allowedTrialTenantDomains') ? { onChange: (allowedTrialTenantDomains) => change({ allowedTrialTenantDomains }) } : {})}
        />
      )}
    </Section>
  );
}

/** */
function BlockedPeople({ editing: { draft, change }, may }: Part) {
  const t = useT();
  return (
    <Section id="blockedUsers" title={t('blocked.title')} hint={t('blocked.about')}>
      <SettingSwitch label={t('setting.blockExternalUserAccess')} isOn={draft.blockExternalUserAccess} isFixed={!may('blockExternalUserAccess')} onChange={(isOn) => change({ blockExternalUserAccess: isOn })} />
      {!draft.blockExternalUserAccess && draft.blockedUsers.length > 0 && (
        <MessageBar intent="warning" layout="multiline"><MessageBarBody>{t('blocked.noEffect')}</MessageBarBody></MessageBar>
      )}
      <EntryList
        label={t('setting.blockedUsers')}
        kind="person"
        entries={draft.blockedUsers}
        max={BLOCKED_PEOPLE_MAX}
        fileName="blockedUsers"
        empty={t('blocked.empty')}
        {...(may('blockedUsers') ? { onChange: (blockedUsers) => change({ blockedUsers }) } : {})}
      />
      <Checkbox
        checked={draft.securityTeamAllowBlockListDelegation === 'Enabled'}
        disabled={!may('securityTeamAllowBlockListDelegation')}
        label={t('setting.securityTeamAllowBlockListDelegation')}
        onChange={(_, { checked }) => change({ securityTeamAllowBlockListDelegation: checked ? 'Enabled' : 'Disabled' })}
      />
    </Section>
  );
}

/** The two participant flags, G-10 and G-11. */
function Groups({ editing: { draft, change }, may }: Part) {
  const styles = useStyles();
  const t = useT();
  const flags = ['enableMutualFederationForChatParticipants', 'enableExternalAccessRestrictionsForChatParticipants'] as const;
  return (
    <Section id={flags[0]} title={t('groupsFlags.title')} hint={t('groupsFlags.about')}>
      {flags.map((flag) => (
        <div key={flag}>
          <Checkbox checked={draft[flag]} disabled={!may(flag)} label={t(`setting.${flag}`)} onChange={(_, { checked }) => change({ [flag]: checked === true })} />
          <Text block size={200} className={styles.below}>{t(`groupsFlags.about.${flag}`)}</Text>
        </div>
      ))}
    </Section>
  );
}
