/** Says that somebody is from outside, and how well one's own side knows them. Nothing for colleagues. */
import { Badge, makeStyles, mergeClasses, Tooltip } from '@fluentui/react-components';

import { Explained } from '../app/Explained';
import { useT } from '../i18n';

const useStyles = makeStyles({
  mark: { flexShrink: 0, maxInlineSize: '100%', whiteSpace: 'nowrap', overflow: 'hidden', textOverflow: 'ellipsis' },
  // How well one knows them stays readable, the organisation as far as there is room.
  narrow: { display: 'block', flexShrink: 1000, minInlineSize: '68px', lineHeight: '16px' },
});

interface Props {
  readonly person: { readonly isExternal: boolean; readonly trust: string; readonly organisationName?: string | null };
  /** With the name of the organisation, where there is room. */
  readonly isLong?: boolean;
  /** In a line that has little room: the name of the organisation gives way first. */
  readonly isNarrow?: boolean;
  /** Where it stands by itself, the explanation is reached by keyboard, too; within a link or an option it is not. */
  readonly tabIndex?: 0 | -1;
}

export function ExternalMark({ person, isLong = false, isNarrow = false, tabIndex }: Props) {
  const styles = useStyles();
  const t = useT();
  if (!person.isExternal) return null;
  const { label, colour } = lookOf(person.trust);
  const home = person.organisationName ?? t('mark.personalHome');
  const parts = person.organisationName && (isLong || isNarrow) ? [t(label), person.organisationName] : [t(label)];
  const text = (isNarrow ? parts : parts.toReversed()).join(' · ');
  const trust = person.trust === 'familiar' || person.trust === 'unverified' || person.trust === 'personal' ? person.trust : 'unfamiliar';
  const content = t(`mark.explain.${trust}`, { home });
  const badge = <Badge appearance="tint" color={colour} size="small" shape="rounded" className={mergeClasses(styles.mark, isNarrow && styles.narrow)}>{text}</Badge>;
  if (tabIndex !== undefined) return <Explained content={content} tabIndex={tabIndex}>{badge}</Explained>;
  return <Tooltip content={content} relationship="description">{badge}</Tooltip>;
}

function lookOf(trust: string) {
  switch (trust) {
    case 'familiar':
      return { label: 'mark.external', colour: 'informative' } as const;
    case 'personal':
      return { label: 'mark.personal', colour: 'informative' } as const;
    case 'unverified':
      return { label: 'mark.unverified', colour: 'danger' } as const;
    default:
      return { label: 'mark.unfamiliar', colour: 'warning' } as const;
  }
}
