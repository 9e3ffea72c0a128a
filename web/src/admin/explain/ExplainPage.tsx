/** “Can A talk with B?”: the own rules in plain words, the one that decides, and where to change it. */
import { Button, makeStyles, mergeClasses, MessageBar, MessageBarBody, Text, tokens } from '@fluentui/react-components';
import { ArrowSwapRegular, CheckmarkCircleFilled, DismissCircleFilled, QuestionCircleFilled } from '@fluentui/react-icons';
import { useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { answer } from '../../api/client';
import type { Failure } from '../../api/failure';
import type { ExplainedPerson, ExplainedRule, Explanation } from '../../api/schema.gen';
import { Link } from '../../app/router';
import { policyLabel } from '../data';
import english from '../catalogues/en.json';
import { type T, type TextKey, useT } from '../i18n';
import { FailureBar } from '../parts/ConfirmDialog';
import { Page, Section } from '../parts/Page';
import { type Chosen, PersonPicker } from '../parts/PersonPicker';
import { placeOf } from './places';

const useStyles = makeStyles({
  form: { display: 'grid', gridTemplateColumns: '1fr auto 1fr', gap: tokens.spacingHorizontalM, alignItems: 'end', '@media (max-width: 639px)': { gridTemplateColumns: '1fr' } },
  verdict: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalM },
  icon: { fontSize: '32px', flexShrink: 0, lineHeight: 1 },
  yes: { color: tokens.colorStatusSuccessForeground1 },
  no: { color: tokens.colorStatusDangerForeground1 },
  maybe: { color: tokens.colorStatusWarningForeground3 },
  steps: { margin: 0, padding: 0, listStyleType: 'none', display: 'flex', flexDirection: 'column' },
  step: { display: 'flex', gap: tokens.spacingHorizontalM, paddingBlock: tokens.spacingVerticalS, borderBlockEndWidth: '1px', borderBlockEndStyle: 'solid', borderBlockEndColor: tokens.colorNeutralStroke2 },
  stepIcon: { fontSize: '20px', flexShrink: 0, lineHeight: 1.2 },
  words: { flexGrow: 1, minInlineSize: 0 },
  rule: { color: tokens.colorNeutralForeground3, whiteSpace: 'nowrap' },
  deciding: { fontWeight: tokens.fontWeightSemibold },
  link: { color: tokens.colorBrandForegroundLink },
});

interface Asked {
  readonly actor: Chosen;
  readonly target: Chosen;
}

export function ExplainPage() {
  const styles = useStyles();
  const t = useT();
  const { api } = useSession();
  const [actor, setActor] = useState<Chosen | null>(null);
  const [target, setTarget] = useState<Chosen | null>(null);
  const [turns, setTurns] = useState(0);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [found, setFound] = useState<{ asked: Asked; explanation: Explanation } | null>(null);
  const isReady = actor !== null && target !== null;
  const isOutside = isReady && actor.kind !== 'colleague' && target.kind !== 'colleague';

  async function ask(): Promise<void> {
    if (!isReady || isBusy) return;
    setBusy(true);
    setFailure(null);
    const body = { action: 'start', actor: named(actor), target: named(target) };
    const result = await answer(api.POST('/v1.0/admin/teams/externalAccess/explain', { body }));
    setBusy(false);
    setFound(result.ok ? { asked: { actor, target }, explanation: result.value } : null);
    if (!result.ok) setFailure(result.failure);
  }

  function turn(): void {
    setActor(target);
    setTarget(actor);
    // The fields show what they were given when they are made.
    setTurns((before) => before + 1);
  }

  return (
    <Page title={t('explain.title')} about={t('explain.about')}>
      <Section title={t('explain.who')}>
        <form className={styles.form} onSubmit={(event) => { event.preventDefault(); void ask(); }}>
          <PersonPicker key={`actor ${turns}`} label={t('explain.actor')} value={actor} onChange={setActor} takesAddresses />
          <Button type="button" icon={<ArrowSwapRegular />} aria-label={t('explain.turn')} title={t('explain.turn')} onClick={turn} />
          <PersonPicker key={`target ${turns}`} label={t('explain.target')} value={target} onChange={setTarget} takesAddresses />
          <div><Button type="submit" appearance="primary" disabledFocusable={!isReady || isBusy}>{isBusy ? t('explain.asking') : t('explain.ask')}</Button></div>
        </form>
        <Text size={200}>{t('explain.hint')}</Text>
        {isOutside && <MessageBar layout="multiline"><MessageBarBody>{t('explain.needsColleague')}</MessageBarBody></MessageBar>}
        {failure && <FailureBar failure={failure} />}
      </Section>
      {found && <Answer {...found} />}
    </Page>
  );
}

