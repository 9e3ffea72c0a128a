/** Whether a domain that is to be blocked is blocked already, and which policies reach it all the same. */
import { makeStyles, MessageBar, MessageBarBody, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { Fragment } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { href, Link } from '../../app/router';
import { policiesQuery, policyLabel } from '../data';
import { useT } from '../i18n';
import { reaches } from '../policies/model';
import type { Barrier } from './settings';

const useStyles = makeStyles({ link: { color: tokens.colorBrandForegroundLink } });

export function BlockNotice({ domain, by }: { domain: string; by: Barrier | null }) {
  const styles = useStyles();
  const t = useT();
  const { api, id } = useSession();
  const policies = useQuery(policiesQuery(api));
  const names = by === 'off' ? [] : (policies.data ?? []).filter((policy) => reaches(policy, domain)).map((policy) => policyLabel(policy.identity ?? ''));
  if (by === null && names.length === 0) return null;
  return (
    <MessageBar intent={names.length > 0 ? 'warning' : 'info'} layout="multiline" role="status">
      <MessageBarBody>
        {by === 'off' && t('block.off', { domain })}
        {by !== null && by !== 'off' && t('block.already', { domain, mode: t(`mode.${by}`) })}
        {names.length > 0 && (
          <>
            {' '}
            {t('block.reached', { domain, count: names.length })}{' '}
            {names.map((name, index) => <Fragment key={name}>{index > 0 && ', '}<Link className={styles.link} href={href('u', id, 'admin', 'policies', name)}>{name}</Link></Fragment>)}
          </>
        )}
      </MessageBarBody>
    </MessageBar>
  );
}
