/** A list of thousands of domains or people: search, add, paste, import, export, remove, by keyboard too. */
import { Button, Field, Input, makeStyles, mergeClasses, Text, tokens } from '@fluentui/react-components';
import { ArrowDownloadRegular, ClipboardPasteRegular, DeleteRegular } from '@fluentui/react-icons';
import { type KeyboardEvent, useId, useMemo, useRef, useState } from 'react';

import { announce } from '../../app/Announcer';
import { SearchField } from '../../app/SearchField';
import { number } from '../../i18n/formats';
import { useT } from '../i18n';
import { download } from './download';
import { type EntryKind, readEntries, toCsv } from './entries';
import { ImportDialog } from './ImportDialog';

const ROW_PX = 36;
const ROWS_SHOWN_MAX = 8;
/** Rows that are drawn above and below what is in view. */
const ROWS_BEYOND = 6;

const useStyles = makeStyles({
  whole: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS, minInlineSize: 0 },
  bar: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS, alignItems: 'center' },
  grow: { flexGrow: 1, flexBasis: '200px', minInlineSize: 0, maxInlineSize: '100%' },
  add: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS, alignItems: 'flex-start' },
  // By the name that Fluent uses: its own least width is one of these.
  field: { minWidth: 0, inlineSize: '100%' },
  list: {
    overflowY: 'auto',
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground1,
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '1px' },
  },
  rows: { position: 'relative' },
  row: {
    position: 'absolute',
    insetInline: 0,
    blockSize: `${ROW_PX}px`,
    boxSizing: 'border-box',
    display: 'flex',
    alignItems: 'center',
    paddingInline: tokens.spacingHorizontalM,
    cursor: 'pointer',
    whiteSpace: 'nowrap',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    borderInlineStartWidth: '3px', borderInlineStartStyle: 'solid', borderInlineStartColor: 'transparent',
    ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover },
    ':global([data-theme="highContrast"])': { ':hover': { backgroundColor: 'transparent', outline: `1px solid ${tokens.colorNeutralStroke1}` } },
  },
  selected: {
    backgroundColor: tokens.colorBrandBackground2,
    color: tokens.colorNeutralForeground1,
    borderInlineStartColor: tokens.colorBrandStroke1,
    ':hover': { backgroundColor: tokens.colorBrandBackground2 },
  },
  /** Where the keys act, while they do. */
  active: { ':global([role="listbox"]:focus)': { outline: `1px dashed ${tokens.colorNeutralStrokeAccessible}`, outlineOffset: '-2px' } },
  empty: { padding: tokens.spacingHorizontalM, color: tokens.colorNeutralForeground2 },
});

interface Props {
  readonly label: string;
  readonly hint?: string;
  readonly kind: EntryKind;
  readonly entries: readonly string[];
  readonly max: number;
  /** Without it the list can only be looked at. */
  readonly onChange?: (entries: readonly string[]) => void;
  /** The name of the exported file, without its ending. */
  readonly fileName: string;
  readonly empty: string;
}

export function EntryList({ label, hint, kind, entries, max, onChange, fileName, empty }: Props) {
  const styles = useStyles();
  const t = useT();
  const [search, setSearch] = useState('');
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [isImporting, setImporting] = useState(false);
  const wanted = search.trim().toLowerCase();
  const shown = useMemo(() => entries.filter((entry) => entry.includes(wanted)), [entries, wanted]);
  const chosen = useMemo(() => entries.filter((entry) => selected.has(entry)), [entries, selected]);

  function add(more: readonly string[]): void {
    onChange?.([...entries, ...more]);
    announce(t('list.added', { count: more.length }));
  }

  function remove(): void {
    if (!onChange || chosen.length === 0) return;
    onChange(entries.filter((entry) => !selected.has(entry)));
    setSelected(new Set());
    announce(t('list.removed', { count: chosen.length }));
  }

  return (
    <div className={styles.whole} role="group" aria-label={label} data-lands="input">
      <Text weight="semibold">{label} ({t('list.count', { count: entries.length, max })})</Text>
      {hint && <Text size={200}>{hint}</Text>}
      {onChange && <AddField kind={kind} entries={entries} max={max} onAdd={add} />}
      <div className={styles.bar}>
        {entries.length > 0 && <SearchField className={styles.grow} value={search} placeholder={t('list.search')} aria-label={t('list.searchIn', { name: label })} onChange={(_, { value }) => setSearch(value)} />}
        {onChange && <Button icon={<ClipboardPasteRegular />} onClick={() => setImporting(true)}>{t('list.import')}</Button>}
        {entries.length > 0 && <Button icon={<ArrowDownloadRegular />} onClick={() => download(`${fileName}.csv`, 'text/csv', [toCsv(kind === 'domain' ? 'domain' : 'address', entries)])}>{t('list.export')}</Button>}
        {onChange && entries.length > 0 && (
          <Button icon={<DeleteRegular />} disabledFocusable={chosen.length === 0} onClick={remove}>
            {chosen.length > 0 ? t('list.removeSelected', { count: chosen.length }) : t('list.remove')}
          </Button>
        )}
      </div>
      {shown.length === 0 ? (
        <Text className={styles.empty}>{entries.length === 0 ? empty : t('list.nothingFound', { text: search.trim() })}</Text>
      ) : (
        <Rows label={label} entries={shown} selected={selected} isFixed={!onChange} onSelect={setSelected} onRemove={remove} />
      )}
      {isImporting && <ImportDialog title={label} kind={kind} listed={entries} max={max} onAdd={add} onClose={() => setImporting(false)} />}
    </div>
  );
}

