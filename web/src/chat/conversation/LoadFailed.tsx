import { Button } from '@fluentui/react-components';
import { CloudOffRegular } from '@fluentui/react-icons';

import { EmptyState } from '../../app/EmptyState';
import { useT } from '../../i18n';

export function LoadFailed({ onRetry }: { onRetry: () => void }) {
  const t = useT();
  return (
    <EmptyState icon={<CloudOffRegular />} title={t('chat.loadFailed')} action={<Button onClick={onRetry}>{t('common.tryAgain')}</Button>}>
      {t('failure.offlineHint')}
    </EmptyState>
  );
}
