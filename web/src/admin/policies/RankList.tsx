/** Groups with policies in the order of ranks: dragged, or moved by keyboard and buttons, after seeing what that does. */
import { Button, makeStyles, mergeClasses, Text, tokens, Tooltip } from '@fluentui/react-components';
import { ArrowDownRegular, ArrowUpRegular, ReOrderDotsVerticalRegular } from '@fluentui/react-icons';
import { useQueryClient } from '@tanstack/react-query';
import { type DragEvent, type KeyboardEvent, useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { answer } from '../../api/client';
import type { Result } from '../../api/failure';
import { announce } from '../../app/Announcer';
import { over, policyLabel } from '../data';
import { useT } from '../i18n';
import { ConfirmDialog } from '../parts/ConfirmDialog';
import { Effect } from '../parts/Effect';
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
  const [target, setTarget] = useState<number | null>(null);
  const [moving, setMoving] = useState<{ readonly entry: RankedGroup; readonly rank: number } | null>(null);

  function ask(from: number, to: number): void {
    const entry = entries[from];
    if (entry && to !== from && to >= 0 && to < entries.length) setMoving({ entry, rank: to + 1 });
  }

  async function move({ groupId, identity }: RankedGroup, rank: number): Promise<Result<unknown>> {
    // The version that is shown now: whoever was told that it changed has what it does before them anew.
    const read = entries.find((one) => one.groupId === groupId && one.identity === identity);
    const result = await answer(
      api.POST('/v1.0/admin/teams/externalAccess/policies/{identity}/assign', { params: { path: { identity } }, headers: over(read?.etag), body: { groupId, rank } }),
    );
    await queries.invalidateQueries({ queryKey: ['admin'] });
    if (result.ok) announce(t('rank.moved', { name: nameOf(groupId), rank }));
    return result;
  }

  function onKeyDown(event: KeyboardEvent, index: number): void {
    const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
    if (step === 0 || !event.altKey) return;
    event.preventDefault();
    ask(index, index + step);
  }

  function drop(event: DragEvent, to: number): void {
    event.preventDefault();
    if (dragged !== null) ask(dragged, to);
    setDragged(null);
    setTarget(null);
  }

  return (
    <>
      {mayChange && <Text size={200}>{t('rank.keys')}</Text>}
      <ol className={styles.list} aria-label={t('rank.title')}>
        {entries.map((entry, index) => {
          const name = nameOf(entry.groupId);
          return (
            // The buttons in the row do the same by keyboard; the keys are a short cut on them.
            // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
            <li
              key={entry.groupId}
              className={mergeClasses(styles.row, target === index && styles.over)}
              draggable={mayChange}
              onDragStart={() => setDragged(index)}
              onDragOver={(event) => { event.preventDefault(); setTarget(index); }}
              onDragLeave={() => setTarget(null)}
              onDragEnd={() => { setDragged(null); setTarget(null); }}
              onDrop={(event) => drop(event, index)}
              onKeyDown={(event) => onKeyDown(event, index)}
            >
              {mayChange && <span className={styles.handle} aria-hidden="true"><ReOrderDotsVerticalRegular /></span>}
              <span className={styles.rank}>{entry.rank}</span>
              <span className={styles.name}><Text weight="semibold">{name}</Text> <Text>{policyLabel(entry.identity)}</Text></span>
              {mayChange && (
                <>
                  <Tooltip content={t('rank.up', { name })} relationship="label">
                    <Button size="small" appearance="subtle" icon={<ArrowUpRegular />} disabledFocusable={index === 0} onClick={() => ask(index, index - 1)} />
                  </Tooltip>
                  <Tooltip content={t('rank.down', { name })} relationship="label">
                    <Button size="small" appearance="subtle" icon={<ArrowDownRegular />} disabledFocusable={index === entries.length - 1} onClick={() => ask(index, index + 1)} />
                  </Tooltip>
                </>
              )}
            </li>
          );
        })}
      </ol>
      {moving && (
        <ConfirmDialog
          title={t('rank.ask', { name: nameOf(moving.entry.groupId), rank: moving.rank })}
          confirm={t('rank.move')}
          isDangerous={false}
          onConfirm={() => move(moving.entry, moving.rank)}
          onClose={() => setMoving(null)}
        >
          <Text>{t('rank.about')}</Text>
          <Effect request={{ assignment: { groupId: moving.entry.groupId, policyId: moving.entry.identity, rank: moving.rank } }} />
        </ConfirmDialog>
      )}
    </>
  );
}
