/** The administration centre. `path` is what follows `/u/{account}/admin`. */
import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';

import { useSession } from '../accounts/AccountContext';
import { valueOf } from '../api/client';
import { Loading } from '../app/Loading';
import { useT } from './i18n';

const useStyles = makeStyles({
  screen: { flexGrow: 1, overflowY: 'auto', padding: tokens.spacingHorizontalXXL },
});

export default function AdminScreen(_: { path: readonly string[] }) {
  const styles = useStyles();
  const t = useT();
  const { api } = useSession();
  const organisation = useQuery({
    queryKey: ['organisation'],
    queryFn: async () => (await valueOf(api.GET('/v1.0/organization'))).value[0] ?? null,
  });
  if (organisation.isPending) return <Loading />;
  return (
    <main className={styles.screen}>
      <Text as="h1" size={600} weight="semibold">{t('title', { name: organisation.data?.displayName ?? '' })}</Text>
    </main>
  );
}
