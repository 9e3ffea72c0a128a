/** One entry of the trail by itself, under an address that can be passed on. */
import { makeStyles, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';

import { useSession } from '../../accounts/AccountContext';
import { valueOf } from '../../api/client';
import type { AuditEvent } from '../../api/schema.gen';
import { href, Link } from '../../app/router';
import { useT } from '../i18n';
import { Page, Section } from '../parts/Page';
import { QueryState } from '../parts/QueryState';
import { EventDetail } from './EventDetail';
import { kindName } from './kindName';
import { useNames } from './names';

const useStyles = makeStyles({ back: { color: tokens.colorBrandForegroundLink } });

export function EventPage({ eventId }: { eventId: string }) {
  const styles = useStyles();
  const t = useT();
  const { api, id } = useSession();
  const query = useQuery({
    queryKey: ['admin', 'trail', 'entry', eventId],
    queryFn: () => valueOf(api.GET('/v1.0/admin/teams/externalAccess/auditEvents/{event_id}', { params: { path: { event_id: eventId } } })),
  });
  return (
    <Page title={t('audit.entryTitle')}>
      <div><Link className={styles.back} href={href('u', id, 'admin', 'audit')}>{t('audit.all')}</Link></div>
      <QueryState query={query}>{(event) => <Entry event={event} />}</QueryState>
    </Page>
  );
}

function Entry({ event }: { event: AuditEvent }) {
  const t = useT();
  const nameOf = useNames([event]);
  return <Section title={kindName(event.kind, t)}><EventDetail event={event} nameOf={nameOf} isAlone /></Section>;
}
