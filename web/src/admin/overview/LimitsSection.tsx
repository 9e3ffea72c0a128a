/** What the organisation may have, how much of it there is, and how fast requests may come. */
import { Badge, Button, makeStyles, mergeClasses, Text, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { valueOf } from '../../api/client';
import type { Limit } from '../../api/schema.gen';
import { number } from '../../i18n/formats';
import english from '../catalogues/en.json';
import { type T, type TextKey, useT } from '../i18n';
import { Section } from '../parts/Page';
import { QueryState } from '../parts/QueryState';
import { useTableStyles } from '../parts/table';

/** From this part on a limit is named as nearly reached. */
const NEAR = 0.8;

const useStyles = makeStyles({
  bar: { inlineSize: '100%', minInlineSize: '80px', maxInlineSize: '240px', blockSize: '10px', boxSizing: 'border-box', borderRadius: tokens.borderRadiusSmall, border: `1px solid ${tokens.colorNeutralStrokeAccessible}`, overflow: 'hidden', '@media (max-width: 639px)': { maxInlineSize: '100%' } },
  filled: { blockSize: '100%', backgroundColor: tokens.colorBrandBackground },
  near: { backgroundColor: tokens.colorPaletteDarkOrangeForeground1 },
  name: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS, alignItems: 'center' },
});

export function LimitsSection() {
  const t = useT();
  const { api } = useSession();
  const query = useQuery({ queryKey: ['admin', 'limits'], queryFn: async () => (await valueOf(api.GET('/v1.0/admin/limits'))).value });
  return (
    <Section title={t('limits.title')} hint={t('limits.about')}>
      <QueryState query={query}>{(limits) => <Limits limits={limits} />}</QueryState>
    </Section>
  );
}

function Limits({ limits }: { limits: readonly Limit[] }) {
  const t = useT();
  const [showsRates, setShowsRates] = useState(false);
  const quotas = limits.filter((one) => one.periodSeconds === null);
  const rates = limits.filter((one) => one.periodSeconds !== null);
  return (
    <>
      <Quotas quotas={quotas} />
      <div><Button size="small" aria-expanded={showsRates} onClick={() => setShowsRates(!showsRates)}>{t(showsRates ? 'limits.hideRates' : 'limits.showRates')}</Button></div>
      {showsRates && <Rates rates={rates} />}
    </>
  );
}

function Quotas({ quotas }: { quotas: readonly Limit[] }) {
  const styles = useStyles();
  const table = useTableStyles();
  const t = useT();
  return (
    <div className={table.scroll}>
      <table className={`${table.table} ${table.folding}`} aria-label={t('limits.quotas')}>
        <thead><tr><th scope="col">{t('limits.what')}</th><th scope="col">{t('limits.used')}</th><th scope="col">{t('limits.part')}</th></tr></thead>
        <tbody>
          {quotas.map((one) => {
            const part = one.limit === 0 ? 1 : (one.used ?? 0) / one.limit;
            return (
              <tr key={one.id}>
                <th scope="row">
                  <span className={styles.name}>
                    {nameOf(one.id, t)}
                    {part >= NEAR && <Badge appearance="tint" color="warning">{t(part >= 1 ? 'limits.full' : 'limits.near')}</Badge>}
                  </span>
                </th>
                <td data-label={t('limits.used')}>{t('limits.of', { used: one.used ?? 0, limit: one.limit })}</td>
                <td data-label={t('limits.part')}>
                  {t('limits.percent', { part: percent(part) })}
                  <div className={styles.bar} aria-hidden="true"><div className={mergeClasses(styles.filled, part >= NEAR && styles.near)} style={{ inlineSize: `${Math.min(1, part) * 100}%` }} /></div>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Rates({ rates }: { rates: readonly Limit[] }) {
  const table = useTableStyles();
  const t = useT();
  return (
    <>
      <Text>{t('limits.ratesAbout')}</Text>
      <div className={table.scroll}>
        <table className={`${table.table} ${table.folding}`} aria-label={t('limits.rates')}>
          <thead><tr><th scope="col">{t('limits.what')}</th><th scope="col">{t('limits.for')}</th><th scope="col">{t('limits.most')}</th><th scope="col">{t('limits.now')}</th></tr></thead>
          <tbody>
            {rates.map((one) => (
              <tr key={one.id}>
                <th scope="row">{nameOf(one.id, t)}</th>
                <td data-label={t('limits.for')}>{t(`limits.scope.${one.scope}`)}</td>
                <td data-label={t('limits.most')}>{t(one.periodSeconds === 1 ? 'limits.perSecond' : 'limits.perMinute', { count: perPeriod(one) })}</td>
                <td data-label={t('limits.now')}>{one.used === null ? t('limits.notCounted') : number(one.used)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** How many in a second or a minute, whichever the limit is about. */
function perPeriod({ limit, periodSeconds }: Limit): number {
  return periodSeconds === null || periodSeconds <= 1 ? limit : Math.floor((limit * 60) / periodSeconds);
}

/** The words for a limit; its own name where the server knows one that this page does not. */
function nameOf(id: string, t: T): string {
  const key = `limits.name.${id}`;
  return Object.hasOwn(english, key) ? t(key as TextKey) : id;
}

/** Whole percent; a little of something is not nothing. */
function percent(part: number): number {
  return part > 0 && part < 0.01 ? 1 : Math.round(part * 100);
}
