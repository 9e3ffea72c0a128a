/** Many entries at once: pasted, or from a file. Says what of it cannot be used, line by line. */
import {
  Button,
  Field,
  makeStyles,
  MessageBar,
  MessageBarBody,
  Text,
  Textarea,
  tokens,
} from '@fluentui/react-components';
import { ArrowUploadRegular } from '@fluentui/react-icons';
import { useDeferredValue, useMemo, useRef, useState } from 'react';

import { useT } from '../i18n';
import { type EntryKind, entriesOfFile, readEntries } from './entries';
import { FormDialog } from './FormDialog';

const PROBLEMS_SHOWN_MAX = 50;
const FILE_BYTES_MAX = 2 * 1024 * 1024;

const useStyles = makeStyles({
  text: { fontFamily: tokens.fontFamilyMonospace },
  file: { display: 'none' },
  problems: {
    margin: 0,
    paddingInlineStart: tokens.spacingHorizontalL,
    maxBlockSize: '160px',
    overflowY: 'auto',
    overflowWrap: 'anywhere',
    color: tokens.colorStatusDangerForeground1,
  },
});

interface Props {
  readonly title: string;
  readonly kind: EntryKind;
  readonly listed: readonly string[];
  readonly max: number;
  readonly onAdd: (entries: readonly string[]) => void;
  readonly onClose: () => void;
}

export function ImportDialog({ title, kind, listed, max, onAdd, onClose }: Props) {
  const styles = useStyles();
  const t = useT();
  const file = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const read = useDeferredValue(text);
  const { entries, problems } = useMemo(() => readEntries(read, kind, listed, max), [read, kind, listed, max]);

  async function load(chosen: File | undefined): Promise<void> {
    if (!chosen) return;
    const isTooLarge = chosen.size > FILE_BYTES_MAX;
    setProblem(isTooLarge ? t('list.fileTooLarge') : null);
    if (!isTooLarge) setText(entriesOfFile(chosen.name, await chosen.text()));
  }

  async function add() {
    onAdd(entries);
    return { ok: true, value: null } as const;
  }

  return (
    <FormDialog title={t('list.importTitle', { name: title })} submit={t('list.addCount', { count: entries.length })} fields={text} isReady={entries.length > 0} onSubmit={add} onClose={onClose}>
      <Field label={t(`list.paste.${kind}`)} hint={t('list.pasteHint')}>
        <Textarea rows={8} className={styles.text} resize="vertical" value={text} onChange={(_, { value }) => setText(value)} />
      </Field>
      <input ref={file} className={styles.file} type="file" accept=".csv,.txt,text/csv,text/plain" aria-label={t('list.file')} tabIndex={-1} onChange={(event) => void load(event.currentTarget.files?.[0])} />
      <div><Button icon={<ArrowUploadRegular />} onClick={() => file.current?.click()}>{t('list.file')}</Button></div>
      {problem && <MessageBar intent="error" role="alert"><MessageBarBody>{problem}</MessageBarBody></MessageBar>}
      <Text role="status">{t('list.found', { count: entries.length })}</Text>
      {problems.length > 0 && (
        <>
          <Text weight="semibold">{t('list.problems', { count: problems.length })}</Text>
          {/* It scrolls, so it must be reached by keyboard. */}
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
          <ul className={styles.problems} tabIndex={0} aria-label={t('list.problems', { count: problems.length })}>
            {problems.slice(0, PROBLEMS_SHOWN_MAX).map((one, index) => (
              // Problems have no identity but their place.
              // oxlint-disable-next-line react/no-array-index-key
              <li key={index}>{t('list.line', { line: one.line })}: {t(`list.why.${one.why}`, { text: one.text, max })}</li>
            ))}
          </ul>
          {problems.length > PROBLEMS_SHOWN_MAX && <Text size={200}>{t('list.moreProblems', { count: problems.length - PROBLEMS_SHOWN_MAX })}</Text>}
        </>
      )}
    </FormDialog>
  );
}
