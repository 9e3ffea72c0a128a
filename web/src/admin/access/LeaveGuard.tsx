/** Asks before a page with changes that are not saved is left, by whatever way. */
import { Text } from '@fluentui/react-components';
import { useEffect, useRef, useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { holdNavigation, href, navigate } from '../../app/router';
import { useT } from '../i18n';
import { ConfirmDialog } from '../parts/ConfirmDialog';

/** `area` is what may be gone about in: its sections are the same page. */
export function LeaveGuard({ area }: { area: string }) {
  const t = useT();
  const { id } = useSession();
  const [leaving, setLeaving] = useState<string | null>(null);
  const release = useRef(() => {});
  const here = href('u', id, 'admin', area);

  useEffect(() => {
    release.current = holdNavigation((to) => {
      const [path = ''] = to.split('?');
      if (path === here || path.startsWith(`${here}/`)) return false;
      setLeaving(to);
      return true;
    });
    // Closing the tab and loading it anew: the browser asks, in its own words.
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => {
      release.current();
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
        release.current();
        navigate(leaving);
        return { ok: true, value: null };
      }}
    >
      <Text>{t('leave.about')}</Text>
    </ConfirmDialog>
  );
}
