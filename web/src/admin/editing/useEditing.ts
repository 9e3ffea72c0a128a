/** Settings while somebody edits them: what was read, what they want, and how it is saved next to others. */
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { type Api, RefusedError } from '../../api/client';
import { type Failure, offline, type Result } from '../../api/failure';
import type { Versioned } from '../data';
import { type Difference, differences, isSame } from './merge';

/** How often others may be faster with something that is no part of the draft. */
const TRIES_MAX = 3;

/** What is edited: `V` as the server keeps it, `D` as the page has it, `P` as a change is sent. */
export interface Subject<V, D extends object, P extends object> {
  /** In the order in which differences are shown. */
  readonly settings: readonly (keyof D & string)[];
  readonly draftOf: (value: V) => D;
  /** What has to be sent so that `value` becomes `draft`; empty for nothing. */
  readonly patchOf: (value: V, draft: D) => P;
  /** What the draft is once it is saved. */
  readonly savedAs: (value: V, draft: D) => D;
  readonly rebased: (base: D, edited: D, saved: D) => D;
  /** The version is empty where the server names none: what is kept is compared then. */
  readonly read: (api: Api) => Promise<Versioned<V>>;
  /** Saves over `etag`, if there is one; status 412 says that it is not the version any more. */
  readonly write: (api: Api, patch: P, etag: string) => Promise<Result<Versioned<V>>>;
  /** Puts what is known now where pages read it. */
  readonly keep: (queries: QueryClient, api: Api, now: Versioned<V>) => void;
}

export interface Editing<V, D extends object, P extends object> {
  readonly value: V;
  readonly base: D;
  readonly draft: D;
  /** What it is once this is saved. */
  readonly saved: D;
  readonly patch: P;
  readonly changes: readonly Difference<keyof D & string>[];
  readonly isBusy: boolean;
  readonly failure: Failure | null;
  /** What others saved since this was begun. */
  readonly meanwhile: readonly Difference<keyof D & string>[];
  readonly change: (part: Partial<D>) => void;
  readonly discard: () => void;
  readonly save: () => Promise<boolean>;
}

export function useEditing<V, D extends object, P extends object>(read: Versioned<V>, subject: Subject<V, D, P>): Editing<V, D, P> {
  const { api } = useSession();
  const queries = useQueryClient();
  const [from, setFrom] = useState(read);
  const [seen, setSeen] = useState(read);
  const [draft, setDraft] = useState(() => subject.draftOf(read.value));
  /** What was there when the editing began, if others have saved since. */
  const [begun, setBegun] = useState<D | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const base = subject.draftOf(from.value);
  const patch = subject.patchOf(from.value, draft);
  const saved = subject.savedAs(from.value, draft);
  const isChanged = Object.keys(patch).length > 0;

  // Fetched anew meanwhile: the page follows, and keeps what was edited.
  if (read !== seen && !isBusy) {
    setSeen(read);
    meet(read);
  }

  const change = useCallback((part: Partial<D>) => setDraft((before) => ({ ...before, ...part })), []);

  function discard(): void {
    setDraft(base);
    setFailure(null);
    setBegun(null);
  }

  async function save(): Promise<boolean> {
    setBusy(true);
    setFailure(null);
    const isSaved = await attempt(from.etag, TRIES_MAX);
    setBusy(false);
    // The trail, what applies to whom, and the like.
    if (isSaved) void queries.invalidateQueries({ queryKey: ['admin'] });
    return isSaved;
  }

  async function attempt(etag: string, tries: number): Promise<boolean> {
    const over = etag || (await fresh());
    if (over === null) return false;
    const result = await subject.write(api, patch, over);
    if (result.ok) {
      take(result.value);
      return true;
    }
    // What somebody else changed may be no part of this.
    if (result.failure.status === 412 && tries > 1) return attempt('', tries - 1);
    setFailure(result.failure);
    return false;
  }

  /** The version that is kept now; null where it is not what was edited: then that is to be looked at first. */
  async function fresh(): Promise<string | null> {
    const result = await settled(subject.read(api));
    if (!result.ok) {
      setFailure(result.failure);
      return null;
    }
    subject.keep(queries, api, result.value);
    if (isSame(subject.draftOf(result.value.value), base)) return result.value.etag;
    meet(result.value);
    return null;
  }

  /** What others saved becomes the base, and what was edited goes on top. */
  function meet(now: Versioned<V>): void {
    const theirs = subject.draftOf(now.value);
    setFrom(now);
    if (isSame(base, theirs)) return;
    setDraft(subject.rebased(base, draft, theirs));
    if (isChanged) setBegun(begun ?? base);
  }

  function take(now: Versioned<V>): void {
    subject.keep(queries, api, now);
    setFrom(now);
    setDraft(subject.draftOf(now.value));
    setBegun(null);
  }

  return {
    value: from.value,
    base,
    draft,
    saved,
    patch,
    changes: isChanged ? differences(subject.settings, base, saved) : [],
    isBusy,
    failure,
    meanwhile: begun ? differences(subject.settings, begun, base) : [],
    change,
    discard,
    save,
  };
}

/** What a reading came to, as a value. */
export async function settled<T>(reading: Promise<T>): Promise<Result<T>> {
  try {
    return { ok: true, value: await reading };
  } catch (error) {
    return { ok: false, failure: error instanceof RefusedError ? error.failure : offline };
  }
}
