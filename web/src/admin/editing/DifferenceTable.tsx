/** What differs between two states of something that is edited, setting by setting. */
import { makeStyles, tokens } from '@fluentui/react-components';

import { list } from '../../i18n/formats';
import type { Setting } from '../access/settings';
import { type T, useT } from '../i18n';
import { useTableStyles } from '../parts/table';
import type { PolicyDraft, Reach } from '../policies/model';
import { roleNames, type RolesDraft } from '../roles';
import type { Difference, Value } from './merge';

const ENTRIES_SHOWN_MAX = 5;

/** Whatever is edited here. */
export type Named = Setting | keyof PolicyDraft | keyof RolesDraft;

const useStyles = makeStyles({
  after: { fontWeight: tokens.fontWeightSemibold },
});

interface Props {
  readonly label: string;
  readonly differences: readonly Difference<Named>[];
  readonly before: string;
  readonly after: string;
}

export function DifferenceTable({ label, differences, before, after }: Props) {
  const styles = useStyles();
  const table = useTableStyles();
  const t = useT();
  return (
    // In a dialog there may be more of it than there is room: it must be reached by keyboard to be scrolled.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={table.scroll} tabIndex={0} role="group" aria-label={label}>
      <table className={`${table.table} ${table.folding}`} aria-label={label}>
        <thead>
          <tr><th scope="col">{t('diff.setting')}</th><th scope="col">{before}</th><th scope="col">{after}</th></tr>
        </thead>
        <tbody>
          {differences.map((one) => (
            <tr key={one.setting}>
              <th scope="row">{one.setting === 'roles' ? t('members.roles') : t(`setting.${one.setting}`)}</th>
              <td data-label={before}>{shown(one.setting, one.before, one.after, t)}</td>
              <td data-label={after} className={styles.after}>{shown(one.setting, one.after, one.before, t)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A value in words; of a list what the other state does not have. */
function shown(setting: Named, value: Value, other: Value, t: T): string {
  if (typeof value === 'boolean') return value ? t('diff.on') : t('diff.off');
  if (setting === 'mode') return t(`mode.${value as 'allowAll'}`);
  if (setting === 'communicationWithExternalOrgs') return t(`reach.${value as Reach}`);
  if (setting === 'roles') return roleNames(value as readonly string[], t);
  if (typeof value === 'string') return t(`value.${value as 'Allowed'}`);
  return entriesInWords(value as readonly string[], other as readonly string[], t);
}

/** A list by how long it is, and what of it the other state does not have. */
export function entriesInWords(entries: readonly string[], other: readonly string[], t: T): string {
  const others = new Set(other);
  const own = entries.filter((entry) => !others.has(entry));
  const count = t('diff.entries', { count: entries.length });
  if (own.length === 0) return count;
  const names = own.slice(0, ENTRIES_SHOWN_MAX);
  const rest = own.length - names.length;
  return `${count}: ${list(rest > 0 ? [...names, t('diff.more', { count: rest })] : names)}`;
}
