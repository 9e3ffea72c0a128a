/** Asks before a page with changes that are not saved is left, by whatever way. */
import { Text } from '@fluentui/react-components';
import { useEffect, useState } from 'react';

import { holdNavigation, navigate } from '../../app/router';
import { useT } from '../i18n';
import { ConfirmDialog } from '../parts/ConfirmDialog';

/** `here` is the address that may be gone about in: what is below it is the same page. */
export function LeaveGuard({ here }: { here: string }) {
  const t = useT();
  const [leaving, setLeaving] = useState<string | null>(null);

  useEffect(() => {
    const release = holdNavigation((to) => {
      const [path = ''] = to.split('?');
      if (path === here || path.startsWith(`${here}/`)) return false;
      setLeaving(to);
      return true;
    });
    // Closing the tab and loading it anew: the browser asks, in its own words.
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => {
      release();
      removeEventListener('beforeunload', ask);
    };
  }, [here]);

  if (leaving === null) return null;
  return (
    <ConfirmDialog
      title={t('leave.title')}
      confirm={t('leave.leave')}
      onClose={() => setLeaving(null)}
      onConfirm={async () => {
        navigate(leaving, { isAnswered: true });
        return { ok: true, value: null };
      }}
    >
      <Text>{t('leave.about')}</Text>
    </ConfirmDialog>
  );
}
