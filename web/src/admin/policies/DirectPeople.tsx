/** The people to whom a policy is assigned directly. */
import { Avatar, Button, makeStyles, Text, tokens } from '@fluentui/react-components';
import { useInfiniteQuery } from '@tanstack/react-query';

import { useSession } from '../../accounts/AccountContext';
import { explainError } from '../../api/explain';
import { href, Link } from '../../app/router';
import { useT as useAppT } from '../../i18n';
import { inPages, readPeopleWith } from '../data';
import { useT } from '../i18n';
import { QueryState } from '../parts/QueryState';

const useStyles = makeStyles({
  list: { margin: 0, padding: 0, listStyleType: 'none', maxBlockSize: '420px', overflowY: 'auto' },
  row: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalM, paddingBlock: tokens.spacingVerticalXS, borderBlockEndWidth: '1px', borderBlockEndStyle: 'solid', borderBlockEndColor: tokens.colorNeutralStroke2 },
  name: { flexGrow: 1, flexBasis: '160px', minInlineSize: 0, overflowWrap: 'anywhere' },
  link: { color: tokens.colorBrandForegroundLink },
  more: { display: 'flex', justifyContent: 'center', paddingBlockStart: tokens.spacingVerticalM },
});

interface Props {
  readonly identity: string;
  /** Without it the list can only be looked at. */
  readonly onTake?: (userId: string, displayName: string) => void;
}

export function DirectPeople({ identity, onTake }: Props) {
  const styles = useStyles();
  const t = useT();
  const tApp = useAppT();
  const { api, id } = useSession();
  const query = useInfiniteQuery(inPages(['admin', 'policies', identity, 'people'], (token) => readPeopleWith(api, identity, token)));
  return (
    <QueryState query={query}>
      {({ pages }) => {
        const people = pages.flatMap((page) => page.items);
        if (people.length === 0) return <Text>{t('assign.noPeople')}</Text>;
        return (
          <div>
            <ul className={styles.list} aria-label={t('assign.people')}>
              {people.map((one) => (
                <li key={one.id} className={styles.row}>
                  <Avatar size={28} name={one.displayName} color="colorful" aria-hidden="true" />
                  <span className={styles.name}><Link className={styles.link} href={href('u', id, 'admin', 'members', one.id)}>{one.displayName}</Link> <Text size={200}>{one.mail ?? one.userPrincipalName}</Text></span>
                  {onTake && <Button size="small" aria-label={t('assign.takeFrom', { group: one.displayName })} onClick={() => onTake(one.id, one.displayName)}>{t('assign.take')}</Button>}
                </li>
              ))}
            </ul>
            <div className={styles.more}>
              {query.isFetchNextPageError && <Text role="alert">{explainError(query.error, tApp).title}</Text>}
              {query.hasNextPage && <Button disabledFocusable={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{query.isFetchingNextPage ? tApp('common.loading') : t('assign.morePeople')}</Button>}
            </div>
          </div>
        );
      }}
    </QueryState>
  );
}
