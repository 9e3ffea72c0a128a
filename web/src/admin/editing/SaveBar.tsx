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

/** Where a bar that says everything would leave little of the page. */
const SMALL = '@media (max-width: 639px), (max-height: 539px)';
/** Where any bar would: screens at 400 %, and windows over which a keyboard lies. */
const LOWEST = '@media (max-height: 359px)';

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
    [SMALL]: { flexDirection: 'row', flexWrap: 'wrap', alignItems: 'center', padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}` },
    [LOWEST]: { position: 'static' },
  },
  words: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalS,
    [SMALL]: { flexGrow: 1, flexBasis: '240px', minInlineSize: 0, gap: 0 },
  },
  /** On small screens the first line; the question before saving says the whole. */
  effect: {
    [SMALL]: {
      '& > :not(:first-child)': { display: 'none' },
      '& > *': { whiteSpace: 'nowrap', overflow: 'hidden', textOverflow: 'ellipsis' },
    },
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
    <section ref={keepClear} className={styles.bar} aria-label={t('save.title')}>
      <div className={styles.words}>
        <Text weight="semibold">{t('save.count', { count: changes.length })}</Text>
        <Effect request={request} className={styles.effect} />
      </div>
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

/** What gets the focus is scrolled to where the bar does not lie over it (WCAG 2.4.11). */
function keepClear(bar: HTMLElement | null): (() => void) | undefined {
  const page = bar?.closest('main');
  if (!bar || !page) return undefined;
  const measure = () => {
    page.style.scrollPaddingBlockEnd = getComputedStyle(bar).position === 'sticky' ? `${bar.offsetHeight}px` : '';
  };
  const observer = new ResizeObserver(measure);
  observer.observe(bar);
  return () => {
    observer.disconnect();
    page.style.scrollPaddingBlockEnd = '';
  };
}
