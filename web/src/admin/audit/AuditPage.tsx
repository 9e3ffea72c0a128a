/** The organisation's audit trail: what happened, by whom, with whom, and whether it is as it was written. */
import { Button, Dropdown, Field, Input, makeStyles, MessageBar, MessageBarActions, MessageBarBody, Option, Spinner, Text, tokens } from '@fluentui/react-components';
import { ArrowDownloadRegular, HistoryRegular, ShieldCheckmarkRegular } from '@fluentui/react-icons';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Fragment, useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { valueOf } from '../../api/client';
import type { AuditEvent } from '../../api/schema.gen';
import { EmptyState } from '../../app/EmptyState';
import { useT as useAppT } from '../../i18n';
import { dateTime } from '../../i18n/formats';
import english from '../catalogues/en.json';
import { type T, type TextKey, useT } from '../i18n';
import { Page, Section } from '../parts/Page';
import { type Chosen, PersonPicker } from '../parts/PersonPicker';
import { explainError, QueryState } from '../parts/QueryState';
import { useTableStyles } from '../parts/table';
import { EventDetail } from './EventDetail';
import { useExport } from './export';
import { type Filter, kinds, noFilter, participantsOf, readTrail } from './trail';

const PAGE_ENTRIES = 50;

const useStyles = makeStyles({
  filters: { display: 'grid', gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 200px), 1fr))', gap: tokens.spacingHorizontalM, alignItems: 'start' },
  field: { minInlineSize: 0, inlineSize: '100%' },
  more: { display: 'flex', justifyContent: 'center', paddingBlockStart: tokens.spacingVerticalM },
  acts: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS, alignItems: 'center' },
  time: { whiteSpace: 'nowrap' },
});

export function AuditPage() {
  const styles = useStyles();
  const t = useT();
  const [filter, setFilter] = useState<Filter>(noFilter);
  const [person, setPerson] = useState<Chosen | null>(null);
  const change = (part: Partial<Filter>) => setFilter((before) => ({ ...before, ...part }));

  function choose(chosen: Chosen | null): void {
    setPerson(chosen);
    change({ actorId: chosen?.kind === 'colleague' ? chosen.id : '' });
  }

  return (
    <Page title={t('audit.title')} about={t('audit.about')}>
      <Verification />
      <Section title={t('audit.events')}>
        <div className={styles.filters} role="search" aria-label={t('audit.filters')}>
          <Field label={t('audit.from')}><Input className={styles.field} type="date" value={filter.from} onChange={(_, { value }) => change({ from: value })} /></Field>
          <Field label={t('audit.to')}><Input className={styles.field} type="date" value={filter.to} onChange={(_, { value }) => change({ to: value })} /></Field>
          <Field label={t('audit.kind')}>
            <Dropdown className={styles.field} value={filter.kind ? kindName(filter.kind, t) : t('audit.allKinds')} selectedOptions={[filter.kind]} onOptionSelect={(_, { optionValue }) => change({ kind: optionValue ?? '' })}>
              {['', ...kinds].map((kind) => <Option key={kind} value={kind}>{kind ? kindName(kind, t) : t('audit.allKinds')}</Option>)}
            </Dropdown>
          </Field>
          <PersonPicker label={t('audit.person')} value={person} onChange={choose} />
        </div>
        <Events filter={filter} />
      </Section>
    </Page>
  );
}

export function kindName(kind: string, t: T): string {
  const key = `kind.${kind}`;
  return Object.hasOwn(english, key) ? t(key as TextKey) : kind;
}

