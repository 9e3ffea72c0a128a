/** Who is in a group, page by page; a search looks through all of them. */
import { Avatar, Button, makeStyles, Text, tokens } from '@fluentui/react-components';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { explainError } from '../../api/explain';
import type { User } from '../../api/schema.gen';
import { href, Link } from '../../app/router';
import { SearchField } from '../../app/SearchField';
import { useT as useAppT } from '../../i18n';
import { compareNames } from '../../i18n/formats';
import { groupMembersQuery, inPages, readGroupMembers } from '../data';
import { useT } from '../i18n';
import { QueryState } from '../parts/QueryState';

/** Found people that are drawn; who looks for one of more types more. */
const SHOWN_MAX = 100;

const useStyles = makeStyles({
  search: { maxInlineSize: '420px', inlineSize: '100%' },
  list: { margin: 0, padding: 0, listStyleType: 'none', maxBlockSize: '520px', overflowY: 'auto' },
  row: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalM, paddingBlock: tokens.spacingVerticalXS, borderBlockEndWidth: '1px', borderBlockEndStyle: 'solid', borderBlockEndColor: tokens.colorNeutralStroke2 },
  name: { flexGrow: 1, minInlineSize: 0, overflowWrap: 'anywhere' },
  link: { color: tokens.colorBrandForegroundLink },
  more: { display: 'flex', justifyContent: 'center', paddingBlockStart: tokens.spacingVerticalM },
});

interface Props {
  readonly groupId: string;
  /** Without it the list can only be looked at. */
  readonly onRemove?: (person: User) => void;
  /** Whether the buttons wait. */
  readonly isWaiting: boolean;
}

export function GroupMembers({ groupId, ...rows }: Props) {
  const styles = useStyles();
  const t = useT();
  const tApp = useAppT();
  const { api } = useSession();
  const [text, setText] = useState('');
  const search = useDeferredValue(text.trim().toLowerCase());
  const query = useInfiniteQuery(inPages(['admin', 'groups', groupId, 'members', 'pages'], (token) => readGroupMembers(api, groupId, token)));
  return (
    <QueryState query={query}>
      {({ pages }) => {
        const people = pages.flatMap((page) => page.items);
        if (people.length === 0) return <Text>{t('groups.nobody')}</Text>;
        // What comes in pages comes in the server's order; a single page is put in the order of names.
        const isWhole = pages.length === 1 && !query.hasNextPage;
        return (
          <>
            <SearchField className={styles.search} value={text} placeholder={t('groups.searchMembers')} aria-label={t('groups.searchMembers')} onChange={(_, { value }) => setText(value)} />
            {search === '' ? (
              <>
                <Rows people={isWhole ? byName(people) : people} {...rows} />
                <div className={styles.more}>
                  {query.isFetchNextPageError && <Text role="alert">{explainError(query.error, tApp).title}</Text>}
                  {query.hasNextPage && <Button disabledFocusable={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{query.isFetchingNextPage ? tApp('common.loading') : t('members.more')}</Button>}
                </div>
              </>
            ) : (
              <Found groupId={groupId} search={search} {...rows} />
            )}
          </>
        );
      }}
    </QueryState>
  );
}

function Found({ groupId, search, ...rows }: Props & { search: string }) {
  const t = useT();
  const { api } = useSession();
  const query = useQuery(groupMembersQuery(api, groupId));
  return (
    <QueryState query={query}>
      {(everybody) => {
        const found = byName(everybody.filter((one) => [one.displayName, one.mail, one.userPrincipalName].some((name) => name?.toLowerCase().includes(search))));
        if (found.length === 0) return <Text role="status">{t('groups.nobodyFound', { text: search })}</Text>;
        return (
          <>
            <Rows people={found.slice(0, SHOWN_MAX)} {...rows} />
            {found.length > SHOWN_MAX && <Text>{t('groups.narrow', { count: found.length - SHOWN_MAX })}</Text>}
          </>
        );
      }}
    </QueryState>
  );
}

function Rows({ people, onRemove, isWaiting }: { people: readonly User[] } & Omit<Props, 'groupId'>) {
  const styles = useStyles();
  const t = useT();
  const { id } = useSession();
  return (
    <ul className={styles.list} aria-label={t('groups.members')}>
      {people.map((one) => (
        <li key={one.id} className={styles.row}>
          <Avatar size={28} name={one.displayName} color="colorful" aria-hidden="true" />
          <span className={styles.name}><Link className={styles.link} href={href('u', id, 'admin', 'members', one.id)}>{one.displayName}</Link> <Text size={200}>{one.mail ?? one.userPrincipalName}</Text></span>
          {onRemove && <Button size="small" disabledFocusable={isWaiting} aria-label={t('groups.removePerson', { name: one.displayName })} onClick={() => onRemove(one)}>{t('groups.remove')}</Button>}
        </li>
      ))}
    </ul>
  );
}

function byName(people: readonly User[]): readonly User[] {
  return people.toSorted((one, other) => compareNames(one.displayName, other.displayName));
}
