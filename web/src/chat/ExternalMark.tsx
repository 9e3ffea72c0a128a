/** Says that somebody is from outside, and how well one's own side knows them. Nothing for colleagues. */
import { Badge, makeStyles, mergeClasses, Tooltip } from '@fluentui/react-components';

import { Explained } from '../app/Explained';
import { useT } from '../i18n';
import { list, number } from '../i18n/formats';

const useStyles = makeStyles({
  mark: { flexShrink: 0, maxInlineSize: '100%', whiteSpace: 'nowrap', overflow: 'hidden', textOverflow: 'ellipsis' },
  // How well one knows them stays readable, the organisation as far as there is room.
  narrow: { flexShrink: 1000, minInlineSize: '92px', justifyContent: 'flex-start', lineHeight: '16px' },
  // One alone needs no room to give way in.
  single: { display: 'block', minInlineSize: '68px' },
  home: { flexShrink: 1, minInlineSize: '1.5em', overflow: 'hidden', textOverflow: 'ellipsis' },
  rest: { flexShrink: 0, whiteSpace: 'pre' },
  hidden: { position: 'absolute', inlineSize: '1px', blockSize: '1px', overflow: 'hidden', clipPath: 'inset(50%)' },
});

interface Props {
  readonly person: { readonly isExternal: boolean; readonly trust: string; readonly organisationName?: string | null };
  /** Where else people of the chat are from, by name. */
  readonly further?: readonly string[];
  /** With the name of the organisation, where there is room. */
  readonly isLong?: boolean;
  /** In a line that has little room: the name of the organisation gives way first. */
  readonly isNarrow?: boolean;
  /** Where it stands by itself, the explanation is reached by keyboard, too; within a link or an option it is not. */
  readonly tabIndex?: 0 | -1;
}

const nowhereElse: readonly string[] = [];

export function ExternalMark({ person, further = nowhereElse, isLong = false, isNarrow = false, tabIndex }: Props) {
  const styles = useStyles();
  const t = useT();
  if (!person.isExternal) return null;
  const { label, colour } = lookOf(person.trust);
  const home = person.organisationName ?? t('mark.personalHome');
  const named = isLong || isNarrow ? (person.organisationName ?? null) : null;
  const trust = person.trust === 'familiar' || person.trust === 'unverified' || person.trust === 'personal' ? person.trust : 'unfamiliar';
  const explained = t(`mark.explain.${trust}`, { home });
  const content = further.length > 0 ? `${explained}. ${t('mark.further', { names: list(further) })}` : explained;
  const more = further.length > 0 && <><span aria-hidden="true" className={styles.rest}> +{number(further.length)}</span><span className={styles.hidden}>, {further.join(', ')}</span></>;
  const badge = (
    <Badge appearance="tint" color={colour} size="small" shape="rounded" className={mergeClasses(styles.mark, isNarrow && styles.narrow, isNarrow && !named && !more && styles.single)}>
      {named ? <><span className={styles.home}>{named}</span>{more}<span className={styles.rest}> · {t(label)}</span></> : <>{t(label)}{more}</>}
    </Badge>
  );
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
