import { makeStyles, Spinner } from '@fluentui/react-components';

import { useT } from '../i18n';

const useStyles = makeStyles({
  centre: { flexGrow: 1, display: 'flex', alignItems: 'center', justifyContent: 'center' },
});

/** Something is on its way. */
export function Loading({ label }: { label?: string }) {
  const styles = useStyles();
  const t = useT();
  return (
    <div className={styles.centre}>
      {/* The label comes as late as the rest; the name is there from the beginning. */}
      <Spinner size="small" aria-label={label ?? t('common.loading')} label={label ?? t('common.loading')} delay={200} />
    </div>
  );
}
