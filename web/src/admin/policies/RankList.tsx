/** Groups with policies in the order of ranks: dragged, or moved by keyboard and buttons. */
import { Button, makeStyles, mergeClasses, Spinner, Text, tokens, Tooltip } from '@fluentui/react-components';
import { ArrowDownRegular, ArrowUpRegular, ReOrderDotsVerticalRegular } from '@fluentui/react-icons';
import { useQueryClient } from '@tanstack/react-query';
import { type DragEvent, type KeyboardEvent, useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { answer } from '../../api/client';
import { announce } from '../../app/Announcer';
import { toastFailure } from '../../app/toasts';
import { policyLabel } from '../data';
import { useT } from '../i18n';
import type { RankedGroup } from './model';

const useStyles = makeStyles({
  list: { margin: 0, padding: 0, listStyleType: 'none', display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXS },
  row: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    padding: tokens.spacingHorizontalS,
    borderRadius: tokens.borderRadiusMedium,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
  },
  handle: { cursor: 'grab', display: 'flex', color: tokens.colorNeutralForeground3 },
  over: { outline: `2px solid ${tokens.colorBrandStroke1}` },
  name: { flexGrow: 1, minInlineSize: 0 },
  rank: { minInlineSize: '2ch', textAlign: 'end', fontVariantNumeric: 'tabular-nums' },
});

interface Props {
  readonly entries: readonly RankedGroup[];
  readonly nameOf: (groupId: string) => string;
  readonly mayChange: boolean;
}

export function RankList({ entries, nameOf, mayChange }: Props) {
  const styles = useStyles();
  const t = useT();
  const { api } = useSession();
  const queries = useQueryClient();
  const [dragged, setDragged] = useState<number | null>(null);
  const [over, setOver] = useState<number | null>(null);
  const [isBusy, setBusy] = useState(false);

  async function move(from: number, to: number): Promise<void> {
    const entry = entries[from];
    if (!entry || to === from || to < 0 || to >= entries.length || isBusy) return;
    setBusy(true);
    const result = await answer(
      api.POST('/v1.0/admin/teams/externalAccess/policies/{identity}/assign', {
        params: { path: { identity: entry.identity } },
        body: { groupId: entry.groupId, rank: to + 1 },
      }),
    );
    await queries.invalidateQueries({ queryKey: ['admin', 'policies'] });
    setBusy(false);
    if (result.ok) announce(t('rank.moved', { name: nameOf(entry.groupId), rank: to + 1 }));
    else toastFailure(result.failure);
  }

  function onKeyDown(event: KeyboardEvent, index: number): void {
    const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
    if (step === 0 || !event.altKey) return;
    event.preventDefault();
    void move(index, index + step);
  }

  function drop(event: DragEvent, to: number): void {
    event.preventDefault();
    if (dragged !== null) void move(dragged, to);
    setDragged(null);
    setOver(null);
  }

  return (
    <>
      {mayChange && <Text size={200}>{t('rank.keys')}</Text>}
      <ol className={styles.list} aria-label={t('rank.title')} aria-busy={isBusy}>
        {entries.map((entry, index) => {
          const name = nameOf(entry.groupId);
          return (
            // The buttons in the row do the same by keyboard; the keys are a short cut on them.
            // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
            <li
              key={entry.groupId}
              className={mergeClasses(styles.row, over === index && styles.over)}
              draggable={mayChange}
              onDragStart={() => setDragged(index)}
              onDragOver={(event) => { event.preventDefault(); setOver(index); }}
              onDragLeave={() => setOver(null)}
              onDragEnd={() => { setDragged(null); setOver(null); }}
              onDrop={(event) => drop(event, index)}
              onKeyDown={(event) => onKeyDown(event, index)}
            >
              {mayChange && <span className={styles.handle} aria-hidden="true"><ReOrderDotsVerticalRegular /></span>}
              <span className={styles.rank}>{entry.rank}</span>
              <span className={styles.name}><Text weight="semibold">{name}</Text> <Text>{policyLabel(entry.identity)}</Text></span>
              {isBusy && <Spinner size="tiny" />}
              {mayChange && (
                <>
                  <Tooltip content={t('rank.up', { name })} relationship="label">
                    <Button size="small" appearance="subtle" icon={<ArrowUpRegular />} disabledFocusable={index === 0} onClick={() => void move(index, index - 1)} />
                  </Tooltip>
                  <Tooltip content={t('rank.down', { name })} relationship="label">
                    <Button size="small" appearance="subtle" icon={<ArrowDownRegular />} disabledFocusable={index === entries.length - 1} onClick={() => void move(index, index + 1)} />
                  </Tooltip>
                </>
              )}
            </li>
          );
        })}
      </ol>
    </>
  );
}
