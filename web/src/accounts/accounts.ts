/**
 * The accounts that are signed in on this device, side by side. The browser keeps their session
 * cookies, which no script can read; nothing about them is stored here.
 */
import { useSyncExternalStore } from 'react';

import { answer, createApi } from '../api/client';
import type { Failure, Result } from '../api/failure';
import type { User } from '../api/schema.gen';
import { silence } from '../app/Announcer';
import { toast } from '../app/toasts';
import { t } from '../i18n';
import { followOtherTabs, tellOtherTabs } from './otherTabs';
import { Session } from './session';

export interface Accounts {
  readonly sessions: readonly Session[];
  /** `starting` until it is known who is signed in; `unreachable` when nobody answers. */
  readonly state: 'starting' | 'ready' | 'unreachable';
}

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

let restoring: Promise<void> | null = null;

/** Finds out who is signed in: the server knows by the cookies that the browser sends. Asked again meanwhile, it is the same question. */
export function restore(): Promise<void> {
  restoring ??= findOut().finally(() => (restoring = null));
  return restoring;
}

async function findOut(): Promise<void> {
  const found = await answer(createApi(null).GET('/v1.0/auth/sessions'));
  if (!found.ok) return change({ sessions: [], state: 'unreachable' });
  const users = await Promise.all(found.value.value.map(({ account }) => whole(account)));
  const sessions = users.map((user) => new Session(user));
  for (const session of sessions) session.start();
  return change({ sessions, state: 'ready' });
}

/** The whole profile: the list of sessions and the answer to signing in leave out what only `/me` shows. */
async function whole(account: User): Promise<User> {
  const me = await answer(createApi(account.id).GET('/v1.0/me'));
  return me.ok ? me.value : account;
}

export async function signIn(address: string, password: string): Promise<Result<Session>> {
  const signedIn = await answer(createApi(null).POST('/v1.0/auth/signIn', { body: { address, password } }));
  if (!signedIn.ok) return signedIn;
  const session = add(await whole(signedIn.value.account));
  tellOtherTabs('signedIn', session.id);
  return { ok: true, value: session };
}

function add(user: User): Session {
  current.sessions.find((session) => session.id === user.id)?.close();
  const session = new Session(user);
  session.start();
  change({ sessions: [...current.sessions.filter((other) => other.id !== user.id), session], state: 'ready' });
  return session;
}

/** Goes along with what is done in other tabs: they share the cookies, and are the same people. Returns how to stop. */
export function followAccounts(): () => void {
  return followOtherTabs(({ what, accountId }) => {
    const session = current.sessions.find((one) => one.id === accountId);
    if (what === 'signedIn' && current.state === 'ready' && (!session || session.live.get().link === 'signedOut')) void adopt(accountId);
    if (what !== 'signedOut' || !session) return;
    session.forget();
    drop(session);
    toast({ intent: 'info', title: t('connection.signedOut', { name: session.user.displayName }) });
  });
}

/** Takes an account that has signed in in another tab. */
async function adopt(accountId: string): Promise<void> {
  const found = await answer(createApi(null).GET('/v1.0/auth/sessions'));
  const account = found.ok ? found.value.value.find((one) => one.account.id === accountId)?.account : undefined;
  if (account) add(await whole(account));
}

/** What kept it from being done, if anything did. */
export async function signOut(session: Session): Promise<Failure | null> {
  const failure = await session.signOut();
  if (failure) return failure;
  drop(session);
  tellOtherTabs('signedOut', session.id);
  return null;
}

/** Takes an account away whose session has ended elsewhere. */
export function drop(session: Session): void {
  session.close();
  silence();
  change({ sessions: current.sessions.filter((other) => other !== session), state: current.state });
}
