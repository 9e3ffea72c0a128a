/** Says that people from outside read along, and whose; louder when one's own side does not know them. */
import { makeStyles, mergeClasses, MessageBar, MessageBarBody, MessageBarTitle, tokens } from '@fluentui/react-components';
import { useMemo } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { SHORT } from '../../app/short';
import { useT } from '../../i18n';
import { list } from '../../i18n/formats';
import type { Entry } from '../../live/state';
import { homesOf, isUnfamiliar, others } from '../naming';

const useStyles = makeStyles({
  bar: {
    flexShrink: 0,
    borderRadius: 0,
    borderInlineWidth: '0',
    borderBlockStartWidth: '0',
    [SHORT]: { minBlockSize: 'auto', paddingBlock: '2px' },
    '@media (max-width: 479px)': { paddingInline: tokens.spacingHorizontalS, columnGap: tokens.spacingHorizontalXXS },
  },
  // The warning comes first where there is little room.
  roomy: { '@media (max-width: 799px)': { display: 'none' } },
  // On a low screen there is room for whose people they are, and for the warning.
  high: { [SHORT]: { display: 'none' } },
  // What is said stays whole on a phone, in less room.
  text: { '@media (max-width: 479px)': { fontSize: tokens.fontSizeBase200, lineHeight: tokens.lineHeightBase200, '& *': { fontSize: tokens.fontSizeBase200, lineHeight: tokens.lineHeightBase200 } } },
});

export function ExternalBanner({ entry }: { entry: Entry }) {
  const styles = useStyles();
  const t = useT();
  const { id, isPersonal } = useSession();
  const people = useMemo(() => others(entry, id), [entry, id]);
  const { organisations, hasPersonal } = homesOf(people);
  // Whoever is in it no more is told of nobody who reads what is written now.
  if (!entry.chat.viewpoint.isMember || (organisations.length === 0 && !hasPersonal)) return null;
  const names = list([...organisations, ...(hasPersonal ? [t('banner.personal')] : [])]);
  const strangers = people.filter(isUnfamiliar);
  const isLoud = strangers.length > 0;
  return (
    <MessageBar intent={isLoud ? 'warning' : 'info'} className={styles.bar} layout="multiline">
      <MessageBarBody className={styles.text}>
        <MessageBarTitle>{t('banner.title', { names })}</MessageBarTitle>
        {isLoud && t(isPersonal ? 'banner.unfamiliarToYou' : 'banner.unfamiliar', { count: strangers.length, name: strangers[0]?.displayName ?? '' })}
        <span className={mergeClasses(styles.high, isLoud && styles.roomy)}>{isLoud && ' '}{organisations.length > 0 ? t('banner.organisations') : t('banner.personalOnly')}</span>
      </MessageBarBody>
    </MessageBar>
  );
}
