/** Whom to ask when one's own side refuses: those who can change it, one press away. */
import { Link, makeStyles } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { Fragment } from 'react';

import { useSession } from '../accounts/AccountContext';
import { valueOf } from '../api/client';
import { href, navigate } from '../app/router';
import { toastFailure } from '../app/toasts';
import { useT } from '../i18n';
import { oneOnOneWith } from './newChat/create';

const useStyles = makeStyles({ name: { fontSize: 'inherit', lineHeight: 'inherit' } });

export function WhomToAsk() {
  const styles = useStyles();
  const t = useT();
  const session = useSession();
  const found = useQuery({
    queryKey: ['whomToAsk'],
    enabled: !session.isPersonal,
    queryFn: async () => (await valueOf(session.api.GET('/v1.0/me/externalAccessAdministrators'))).value,
  });
  const people = found.data ?? [];
  if (people.some(({ id }) => id === session.id)) {
    return <Link inline className={styles.name} href={href('u', session.id, 'admin', 'external-access')} onClick={(event) => { event.preventDefault(); navigate(href('u', session.id, 'admin', 'external-access')); }}>{t('ask.yourself')}</Link>;
  }
  if (people.length === 0) return t('failure.askAdministrator');

  async function write(id: string): Promise<void> {
    const chat = await oneOnOneWith(session, id);
    if (!chat.ok) return toastFailure(chat.failure);
    return navigate(href('u', session.id, 'chats', chat.value.id));
  }

  return (
    <>
      {t('ask.who', { count: people.length })}{' '}
      {people.map(({ id, displayName }, at) => (
        <Fragment key={id}>{at > 0 && ', '}<Link as="button" inline className={styles.name} onClick={() => void write(id)}>{displayName}</Link></Fragment>
      ))}.
    </>
  );
}
