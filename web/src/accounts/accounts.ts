/**
 * The accounts that are signed in on this device, side by side. The browser keeps their session
 * cookies, which no script can read; here only their ids are remembered.
 */
import { useSyncExternalStore } from 'react';

import { answer, createApi } from '../api/client';
import { type Failure, isSignedOut, type Result } from '../api/failure';
import type { User } from '../api/schema.gen';
import { Session } from './session';

export interface Accounts {
  readonly sessions: readonly Session[];
  /** `starting` until it is known who is signed in; `unreachable` when nobody answers. */
  readonly state: 'starting' | 'ready' | 'unreachable';
}

const STORAGE_KEY = 'visavis.accounts';
let current: Accounts = { sessions: [], state: 'starting' };
const listeners = new Set<() => void>();

export function accounts(): Accounts {
  return current;
}

export function useAccounts(): Accounts {
  return useSyncExternalStore(subscribe, accounts);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function change(next: Accounts): void {
  current = next;
  for (const listener of listeners) listener();
}

/** Finds out who is signed in: the accounts of last time, else whoever the cookie belongs to. */
export async function restore(): Promise<void> {
  const known = remembered();
  const asked = await Promise.all((known.length > 0 ? known : [null]).map(identify));
  const sessions = asked.flatMap((result) => (result.ok ? [result.value] : [])).filter(isFirst).map((user) => new Session(user));
  const isSilent = asked.some((result) => !result.ok && !isSignedOut(result.failure));
  if (sessions.length === 0 && isSilent) return change({ sessions, state: 'unreachable' });
  for (const session of sessions) session.start();
  change({ sessions, state: 'ready' });
  // Somebody who cannot be asked just now is not forgotten for that.
  if (!isSilent) remember();
}

/** Whose cookie it is. A server that answers for somebody else does not have this account's. */
async function identify(id: string | null): Promise<Result<User>> {
  const me = await answer(createApi(id).GET('/v1.0/me'));
  if (me.ok && id !== null && me.value.id !== id) return { ok: false, failure: ended };
  return me;
}

const ended: Failure = {
  kind: 'refused', status: 401, code: 'InvalidAuthenticationToken', reason: 'notSignedIn', ruleId: null,
  setting: null, target: null, message: 'The session has ended.', retryAfterS: null, requestId: null,
};

function isFirst(user: User, at: number, all: readonly User[]): boolean {
  return all.findIndex((other) => other.id === user.id) === at;
}

export async function signIn(address: string, password: string): Promise<Result<Session>> {
  const signedIn = await answer(createApi(null).POST('/v1.0/auth/signIn', { body: { address, password } }));
  if (!signedIn.ok) return signedIn;
  // The whole profile: the answer to signing in leaves out what only `/me` shows.
  const me = await identify(signedIn.value.account.id);
  const user = me.ok ? me.value : signedIn.value.account;
  current.sessions.find((session) => session.id === user.id)?.close();
  const session = new Session(user);
  session.start();
  change({ sessions: [...current.sessions.filter((other) => other.id !== user.id), session], state: 'ready' });
  remember();
  return { ok: true, value: session };
}

export async function signOut(session: Session): Promise<void> {
  await session.signOut();
  drop(session);
}

/** Takes an account away whose session has ended elsewhere. */
export function drop(session: Session): void {
  session.close();
  change({ sessions: current.sessions.filter((other) => other !== session), state: current.state });
  remember();
}

function remembered(): readonly string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '[]');
    return Array.isArray(stored) ? stored.filter((id) => typeof id === 'string') : [];
  } catch {
    return [];
  }
}

function remember(): void {
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(current.sessions.map((session) => session.id)));
  } catch {
    // Without storage the last account that signed in is found by its cookie.
  }
}
