/** The organisation's audit trail: what happened, by whom, with whom, and whether it is as it was written. */
import { Button, Dropdown, Field, Input, makeStyles, MessageBar, MessageBarActions, MessageBarBody, Option, Spinner, Text, tokens } from '@fluentui/react-components';
import { ArrowClockwiseRegular, ArrowDownloadRegular, FilterDismissRegular, HistoryRegular, ShieldCheckmarkRegular } from '@fluentui/react-icons';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Fragment, type ReactNode, useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { valueOf } from '../../api/client';
import type { AuditEvent } from '../../api/schema.gen';
import { explainError } from '../../api/explain';
import { EmptyState } from '../../app/EmptyState';
import { href, navigate, useSearch } from '../../app/router';
import { useT as useAppT } from '../../i18n';
import { dateTime } from '../../i18n/formats';
import { inPages } from '../data';
import { useT } from '../i18n';
import { Page, Section } from '../parts/Page';
import { type Chosen, PersonPicker } from '../parts/PersonPicker';
import { QueryState } from '../parts/QueryState';
import { useTableStyles } from '../parts/table';
import { EventDetail } from './EventDetail';
import { EXPORT_ENTRIES_MAX, useExport } from './export';
import { kindName } from './kindName';
import { type NameOf, useNames } from './names';
import { sentenceOf } from './sentence';
import { type Filter, filterOf, kinds, noFilter, participantsOf, readTrail, searchOf } from './trail';

const PAGE_ENTRIES = 50;
const PARTICIPANTS_NAMED_MAX = 3;

const useStyles = makeStyles({
  filters: { display: 'grid', gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 200px), 1fr))', gap: tokens.spacingHorizontalM, alignItems: 'start' },
  // By the name that Fluent uses: its own least width is one of these.
  field: { minWidth: 0, inlineSize: '100%' },
  more: { display: 'flex', justifyContent: 'center', paddingBlockStart: tokens.spacingVerticalM },
  acts: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS, alignItems: 'center' },
  time: { whiteSpace: 'nowrap' },
  kind: { color: tokens.colorNeutralForeground2 },
});

export function AuditPage() {
  const styles = useStyles();
  const t = useT();
  const { id } = useSession();
  const filter = filterOf(useSearch());
  const query = useTrail(filter);
  // Who is outside of the directory has the name that the entries say.
  const listed = filter.participantId ? (query.data?.pages[0]?.items ?? []) : [];
  const wanted = [filter.actorId, filter.participantId].filter(Boolean).map((actorId) => ({ actorId }) as AuditEvent);
  const nameOf = useNames(query.isPending && filter.participantId ? [] : [...listed, ...wanted]);
  /** Counts how often the filters were cleared: the fields begin empty then. */
  const [round, setRound] = useState(0);
  const chosen = (account: string): Chosen | null => (account ? { kind: 'colleague', id: account, name: nameOf(account) } : null);
  const idOf = (one: Chosen | null) => (one?.kind === 'colleague' ? one.id : '');
  // The filters are in the address, so that a link and the way back keep them.
  const apply = (next: Filter) => navigate(href('u', id, 'admin', 'audit') + searchOf(next), { replace: true });
  const change = (part: Partial<Filter>) => apply({ ...filter, ...part });

  function clear(): void {
    apply(noFilter);
    setRound((before) => before + 1);
  }

  return (
    <Page title={t('audit.title')} about={t('audit.about')}>
      <Verification />
      <Section title={t('audit.events')}>
        <div key={round} className={styles.filters} role="search" aria-label={t('audit.filters')}>
          <Field label={t('audit.from')}><Input className={styles.field} type="date" value={filter.from} max={filter.to || undefined} onChange={(_, { value }) => change({ from: value })} /></Field>
          <Field label={t('audit.to')}><Input className={styles.field} type="date" value={filter.to} min={filter.from || undefined} onChange={(_, { value }) => change({ to: value })} /></Field>
          <Field label={t('audit.kind')}>
            <Dropdown className={styles.field} value={filter.kind ? kindName(filter.kind, t) : t('audit.allKinds')} selectedOptions={[filter.kind]} onOptionSelect={(_, { optionValue }) => change({ kind: optionValue ?? '' })}>
              {['', ...kinds].map((kind) => <Option key={kind} value={kind}>{kind ? kindName(kind, t) : t('audit.allKinds')}</Option>)}
            </Dropdown>
          </Field>
          <PersonPicker label={t('audit.person')} value={chosen(filter.actorId)} onChange={(one) => change({ actorId: idOf(one) })} />
          <PersonPicker label={t('audit.participant')} hint={t('audit.participantHint')} value={chosen(filter.participantId)} onChange={(one) => change({ participantId: idOf(one) })} />
        </div>
        {filter.chatId && (
          <div className={styles.acts}>
            <Text>{t('audit.onlyChat', { chat: filter.chatId })}</Text>
            <Button size="small" onClick={() => change({ chatId: '' })}>{t('audit.allChats')}</Button>
          </div>
        )}
        <Events filter={filter} query={query} onClear={clear} />
      </Section>
    </Page>
  );
}

