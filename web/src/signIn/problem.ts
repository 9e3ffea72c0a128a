/** Why signing in did not work, and what to do about it. */
import { explain } from '../api/explain';
import type { Failure } from '../api/failure';
import type { T } from '../i18n';
import { time } from '../i18n/formats';

export interface SignInProblem {
  readonly title: string;
  readonly hint: string | null;
  /** Before this moment another try is refused anyway. */
  readonly againAt: number | null;
}

export function explainSignIn(failure: Failure, t: T, now: number = Date.now()): SignInProblem {
  const { title, hint } = explain(failure, t);
  if (failure.reason === 'invalidCredentials') return { title, hint: t('signIn.wrongHint'), againAt: null };
  if (failure.status === 429) {
    const againAt = now + (failure.retryAfterS ?? 60) * 1_000;
    return { title: t('signIn.tooMany'), hint: t('signIn.againAt', { time: time(againAt) }), againAt };
  }
  if (failure.kind === 'offline') return { title, hint: t('signIn.offlineHint'), againAt: null };
  return { title, hint, againAt: null };
}
