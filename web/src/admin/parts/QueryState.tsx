/** What a list or a page shows while it is fetched, and when that did not work. */
import { Button } from '@fluentui/react-components';
import { PlugDisconnectedRegular } from '@fluentui/react-icons';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import { explain, explainError } from '../../api/explain';
import { offline } from '../../api/failure';
import { EmptyState } from '../../app/EmptyState';
import { Loading } from '../../app/Loading';
import { useT as useAppT } from '../../i18n';

interface Props<V> {
  readonly query: Pick<UseQueryResult<V>, 'data' | 'error' | 'isPending' | 'fetchStatus' | 'refetch'>;
  readonly children: (value: V) => ReactNode;
  /** Whether it is the whole page. */
  readonly isPage?: boolean;
}

export function QueryState<V>({ query, children, isPage = false }: Props<V>) {
  const t = useAppT();
  if (query.data !== undefined) return <>{children(query.data)}</>;
  // Without a network the question waits, and is asked by itself when there is one.
  const isWaiting = query.fetchStatus === 'paused';
  if (query.isPending && !isWaiting) return <Loading />;
  const { title, hint } = isWaiting ? explain(offline, t) : explainError(query.error, t);
  return (
    <div role="alert">
      <EmptyState
        icon={<PlugDisconnectedRegular />}
        title={title}
        isPage={isPage}
        action={<Button onClick={() => void query.refetch()}>{t('common.tryAgain')}</Button>}
      >
        {hint}
      </EmptyState>
    </div>
  );
}