/** One entry at a time; a pasted block of several goes in at once. */
function AddField({ kind, entries, max, onAdd }: { kind: EntryKind; entries: readonly string[]; max: number; onAdd: (more: readonly string[]) => void }) {
  const styles = useStyles();
  const t = useT();
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | null>(null);

  function submit(): void {
    const { entries: more, problems } = readEntries(text, kind, entries, max);
    const first = problems[0];
    if (more.length > 0) onAdd(more);
    setText(problems.map((one) => one.text).join(' '));
    setProblem(first ? t(`list.why.${first.why}`, { text: first.text, max }) : null);
  }

  return (
    <div className={styles.add}>
      <Field className={styles.grow} validationMessage={problem} validationState={problem ? 'error' : 'none'}>
        <Input
          className={styles.field}
          value={text}
          aria-label={t(`list.add.${kind}`)}
          placeholder={t(`list.example.${kind}`)}
          onChange={(_, { value }) => { setText(value); setProblem(null); }}
          onKeyDown={(event) => { if (event.key === 'Enter') { event.preventDefault(); submit(); } }}
        />
      </Field>
      <Button disabledFocusable={text.trim() === ''} onClick={submit}>{t('list.add')}</Button>
    </div>
  );
}

interface RowsProps {
  readonly label: string;
  readonly entries: readonly string[];
  readonly selected: ReadonlySet<string>;
  readonly isFixed: boolean;
  readonly onSelect: (selected: ReadonlySet<string>) => void;
  readonly onRemove: () => void;
}

/** One tab stop; arrows move, the space bar selects, Ctrl+A selects all, Delete removes. */
function Rows({ label, entries, selected, isFixed, onSelect, onRemove }: RowsProps) {
  const styles = useStyles();
  const t = useT();
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const [top, setTop] = useState(0);
  const last = entries.length - 1;
  const at = Math.min(active, last);
  // All rows are equally high, so which are in view is arithmetic.
  const first = Math.max(0, Math.floor(top / ROW_PX) - ROWS_BEYOND);
  const end = Math.min(last, first + ROWS_SHOWN_MAX + 2 * ROWS_BEYOND);
  const drawn = Array.from({ length: end - first + 1 }, (_, index) => first + index);
  // The active row must exist for what reads the page aloud.
  if (at < first || at > end) drawn.push(at);

  function move(to: number): void {
    const next = Math.max(0, Math.min(last, to));
    setActive(next);
    const element = box.current;
    if (!element) return;
    const above = (next + 1) * ROW_PX - element.clientHeight;
    if (next * ROW_PX < element.scrollTop) element.scrollTop = next * ROW_PX;
    else if (above > element.scrollTop) element.scrollTop = above;
  }

  function toggle(index: number): void {
    const entry = entries[index];
    if (entry === undefined || isFixed) return;
    const next = new Set(selected);
    if (!next.delete(entry)) next.add(entry);
    onSelect(next);
  }

  function onKeyDown(event: KeyboardEvent): void {
    const moves: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + ROWS_SHOWN_MAX, PageUp: at - ROWS_SHOWN_MAX, Home: 0, End: last };
    const to = moves[event.key];
    if (to !== undefined) move(to);
    else if (event.key === ' ') toggle(at);
    else if (event.key === 'a' && (event.ctrlKey || event.metaKey) && !isFixed) onSelect(new Set(entries));
    else if (event.key === 'Escape' && selected.size > 0) onSelect(new Set());
    else if (event.key === 'Delete' || event.key === 'Backspace') onRemove();
    else return;
    event.preventDefault();
  }

  return (
    <div
      ref={box}
      className={styles.list}
      style={{ blockSize: Math.min(entries.length, ROWS_SHOWN_MAX) * ROW_PX + 2 }}
      role="listbox"
      tabIndex={0}
      aria-label={`${label}. ${isFixed ? '' : t('list.keys')}`}
      aria-multiselectable={!isFixed}
      aria-activedescendant={`${id}-${at}`}
      onKeyDown={onKeyDown}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
    >
      <div className={styles.rows} role="presentation" style={{ blockSize: entries.length * ROW_PX }}>
        {drawn.map((index) => {
          const entry = entries[index] ?? '';
          const isSelected = selected.has(entry);
          return (
            // The listbox has the focus and the keys; its options are reached through it.
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
            <div
              key={entry}
              id={`${id}-${index}`}
              role="option"
              aria-selected={isSelected}
              aria-setsize={entries.length}
              aria-posinset={index + 1}
              title={`${number(index + 1)}: ${entry}`}
              className={mergeClasses(styles.row, isSelected && styles.selected, index === at && styles.active)}
              style={{ transform: `translateY(${index * ROW_PX}px)` }}
              onClick={() => { setActive(index); toggle(index); box.current?.focus({ preventScroll: true }); }}
            >
              {entry}
            </div>
          );
        })}
      </div>
    </div>
  );
}
