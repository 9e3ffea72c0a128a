import { PlugDisconnectedRegular } from '@fluentui/react-icons';

import { useSession } from '../accounts/AccountContext';
import type { Session } from '../accounts/session';
import { useT } from '../i18n';
import { EmptyState } from './EmptyState';

/** Stands where something would be that cannot come any more; the note above leads to signing in. */
export function SessionEnded({ session }: { session?: Session | undefined }) {
  const t = useT();
  const around = useSession();
  const { displayName: name } = (session ?? around).user;
  return <EmptyState icon={<PlugDisconnectedRegular />} title={t('connection.signedOut', { name })} />;
}
