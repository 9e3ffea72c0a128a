/** A failure in the person's words: what happened, and what they can do. */
import type { T, TextKey } from '../i18n';
import english from '../i18n/catalogues/en.json';
import { RefusedError } from './client';
import { type Failure, offline } from './failure';

export interface Explanation {
  readonly title: string;
  readonly hint: string | null;
  /** Whether an administrator of one's own organisation can change it. */
  readonly asks?: boolean;
}

export function explain(failure: Failure, t: T): Explanation {
  return { title: sentence(failure, t), hint: hint(failure, t), asks: failure.setting !== null };
}

/** A failure on its way through a query, in the person's words. */
export function explainError(error: unknown, t: T): Explanation {
  return explain(error instanceof RefusedError ? error.failure : offline, t);
}

/** What the server says, in English, of a value that it cannot take, and the same in the person's words. */
const wrongValues: Readonly<Record<string, readonly (readonly [RegExp, TextKey])[]>> = {
  invalid: [
    [/^`(.*)` is not a valid e-mail address/, 'failure.wrongAddress'],
    [/^`(.*)` is not a valid domain name/, 'failure.wrongDomain'],
    [/^`(.*)` is not a telephone number/, 'failure.wrongPhone'],
    [/^Only members of the (chat) can be mentioned/, 'failure.wrongMention'],
  ],
  conflict: [
    [/^There is a policy of this name\./, 'failure.policyNameTaken'],
    [/^The user principal name belongs to an account already\./, 'failure.addressTaken'],
    [/^The address belongs to an account already\./, 'failure.addressTaken'],
    [/^Another account has this address\./, 'failure.addressTaken'],
  ],
};

/** Limits that people come to, as the server says them. */
const limits: readonly (readonly [RegExp, TextKey])[] = [
  [/^a chat may have (\d+) pinned messages/i, 'failure.limitPins'],
  [/^(\d+) chats can be pinned/i, 'failure.limitPinnedChats'],
  [/^one person may react (\d+) times/i, 'failure.limitReactions'],
  [/^a message may be edited (\d+) times/i, 'failure.limitEdits'],
  [/^a message may name (\d+) people/i, 'failure.limitMentions'],
  [/^(\d+) people can be blocked/i, 'failure.limitBlocked'],
];

/** Which value is wrong, or null where the server's own sentence must tell. */
export function wrongValue({ reason, message }: Failure, t: T): string | null {
  for (const [words, key] of wrongValues[reason ?? ''] ?? []) {
    const found = words.exec(message);
    if (found) return t(key, { name: found[1] ?? '' });
  }
  return null;
}

/** Which limit is reached, or null where the server's own sentence must tell. */
function limitOf({ reason, message }: Failure, t: T): string | null {
  if (reason !== 'limitReached') return null;
  for (const [words, key] of limits) {
    const count = words.exec(message)?.[1];
    if (count !== undefined) return t(key, { count: Number(count) });
  }
  return null;
}

function sentence(failure: Failure, t: T): string {
  const wrong = wrongValue(failure, t);
  if (wrong) return wrong;
  const limit = limitOf(failure, t);
  if (limit) return limit;
  const key = `failure.${failure.reason ?? statusKey(failure.status)}`;
  if (isText(key)) return detailed(failure, t(key));
  // The server's own sentence is in English, and better than none.
  return failure.message || t('failure.unknown');
}

/** Reasons of which the code says only the kind: what is meant, such as how many there may be, the server says, in English. */
const vague: ReadonlySet<string | null> = new Set(['limitReached', 'featureOff']);

function detailed(failure: Failure, text: string): string {
  const isMore = vague.has(failure.reason) && failure.message !== '' && failure.message !== english['failure.featureOff'];
  return isMore ? `${text} ${failure.message}` : text;
}

function statusKey(status: number): string {
  if (status === 404) return 'notFoundPlain';
  if (status === 412) return 'changedMeanwhile';
  return 'unknown';
}

/** Whom to ask, when one's own side decided and an administrator can change it. */
function hint(failure: Failure, t: T): string | null {
  if (failure.kind === 'offline') return t('failure.offlineHint');
  if (failure.setting) return t('failure.askAdministrator');
  if (failure.retryAfterS) return t('failure.retryAfter', { count: failure.retryAfterS });
  if (failure.reason === 'internal' && failure.requestId) return t('failure.requestId', { id: failure.requestId });
  return null;
}

function isText(key: string): key is TextKey {
  return Object.hasOwn(english, key);
}
