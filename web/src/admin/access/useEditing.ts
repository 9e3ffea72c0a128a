/** The configuration while somebody edits it: what was read, what they want, and how it is saved. */
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { answer } from '../../api/client';
import type { Failure } from '../../api/failure';
import { type Configuration, configurationQuery, readConfiguration, type Versioned } from '../data';
import { type Difference, type Draft, differences, draftOf, type Patch, patchOf, rebased, savedAs } from './settings';

export interface Editing {
  readonly base: Draft;
  readonly draft: Draft;
  /** What the configuration is once this is saved. */
  readonly saved: Draft;
  readonly patch: Patch;
  readonly changes: readonly Difference[];
  readonly isBusy: boolean;
  readonly failure: Failure | null;
  /** What somebody else saved while this was edited. */
  readonly meanwhile: readonly Difference[];
  readonly change: (part: Partial<Draft>) => void;
  readonly discard: () => void;
  readonly save: () => Promise<boolean>;
}

export function useEditing(read: Versioned<Configuration>): Editing {
  const { api } = useSession();
  const queries = useQueryClient();
  const [from, setFrom] = useState(read);
  const [draft, setDraft] = useState(() => draftOf(read.value));
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [meanwhile, setMeanwhile] = useState<readonly Difference[]>([]);
  const base = draftOf(from.value);
  const patch = patchOf(from.value, draft);
  const saved = savedAs(from.value, draft);
  const isChanged = Object.keys(patch).length > 0;

  // Fetched anew while nothing was edited: the page follows.
  if (read !== from && read.etag !== from.etag && !isChanged && !isBusy) {
    setFrom(read);
    setDraft(draftOf(read.value));
  }

  const change = useCallback((part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part })), []);

  function discard(): void {
    setDraft(base);
    setFailure(null);
    setMeanwhile([]);
  }

  async function save(): Promise<boolean> {
    setBusy(true);
    setFailure(null);
    let etag = '';
    const call = api
      .PATCH('/v1.0/admin/teams/externalAccess/configuration', { params: { header: { 'If-Match': from.etag } }, body: patch })
      .then((answered) => {
        etag = answered.response.headers.get('etag') ?? '';
        return answered;
      });
    const result = await answer(call);
    if (result.ok) take({ value: result.value, etag }, draftOf(result.value), []);
    else if (result.failure.status === 412) await meet(result.failure);
    else setFailure(result.failure);
    setBusy(false);
    return result.ok;
  }

  /** Somebody else was faster: their state becomes the base, and what was edited goes on top. */
  async function meet(refused: Failure): Promise<void> {
    try {
      const now = await readConfiguration(api);
      const theirs = draftOf(now.value);
      take(now, rebased(base, draft, theirs), differences(base, theirs));
    } catch {
      setFailure(refused);
    }
  }

  function take(now: Versioned<Configuration>, next: Draft, others: readonly Difference[]): void {
    queries.setQueryData(configurationQuery(api).queryKey, now);
    setFrom(now);
    setDraft(next);
    setMeanwhile(others);
  }

  return { base, draft, saved, patch, changes: isChanged ? differences(base, saved) : [], isBusy, failure, meanwhile, change, discard, save };
}
