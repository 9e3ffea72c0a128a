import { Button } from '@fluentui/react-components';
import { CloudOffRegular } from '@fluentui/react-icons';
import { useEffect } from 'react';

import { announce } from '../../app/Announcer';
import { EmptyState } from '../../app/EmptyState';
import { useT } from '../../i18n';

/** The list of chats could not be fetched, so far. */
export function ListFailed({ onRetry }: { onRetry: () => void }) {
  const t = useT();
  const text = t('list.failed');
  useEffect(() => announce(text), [text]);
  return (
    <EmptyState icon={<CloudOffRegular />} title={text} action={<Button onClick={onRetry}>{t('common.tryAgain')}</Button>}>
      {t('list.failedHint')}
    </EmptyState>
  );
}