function named(chosen: Chosen): ExplainedPerson {
  if (chosen.kind === 'colleague') return { userId: chosen.id };
  return chosen.kind === 'email' ? { email: chosen.address } : { phoneNumber: chosen.address };
}

/** The words for a text's key; the code itself where there are none. */
function wordsFor(key: string, name: string, t: T): string {
  return Object.hasOwn(english, key) ? t(key as TextKey) : name;
}

const wordsForRule = (rule: string, t: T) => wordsFor(`rule.${rule}`, rule, t);
const wordsForReason = (code: string, t: T) => wordsFor(`reason.${code}`, code, t);

function Answer({ asked, explanation }: { asked: Asked; explanation: Explanation }) {
  const styles = useStyles();
  const t = useT();
  const { id } = useSession();
  const { verdict, other, own, deciding, policyId } = explanation;
  const isOpen = verdict !== 'deny';
  const names = { actor: asked.actor.name, target: asked.target.name };
  const unclear = verdict === 'deny' && !deciding && other === 'unknown';
  const tone = isOpen ? styles.yes : unclear ? styles.maybe : styles.no;
  const icon = isOpen ? <CheckmarkCircleFilled /> : unclear ? <QuestionCircleFilled /> : <DismissCircleFilled />;
  const title = isOpen ? t(`explain.verdict.${verdict as 'allow' | 'gate'}`, names) : t(unclear ? 'explain.verdict.unclear' : 'explain.verdict.deny', names);
  const place = deciding?.setting ? placeOf(id, deciding.setting, policyId) : null;
  return (
    <>
      <Section title={t('explain.answer')}>
        <div className={styles.verdict} role="status">
          <span className={mergeClasses(styles.icon, tone)} aria-hidden="true">{icon}</span>
          <Text size={500} weight="semibold">{title}</Text>
        </div>
        {deciding && (
          <Text>
            {t('explain.decides')} {wordsForReason(deciding.code, t)} <span className={styles.rule}>({deciding.ruleId})</span>{' '}
            {place && <Link className={styles.link} href={place.href}>{place.isPolicy ? t('explain.toPolicy', { name: policyLabel(policyId) }) : t('explain.toSetting')}</Link>}
          </Text>
        )}
        <Text>{t(`explain.other.${other as 'allows' | 'refuses' | 'unknown'}`)} {unclear && t('explain.unclearHint')}</Text>
        <Text size={200}>{t('explain.blocks')}</Text>
      </Section>
      <Section title={t('explain.rules')} hint={t('explain.rulesAbout', { policy: policyLabel(policyId) })}>
        <ol className={styles.steps}>
          {own.map((step) => <Step key={step.ruleId} step={step} isDeciding={step.ruleId === deciding?.ruleId} />)}
        </ol>
      </Section>
    </>
  );
}

function Step({ step, isDeciding }: { step: ExplainedRule; isDeciding: boolean }) {
  const styles = useStyles();
  const t = useT();
  return (
    <li className={styles.step}>
      <span className={mergeClasses(styles.stepIcon, step.isRefused ? styles.no : styles.yes)} role="img" aria-label={step.isRefused ? t('explain.refuses') : t('explain.passes')}>
        {step.isRefused ? <DismissCircleFilled /> : <CheckmarkCircleFilled />}
      </span>
      <span className={mergeClasses(styles.words, isDeciding && styles.deciding)}>
        {step.isRefused && step.code ? wordsForReason(step.code, t) : wordsForRule(step.ruleId, t)}
        {isDeciding && <> {t('explain.thisDecides')}</>}
      </span>
      <span className={styles.rule}>{step.ruleId}</span>
    </li>
  );
}
