/** Whom this account has blocked; each can be unblocked. */
import { Button, Text } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';

import { useSession } from '../accounts/AccountContext';
import { valueOf } from '../api/client';
import { Loading } from '../app/Loading';
import { useRoving } from '../app/useRoving';
import { ExternalMark } from '../chat/ExternalMark';
import { unblock } from '../chat/people/blocking';
import { PersonAvatar } from '../chat/PersonAvatar';
import { useT } from '../i18n';
import { date } from '../i18n/formats';
import { useSectionStyles } from './sectionStyles';

export function BlockedPeople() {
  const styles = useSectionStyles();
  const t = useT();
  const session = useSession();
  const { api } = session;
  const blocked = useQuery({ queryKey: ['blocked'], queryFn: async () => (await valueOf(api.GET('/v1.0/me/externalContacts/blocked'))).value });
  const roving = useRoving(useMemo(() => (blocked.data ?? []).map(({ id }) => id), [blocked.data]));

  return (
    <div className={styles.group}>
      <Text as="h2" size={400} weight="semibold">{t('privacy.blocked')}</Text>
      {blocked.isPending && <Loading />}
      {blocked.isError && <Text>{t('failure.unknown')} <Button size="small" onClick={() => void blocked.refetch()}>{t('common.tryAgain')}</Button></Text>}
      {blocked.data?.length === 0 && <Text className={styles.quiet}>{t('privacy.nobodyBlocked')}</Text>}
      <ul className={styles.list} {...roving.box}>
        {blocked.data?.map((contact) => (
          <li key={contact.id} className={styles.row}>
            <div className={styles.who}>
              <PersonAvatar id={contact.id} name={contact.identity.displayName} showsPresence={false} />
              <div className={styles.grow}>
                <Text block weight="semibold">{contact.identity.displayName} <ExternalMark person={contact.identity} isLong /></Text>
                <Text block size={200} className={styles.quiet}>{[contact.email, t('privacy.blockedSince', { date: date(contact.blockedDateTime) })].filter(Boolean).join(' · ')}</Text>
              </div>
            </div>
            <Button data-roving={contact.id} tabIndex={contact.id === roving.reachable ? 0 : -1} onClick={() => void unblock(session, { id: contact.id, displayName: contact.identity.displayName }, t)}>{t('privacy.unblock')}</Button>
          </li>
        ))}
      </ul>
    </div>
  );
}
