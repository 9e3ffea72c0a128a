/** What an entry says was before and is since, property by property. */
import { makeStyles, tokens } from '@fluentui/react-components';

import english from '../catalogues/en.json';
import { entriesInWords } from '../editing/DifferenceTable';
import { type T, type TextKey, useT } from '../i18n';
import { useTableStyles } from '../parts/table';
import { roleNames } from '../roles';
import type { Modified } from './sentence';

const useStyles = makeStyles({ after: { fontWeight: tokens.fontWeightSemibold } });

export function Changes({ modified }: { modified: Readonly<Record<string, Modified>> }) {
  const styles = useStyles();
  const table = useTableStyles();
  const t = useT();
  return (
    <div className={table.scroll}>
      <table className={`${table.table} ${table.folding}`} aria-label={t('audit.changes')}>
        <thead><tr><th scope="col">{t('diff.setting')}</th><th scope="col">{t('audit.before')}</th><th scope="col">{t('audit.after')}</th></tr></thead>
        <tbody>
          {Object.entries(modified).map(([name, one]) => (
            <tr key={name}>
              <th scope="row">{wordsFor([`setting.${name}`, `property.${name}`], name, t)}</th>
              <td data-label={t('audit.before')}>{words(name, one, 'old', t)}</td>
              <td data-label={t('audit.after')} className={styles.after}>{words(name, one, 'new', t)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function words(name: string, modified: Modified, which: 'old' | 'new', t: T): string {
  if (!('old' in modified) && !('new' in modified)) return t('audit.valueNotKept');
  const [value, other] = which === 'old' ? [modified.old, modified.new] : [modified.new, modified.old];
  if (value === null || value === undefined || value === '') return t('audit.nothing');
  if (typeof value === 'boolean') return t(value ? 'diff.on' : 'diff.off');
  if (name === 'roles') return roleNames(Array.isArray(value) ? value : [], t);
  if (Array.isArray(value)) return entriesInWords(value as string[], domainsOf(other), t);
  if (name === 'allowedDomains') return (value as { mode?: string }).mode === 'allowList' ? entriesInWords(domainsOf(value), domainsOf(other), t) : t('mode.allowAll');
  if (typeof value === 'string') return wordsFor([`value.${value}`, `reach.${value}`], value, t);
  return JSON.stringify(value);
}

/** The entries of a list, plain or with its mode. */
function domainsOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value as string[];
  return (value as { domains?: string[] } | null | undefined)?.domains ?? [];
}

/** The first text that there is; the name itself where there is none. */
function wordsFor(keys: readonly string[], name: string, t: T): string {
  const key = keys.find((one) => Object.hasOwn(english, one));
  return key ? t(key as TextKey) : name;
}