function useTrail(filter: Filter) {
  const { api } = useSession();
  return useInfiniteQuery({
    ...inPages(['admin', 'trail', filter], (token, signal) => readTrail(api, filter, token, PAGE_ENTRIES, signal)),
    // Whoever looks here looks for what has just happened.
    staleTime: 0,
  });
}

function Events({ filter, query, onClear }: { filter: Filter; query: ReturnType<typeof useTrail>; onClear: () => void }) {
  const styles = useStyles();
  const t = useT();
  const tApp = useAppT();
  const isFiltered = searchOf(filter) !== '';
  const refresh = <Button icon={<ArrowClockwiseRegular />} disabledFocusable={query.isFetching} onClick={() => void query.refetch()}>{t('audit.refresh')}</Button>;
  const clear = <Button icon={<FilterDismissRegular />} onClick={onClear}>{t('audit.clear')}</Button>;
  return (
    <>
      <Exports filter={filter} act={<>{refresh}{isFiltered && clear}</>} />
      <QueryState query={query}>
        {({ pages }) => {
          const events = pages.flatMap((page) => page.items);
          if (events.length === 0 && !query.hasNextPage) return <EmptyState icon={<HistoryRegular />} title={t('audit.empty')} {...(isFiltered ? { action: clear } : {})}>{t('audit.emptyHint')}</EmptyState>;
          return (
            <>
              {events.length > 0 ? <Table events={events} /> : <EmptyState icon={<HistoryRegular />} title={t('audit.empty')}>{t('audit.emptySoFar')}</EmptyState>}
              <div className={styles.more}>
                {query.isFetchNextPageError && <Text role="alert">{explainError(query.error, tApp).title}</Text>}
                {query.hasNextPage && <Button disabledFocusable={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{query.isFetchingNextPage ? tApp('common.loading') : t('audit.older')}</Button>}
              </div>
            </>
          );
        }}
      </QueryState>
    </>
  );
}

/** The buttons that write a file, and how far that is. */
function Exports({ filter, act }: { filter: Filter; act: ReactNode }) {
  const styles = useStyles();
  const t = useT();
  const tApp = useAppT();
  const { api } = useSession();
  const exporting = useExport(api);
  return (
    <>
      <div className={styles.acts}>
        <Button icon={<ArrowDownloadRegular />} disabledFocusable={exporting.isBusy} onClick={() => void exporting.run(filter, 'csv')}>{t('audit.csv')}</Button>
        <Button icon={<ArrowDownloadRegular />} disabledFocusable={exporting.isBusy} onClick={() => void exporting.run(filter, 'jsonl')}>{t('audit.jsonLines')}</Button>
        {act}
        {exporting.isBusy && (
          <>
            <Spinner size="tiny" label={t('audit.exporting', { count: exporting.done })} />
            <Button size="small" onClick={exporting.cancel}>{t('audit.cancelExport')}</Button>
          </>
        )}
      </div>
      {exporting.error !== null && <MessageBar intent="error" role="alert" layout="multiline"><MessageBarBody>{explainError(exporting.error, tApp).title} {t('audit.nothingExported')}</MessageBarBody></MessageBar>}
      {exporting.isCut && <MessageBar intent="warning" layout="multiline"><MessageBarBody>{t('audit.cut', { max: EXPORT_ENTRIES_MAX })}</MessageBarBody></MessageBar>}
    </>
  );
}

function Table({ events }: { events: readonly AuditEvent[] }) {
  const table = useTableStyles();
  const t = useT();
  const [open, setOpen] = useState<string | null>(null);
  const nameOf = useNames(events);
  return (
    <div className={table.scroll}>
      <table className={`${table.table} ${table.folding}`} aria-label={t('audit.events')}>
        <thead><tr><th scope="col">{t('audit.time')}</th><th scope="col">{t('audit.what')}</th><th scope="col">{t('audit.participants')}</th><th scope="col">{t('common.acts')}</th></tr></thead>
        <tbody>
          {events.map((event) => (
            <Fragment key={event.id}>
              <Row event={event} nameOf={nameOf} isOpen={open === event.id} onToggle={() => setOpen(open === event.id ? null : event.id)} />
              {open === event.id && <tr><td colSpan={4}><EventDetail event={event} nameOf={nameOf} /></td></tr>}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ event, nameOf, isOpen, onToggle }: { event: AuditEvent; nameOf: NameOf; isOpen: boolean; onToggle: () => void }) {
  const styles = useStyles();
  const t = useT();
  const names = participantsOf(event).map((one) => one.displayName || one.address || one.id);
  const shown = names.slice(0, PARTICIPANTS_NAMED_MAX).join(', ');
  const rest = names.length - PARTICIPANTS_NAMED_MAX;
  return (
    <tr>
      <td className={styles.time}>{dateTime(event.activityDateTime)}</td>
      <th scope="row">{sentenceOf(event, nameOf, t)} <Text block size={200} className={styles.kind}>{kindName(event.kind, t)}</Text></th>
      <td data-label={t('audit.participants')}>{rest > 0 ? t('audit.andMore', { names: shown, count: rest }) : shown || t('audit.noParticipants')}</td>
      <td><Button size="small" appearance="subtle" aria-expanded={isOpen} aria-label={t(isOpen ? 'audit.lessOf' : 'audit.detailOf', { time: dateTime(event.activityDateTime) })} onClick={onToggle}>{isOpen ? t('audit.less') : t('audit.detail')}</Button></td>
    </tr>
  );
}

/** Whether the chain of hashes is whole; recomputed when somebody asks. */
function Verification() {
  const styles = useStyles();
  const t = useT();
  const tApp = useAppT();
  const { api } = useSession();
  const query = useQuery({
    queryKey: ['admin', 'verification'],
    queryFn: () => valueOf(api.GET('/v1.0/admin/teams/externalAccess/auditEvents/verification')),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const act = <MessageBarActions><Button disabledFocusable={query.isFetching} icon={<ShieldCheckmarkRegular />} onClick={() => void query.refetch()}>{t('verify.again')}</Button></MessageBarActions>;
  if (query.isFetching) return <div className={styles.acts}><Spinner size="tiny" label={t('verify.running')} /></div>;
  if (!query.data) return <MessageBar intent="warning" layout="multiline"><MessageBarBody>{t('verify.failed')} {explainError(query.error, tApp).title}</MessageBarBody>{act}</MessageBar>;
  const { isIntact, chains, entries, firstBroken } = query.data;
  return (
    <MessageBar intent={isIntact ? 'success' : 'error'} layout="multiline">
      <MessageBarBody>
        {isIntact ? t('verify.intact', { entries: t('verify.entries', { count: entries }), chains: t('verify.chains', { count: chains }), time: dateTime(query.dataUpdatedAt) }) : t('verify.broken', { description: firstBroken?.description ?? '', chat: firstBroken?.chatId ?? t('verify.administration') })}
      </MessageBarBody>
      {act}
    </MessageBar>
  );
}
