/** Stands where a person or a group would be that is not there any more, and leads to those that are. */
import { makeStyles, tokens } from '@fluentui/react-components';

import { useSession } from '../../accounts/AccountContext';
import { href, Link } from '../../app/router';
import { useT } from '../i18n';
import { Page } from '../parts/Page';

const useStyles = makeStyles({ link: { color: tokens.colorBrandForegroundLink } });

export function Gone({ title, area, all }: { title: string; area: 'groups' | 'members'; all: string }) {
  const styles = useStyles();
  const t = useT();
  const { id } = useSession();
  return (
    <Page title={title} about={t('gone.about')}>
      <div><Link className={styles.link} href={href('u', id, 'admin', area)}>{all}</Link></div>
    </Page>
  );
}
