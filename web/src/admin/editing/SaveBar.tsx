/** What was changed and is not saved, what that would do, and the two ways on. */
import { Button, makeStyles, Text, tokens } from '@fluentui/react-components';
import { useState } from 'react';

import type { Failure } from '../../api/failure';
import type { SimulationRequest } from '../../api/schema.gen';
import { toast } from '../../app/toasts';
import { useT } from '../i18n';
import { ConfirmDialog, FailureBar } from '../parts/ConfirmDialog';
import { Effect, useSimulation } from '../parts/Effect';
import { DifferenceTable, type Named } from './DifferenceTable';
import type { Difference } from './merge';

const useStyles = makeStyles({
  bar: {
    position: 'sticky',
    insetBlockEnd: 0,
    zIndex: 2,
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalS,
    padding: tokens.spacingHorizontalL,
    borderRadius: tokens.borderRadiusLarge,
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    backgroundColor: tokens.colorNeutralBackground1,
    boxShadow: tokens.shadow16,
  },
  acts: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
  content: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
});

interface Props {
  readonly editing: {
    readonly changes: readonly Difference<Named>[];
    readonly isBusy: boolean;
    readonly failure: Failure | null;
    readonly discard: () => void;
    readonly save: () => Promise<boolean>;
  };
  /** The change as it is asked about beforehand. */
  readonly simulated: SimulationRequest;
  /** What the question before saving is called. */
  readonly title: string;
}

export function SaveBar({ editing, simulated, title }: Props) {
  const styles = useStyles();
  const t = useT();
  const { changes, isBusy, failure } = editing;
  const shown = JSON.stringify(changes);
  /** What is being looked at before it is saved; when others change that, it is to be looked at anew. */
  const [looking, setLooking] = useState<string | null>(null);
  const request = changes.length > 0 ? simulated : null;
  const { data } = useSimulation(request);
  if (changes.length === 0) return null;
  const endsContact = data !== undefined && data.loses.oneOnOneChats + data.loses.groupChats > 0;

  async function save(): Promise<void> {
    if (await editing.save()) toast({ intent: 'success', title: t('save.done') });
  }

  return (
    <section className={styles.bar} aria-label={t('save.title')}>
      <Text weight="semibold">{t('save.count', { count: changes.length })}</Text>
      <Effect request={request} />
      {failure && <FailureBar failure={failure} />}
      <div className={styles.acts}>
        <Button appearance="primary" disabledFocusable={isBusy} onClick={() => setLooking(shown)}>{t('save.review')}</Button>
        <Button disabledFocusable={isBusy} onClick={editing.discard}>{t('save.discard')}</Button>
      </div>
      {looking === shown && (
        <ConfirmDialog
          title={title}
          confirm={t('save.save')}
          isDangerous={endsContact}
          onClose={() => setLooking((now) => (now === shown ? null : now))}
          onConfirm={async () => {
            await save();
            // A failure, and what others changed, stand in the page itself.
            return { ok: true, value: null };
          }}
        >
          <div className={styles.content}>
            <DifferenceTable label={t('save.title')} differences={changes} before={t('diff.now')} after={t('save.then')} />
            <Effect request={request} />
          </div>
        </ConfirmDialog>
      )}
    </section>
  );
}
