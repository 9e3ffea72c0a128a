/** What a list or a page shows while it is fetched, and when that did not work. */
import { Button } from '@fluentui/react-components';
import { PlugDisconnectedRegular } from '@fluentui/react-icons';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import { explainError } from '../../api/explain';
import { EmptyState } from '../../app/EmptyState';
import { Loading } from '../../app/Loading';
import { useT as useAppT } from '../../i18n';

interface Props<V> {
  readonly query: Pick<UseQueryResult<V>, 'data' | 'error' | 'isPending' | 'refetch'>;
  readonly children: (value: V) => ReactNode;
  /** Whether it is the whole page. */
  readonly isPage?: boolean;
}

export function QueryState<V>({ query, children, isPage = false }: Props<V>) {
  const t = useAppT();
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.isPending) return <Loading />;
  const { title, hint } = explainError(query.error, t);
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
