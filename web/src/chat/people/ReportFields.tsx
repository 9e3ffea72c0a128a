/** What somebody who reports says: why, and in words of their own. */
import { Field, Radio, RadioGroup, Textarea } from '@fluentui/react-components';

import type { ReportReason } from '../../api/schema.gen';
import { useT } from '../../i18n';

const reasons = ['securityRisk', 'spam', 'impersonation', 'harassment', 'other'] as const satisfies readonly ReportReason[];
/** As in docs/reference/limits.md. */
const COMMENT_CHARACTERS_MAX = 1_000;

export interface Said {
  /** Null until one is chosen. */
  readonly reason: ReportReason | null;
  readonly comment: string;
}

export const NOTHING_SAID: Said = { reason: null, comment: '' };

/** As the server takes it. */
export function reportOf(reason: ReportReason, { comment }: Said): { reason: ReportReason; comment?: string } {
  return { reason, ...(comment.trim() ? { comment: comment.trim() } : {}) };
}

interface Props {
  readonly said: Said;
  /** Whether somebody wanted to go on without a reason. */
  readonly isReasonMissing: boolean;
  readonly onChange: (said: Said) => void;
}

export function ReportFields({ said, isReasonMissing, onChange }: Props) {
  const t = useT();
  return (
    <>
      <Field label={t('report.reason')} required validationState={isReasonMissing ? 'error' : 'none'} validationMessage={isReasonMissing ? t('report.reasonMissing') : null}>
        <RadioGroup value={said.reason ?? ''} onChange={(_, { value }) => onChange({ ...said, reason: value as ReportReason })}>
          {reasons.map((name) => <Radio key={name} value={name} label={t(`report.reason.${name}`)} />)}
        </RadioGroup>
      </Field>
      <Field label={t('report.comment')} hint={t('report.commentHint')}>
        <Textarea value={said.comment} maxLength={COMMENT_CHARACTERS_MAX} resize="vertical" onChange={(_, { value }) => onChange({ ...said, comment: value })} />
      </Field>
    </>
  );
}
