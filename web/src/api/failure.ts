/** What went wrong, as a value: a failure is answered, never thrown across the client. */
import type { PublicError, SendRefusal } from './schema.gen';

export interface Failure {
  /** `offline` when no answer came; else the server said no. */
  readonly kind: 'offline' | 'refused';
  readonly status: number;
  /** Graph's code, such as `Forbidden`. */
  readonly code: string;
  /** Our own, exact code, such as `pendingCap`; see docs/reference/error-codes.md. */
  readonly reason: string | null;
  /** The rule that decided, when one's own side did. */
  readonly ruleId: string | null;
  /** The setting that an administrator could change. */
  readonly setting: string | null;
  /** Which part of the request is meant. */
  readonly target: string | null;
  /** The server's sentence, in English. */
  readonly message: string;
  /** Seconds after which to try again. */
  readonly retryAfterS: number | null;
  /** With which an operator finds the cause in the log. */
  readonly requestId: string | null;
}

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

export const offline: Failure = {
  kind: 'offline',
  status: 0,
  code: 'offline',
  reason: 'offline',
  ruleId: null,
  setting: null,
  target: null,
  message: 'The server cannot be reached.',
  retryAfterS: null,
  requestId: null,
};

/** Reads the envelope of a failure; bodies of proxies in between are not in it. */
export function failureOf(response: Response, body: unknown): Failure {
  const error = isEnvelope(body) ? body.error : null;
  const inner = error?.innerError;
  const retryAfter = Number(response.headers.get('retry-after'));
  return {
    kind: 'refused',
    status: response.status,
    code: error?.code ?? 'unknown',
    reason: inner?.code ?? null,
    ruleId: inner?.ruleId ?? null,
    setting: inner?.setting ?? null,
    target: error?.target ?? null,
    message: error?.message ?? `The server answered with status ${response.status}.`,
    retryAfterS: Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : null,
    requestId: inner?.['request-id'] ?? response.headers.get('request-id'),
  };
}

function isEnvelope(body: unknown): body is { error: PublicError } {
  return typeof body === 'object' && body !== null && 'error' in body && typeof body.error === 'object' && body.error !== null;
}

/** What sending in a chat would be refused with, as a chat says it of itself. */
export function failureOfRefusal({ code, message, ruleId, setting }: SendRefusal): Failure {
  return { kind: 'refused', status: 403, code: 'Forbidden', reason: code, ruleId: ruleId ?? null, setting: setting ?? null, target: null, message, retryAfterS: null, requestId: null };
}

/** Whether the same request may succeed later without anybody changing anything. */
export function isTransient(failure: Failure): boolean {
  return failure.kind === 'offline' || failure.status === 408 || failure.status === 429 || failure.status >= 500;
}

/** Whether the session has ended. */
export function isSignedOut(failure: Failure): boolean {
  return failure.status === 401;
}