function Events({ filter }: { filter: Filter }) {
  const styles = useStyles();
  const t = useT();
  const tApp = useAppT();
  const { api } = useSession();
  const [open, setOpen] = useState<string | null>(null);
  const exporting = useExport(api);
  const table = useTableStyles();
  const query = useInfiniteQuery({
    queryKey: ['admin', 'trail', filter],
    queryFn: ({ pageParam }) => readTrail(api, filter, pageParam, PAGE_ENTRIES),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  return (
    <>
      <div className={styles.acts}>
        <Button icon={<ArrowDownloadRegular />} disabledFocusable={exporting.isBusy} onClick={() => void exporting.run(filter, 'csv')}>{t('audit.csv')}</Button>
        <Button icon={<ArrowDownloadRegular />} disabledFocusable={exporting.isBusy} onClick={() => void exporting.run(filter, 'jsonl')}>{t('audit.jsonLines')}</Button>
        {exporting.isBusy && (
          <>
            <Spinner size="tiny" label={t('audit.exporting', { count: exporting.done })} />
            <Button size="small" onClick={exporting.cancel}>{tApp('common.cancel')}</Button>
          </>
        )}
      </div>
      {exporting.error !== null && <MessageBar intent="error" role="alert"><MessageBarBody>{explainError(exporting.error, tApp).title} {t('audit.nothingExported')}</MessageBarBody></MessageBar>}
      <QueryState query={query}>
        {({ pages }) => {
          const events = pages.flatMap((page) => page.items);
          if (events.length === 0) return <EmptyState icon={<HistoryRegular />} title={t('audit.empty')}>{t('audit.emptyHint')}</EmptyState>;
          return (
            <div className={table.scroll}>
              <table className={`${table.table} ${table.folding}`} aria-label={t('audit.events')}>
                <thead><tr><th scope="col">{t('audit.time')}</th><th scope="col">{t('audit.kind')}</th><th scope="col">{t('audit.who')}</th><th scope="col">{t('audit.participants')}</th><th scope="col">{t('common.acts')}</th></tr></thead>
                <tbody>
                  {events.map((event) => (
                    <Fragment key={event.id}>
                      <Row event={event} isOpen={open === event.id} onToggle={() => setOpen(open === event.id ? null : event.id)} />
                      {open === event.id && <tr><td colSpan={5}><EventDetail event={event} /></td></tr>}
                    </Fragment>
                  ))}
                </tbody>
              </table>
              <div className={styles.more}>
                {query.isFetchNextPageError && <Text role="alert">{explainError(query.error, tApp).title}</Text>}
                {query.hasNextPage && <Button disabledFocusable={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{query.isFetchingNextPage ? tApp('common.loading') : t('audit.older')}</Button>}
              </div>
            </div>
          );
        }}
      </QueryState>
    </>
  );
}

function Row({ event, isOpen, onToggle }: { event: AuditEvent; isOpen: boolean; onToggle: () => void }) {
  const styles = useStyles();
  const t = useT();
  const names = participantsOf(event).map((one) => one.displayName || one.address || one.id);
  const shown = names.slice(0, 3).join(', ');
  return (
    <tr>
      <td className={styles.time}>{dateTime(event.activityDateTime)}</td>
      <th scope="row">{kindName(event.kind, t)}</th>
      <td data-label={t('audit.who')}><Actor event={event} /></td>
      <td data-label={t('audit.participants')}>{names.length > 3 ? t('audit.andMore', { names: shown, count: names.length - 3 }) : shown}</td>
      <td><Button size="small" appearance="subtle" aria-expanded={isOpen} onClick={onToggle}>{isOpen ? t('audit.less') : t('audit.detail')}</Button></td>
    </tr>
  );
}

/** Who did it: as the event names them, else as the directory does. */
function Actor({ event }: { event: AuditEvent }) {
  const t = useT();
  const { api } = useSession();
  const { actorId } = event;
  const named = participantsOf(event).find((one) => one.id === actorId)?.displayName;
  const person = useQuery({
    queryKey: ['admin', 'names', actorId],
    queryFn: () => valueOf(api.GET('/v1.0/users/{user_id}', { params: { path: { user_id: actorId ?? '' } } })),
    enabled: Boolean(actorId) && !named,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  if (!actorId) return <>{t('audit.terms')}</>;
  return <>{named ?? person.data?.displayName ?? (person.isError ? t('audit.formerOrOutside') : '…')}</>;
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
        {isIntact ? t('verify.intact', { entries, chains, time: dateTime(query.dataUpdatedAt) }) : t('verify.broken', { description: firstBroken?.description ?? '', chat: firstBroken?.chatId ?? t('verify.administration') })}
      </MessageBarBody>
      {act}
    </MessageBar>
  );
}
