/** Bars by day for two series, drawn by hand; the table behind them says the same. */
import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { useId, useState } from 'react';

import { number } from '../../i18n/formats';
import { useT } from '../i18n';
import { useTableStyles } from '../parts/table';

const WIDTH = 720;
const HEIGHT = 220;
const AXIS = { start: 56, bottom: 28, top: 14 };

const useStyles = makeStyles({
  figure: { margin: 0, display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
  svg: { inlineSize: '100%', blockSize: 'auto', display: 'block' },
  legend: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalL, fontSize: tokens.fontSizeBase200 },
  key: { display: 'inline-flex', alignItems: 'center', gap: tokens.spacingHorizontalXS },
  swatch: { inlineSize: '14px', blockSize: '14px' },
  text: { fill: tokens.colorNeutralForeground2, fontSize: '12px', fontFamily: tokens.fontFamilyBase, '@media (max-width: 639px)': { fontSize: '22px' } },
  grid: { stroke: tokens.colorNeutralStroke2 },
  first: { fill: tokens.colorBrandBackground, stroke: tokens.colorBrandBackground },
  second: { fill: tokens.colorNeutralBackground1, stroke: tokens.colorBrandForeground1 },
});

export interface Bar {
  readonly label: string;
  readonly values: readonly [number, number];
}

interface Props {
  readonly title: string;
  readonly series: readonly [string, string];
  readonly bars: readonly Bar[];
  /** What a row is, as the heading of the table. */
  readonly of: string;
}

export function Chart({ title, series, bars, of }: Props) {
  const styles = useStyles();
  const table = useTableStyles();
  const t = useT();
  const [isTable, setTable] = useState(false);
  const id = useId();
  const peak = niceMax(Math.max(1, ...bars.flatMap((bar) => bar.values)));
  const slot = (WIDTH - AXIS.start) / Math.max(1, bars.length);
  const thick = Math.min(22, slot * 0.36);
  const y = (value: number) => AXIS.top + (HEIGHT - AXIS.top - AXIS.bottom) * (1 - value / peak);
  const every = Math.ceil(bars.length / 8);
  const total = (index: 0 | 1) => bars.reduce((sum, bar) => sum + bar.values[index], 0);
  return (
    <figure className={styles.figure} aria-labelledby={id}>
      <figcaption id={id} className={styles.legend}>
        <strong>{title}</strong>
        {series.map((name, index) => (
          <span key={name} className={styles.key}>
            <svg className={styles.swatch} viewBox="0 0 14 14" aria-hidden="true"><rect x="1" y="1" width="12" height="12" strokeWidth="2" className={index === 0 ? styles.first : styles.second} /></svg>
            {t('chart.total', { name, count: total(index as 0 | 1) })}
          </span>
        ))}
      </figcaption>
      {isTable ? (
        <div className={table.scroll}>
          <table className={table.table} aria-label={title}>
            <thead><tr><th scope="col">{of}</th>{series.map((name) => <th key={name} scope="col" className={table.number}>{name}</th>)}</tr></thead>
            <tbody>{bars.map((bar) => <tr key={bar.label}><th scope="row">{bar.label}</th>{bar.values.map((value, index) => <td key={series[index]} className={table.number}>{number(value)}</td>)}</tr>)}</tbody>
          </table>
        </div>
      ) : (
        <svg className={styles.svg} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={t('chart.alt', { title })}>
          {[0, 0.5, 1].map((part) => (
            <g key={part}>
              <line className={styles.grid} x1={AXIS.start} x2={WIDTH} y1={y(peak * part)} y2={y(peak * part)} />
              <text className={styles.text} x={AXIS.start - 6} y={y(peak * part) + 4} textAnchor="end">{number(peak * part)}</text>
            </g>
          ))}
          {bars.map((bar, index) => {
            const middle = AXIS.start + slot * (index + 0.5);
            return (
              <g key={bar.label}>
                <title>{`${bar.label}: ${series[0]} ${number(bar.values[0])}, ${series[1]} ${number(bar.values[1])}`}</title>
                {bar.values.map((value, which) => (
                  <rect key={series[which]} className={which === 0 ? styles.first : styles.second} strokeWidth="2" x={middle + (which === 0 ? -thick - 1 : 3)} y={y(value)} width={thick - 2} height={Math.max(0, y(0) - y(value))} />
                ))}
                {index % every === 0 && <text className={styles.text} x={index + every >= bars.length && every > 1 ? Math.min(middle + slot / 2, WIDTH) : middle} y={HEIGHT - 6} textAnchor={index + every >= bars.length && every > 1 ? 'end' : 'middle'}>{bar.label}</text>}
              </g>
            );
          })}
        </svg>
      )}
      <div><Button size="small" onClick={() => setTable(!isTable)}>{isTable ? t('chart.asChart') : t('chart.asTable')}</Button></div>
    </figure>
  );
}

/** The next even round number, so that half of it is whole. */
export function niceMax(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [2, 4, 6, 8, 10].find((one) => one * power >= value) ?? 10;
  return Math.max(2, step * power);
}
