/** Who finds this account, who may add it, what it shows to people from outside, and whom it has blocked. */
import { Button, Field, Radio, RadioGroup, Switch, Text } from '@fluentui/react-components';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { useSession } from '../accounts/AccountContext';
import { RefusedError, valueOf } from '../api/client';
import { explain } from '../api/explain';
import type { ExternalChatSettings } from '../api/schema.gen';
import { Loading } from '../app/Loading';
import { toast, toastFailure } from '../app/toasts';
import { useT } from '../i18n';
import { BlockedPeople } from './BlockedPeople';
import { useSectionStyles } from './sectionStyles';
import { SwitchGroup } from './SwitchGroup';

const KEY = ['settings', 'externalChat'];
const adders = ['everyone', 'contacts'] as const;

export function PrivacySection() {
  const styles = useSectionStyles();
  const t = useT();
  const { api } = useSession();
  const queries = useQueryClient();
  const settings = useQuery({ queryKey: KEY, queryFn: () => valueOf(api.GET('/v1.0/me/settings/externalChat')) });
  const change = useMutation({
    mutationFn: (body: Partial<ExternalChatSettings>) => valueOf(api.PATCH('/v1.0/me/settings/externalChat', { body: body as ExternalChatSettings })),
    onSuccess: (saved) => {
      queries.setQueryData(KEY, saved);
      toast({ intent: 'success', title: t('settings.saved') });
    },
    onError: (error) => { if (error instanceof RefusedError) toastFailure(error.failure); },
  });

  if (settings.isPending) return <Loading />;
  if (settings.isError) {
    const failure = settings.error instanceof RefusedError ? explain(settings.error.failure, t).title : t('failure.unknown');
    return <div className={styles.group}><Text>{failure}</Text><div><Button onClick={() => void settings.refetch()}>{t('common.tryAgain')}</Button></div></div>;
  }
  const { isDiscoverableByEmail, isDiscoverableByPhone, whoCanAddMeToGroups, sendReadReceiptsToExternal, showPresenceToExternal } = settings.data;
  // Only personal accounts have these: an organisation's terms decide for the others.
  const isPersonal = whoCanAddMeToGroups != null;
  return (
    <section className={styles.section} aria-label={t('settings.section.privacy')}>
      {isPersonal && (
        <SwitchGroup label={t('privacy.found')} hint={t('privacy.foundHint')}>
          <Switch label={t('privacy.byEmail')} checked={isDiscoverableByEmail === true} onChange={(_, { checked }) => change.mutate({ isDiscoverableByEmail: checked })} />
          <Switch label={t('privacy.byPhone')} checked={isDiscoverableByPhone === true} onChange={(_, { checked }) => change.mutate({ isDiscoverableByPhone: checked })} />
        </SwitchGroup>
      )}
      {isPersonal && (
        <Field label={t('privacy.groups')}>
          <RadioGroup value={whoCanAddMeToGroups} onChange={(_, { value }) => change.mutate({ whoCanAddMeToGroups: value as 'everyone' | 'contacts' })}>
            {adders.map((who) => <Radio key={who} value={who} label={t(`privacy.groups.${who}`)} />)}
          </RadioGroup>
        </Field>
      )}
      <SwitchGroup label={t('privacy.outside')} hint={t('privacy.outsideHint')}>
        <Switch label={t('privacy.presence')} checked={showPresenceToExternal === true} onChange={(_, { checked }) => change.mutate({ showPresenceToExternal: checked })} />
        <Switch label={t('privacy.receipts')} checked={sendReadReceiptsToExternal === true} onChange={(_, { checked }) => change.mutate({ sendReadReceiptsToExternal: checked })} />
      </SwitchGroup>
      <BlockedPeople />
    </section>
  );
}
