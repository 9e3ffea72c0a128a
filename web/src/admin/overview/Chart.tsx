/** Bars for two series, standing by day or lying by name, drawn by hand; the table behind them says the same. */
import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { type ReactElement, type ReactNode, type RefObject, useEffect, useId, useRef, useState } from 'react';

import { number, shortNumber } from '../../i18n/formats';
import { useT } from '../i18n';
import { useTableStyles } from '../parts/table';

/** Until the room is measured. */
const WIDTH_PX = 720;
const HEIGHT_PX = 220;
const AXIS = { gap: 6, bottom: 28, top: 14 };
/** Of a partner: a name, and two bars below it. */
const ROW = { height: 62, name: 14, first: 22, bar: 12, gap: 4 };
const FONT_PX = 12;
/** No character of a number or a day is wider, as a part of the height of the letters. */
const CHARACTER = 0.62;
/** Between the labels of two days. */
const LABEL_GAP_PX = 14;

const useStyles = makeStyles({
  figure: { margin: 0, display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
  svg: { inlineSize: '100%', blockSize: 'auto', display: 'block' },
  legend: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalL, fontSize: tokens.fontSizeBase200 },
  key: { display: 'inline-flex', alignItems: 'center', gap: tokens.spacingHorizontalXS },
  swatch: { inlineSize: '14px', blockSize: '14px' },
  text: { fill: tokens.colorNeutralForeground2, fontSize: `${FONT_PX}px`, fontFamily: tokens.fontFamilyBase },
  name: { fill: tokens.colorNeutralForeground1, fontSize: `${FONT_PX}px`, fontFamily: tokens.fontFamilyBase },
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
  /** What one has to know about the numbers. */
  readonly children?: ReactNode;
}

/** Bars that stand next to each other, for what follows in time. */
export function Chart(props: Props) {
  return <Figure {...props} alt="chart.alt" plot={Standing} isSummed />;
}

/** Bars that lie below each other, for what has names of any length. They may count the same thing twice, and are not summed. */
export function NamedChart(props: Props) {
  return <Figure {...props} alt="chart.altOf" plot={Lying} isSummed={false} />;
}

interface PlotProps {
  readonly series: Props['series'];
  readonly bars: readonly Bar[];
  readonly label: string;
  readonly width: number;
}

interface FigureProps extends Props {
  readonly alt: 'chart.alt' | 'chart.altOf';
  readonly plot: (props: PlotProps) => ReactElement;
  readonly isSummed: boolean;
}

function Figure({ title, series, bars, of, children, alt, plot: Plot, isSummed }: FigureProps) {
  const styles = useStyles();
  const table = useTableStyles();
  const t = useT();
  const [isTable, setTable] = useState(false);
  const id = useId();
  const whole = useRef<HTMLElement>(null);
  const width = useWidth(whole);
  const total = (index: 0 | 1) => bars.reduce((sum, bar) => sum + bar.values[index], 0);
  return (
    <figure ref={whole} className={styles.figure} aria-labelledby={id}>
      <figcaption id={id} className={styles.legend}>
        <strong>{title}</strong>
        {series.map((name, index) => (
          <span key={name} className={styles.key}>
            <svg className={styles.swatch} viewBox="0 0 14 14" aria-hidden="true"><rect x="1" y="1" width="12" height="12" strokeWidth="2" className={index === 0 ? styles.first : styles.second} /></svg>
            {isSummed ? t('chart.total', { name, count: total(index as 0 | 1) }) : name}
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
        <Plot series={series} bars={bars} label={t(alt, { title })} width={width} />
      )}
      {children}
      <div><Button size="small" onClick={() => setTable(!isTable)}>{isTable ? t('chart.asChart') : t('chart.asTable')}</Button></div>
    </figure>
  );
}

function Standing({ series, bars, label, width }: PlotProps) {
  const styles = useStyles();
  const peak = peakOf(bars);
  const marks = [0, peak / 2, peak].map((value) => ({ value, label: shortNumber(value) }));
  const start = Math.max(...marks.map((mark) => widthOf(mark.label))) + AXIS.gap;
  const slot = (width - start) / Math.max(1, bars.length);
  const thick = Math.min(22, slot * 0.36);
  const y = (value: number) => AXIS.top + (HEIGHT_PX - AXIS.top - AXIS.bottom) * (1 - value / peak);
  const labelled = labelledBars(bars.map((bar) => bar.label), slot);
  return (
    <svg className={styles.svg} viewBox={`0 0 ${width} ${HEIGHT_PX}`} role="img" aria-label={label}>
      {marks.map(({ value, label: said }) => (
        <g key={value}>
          <line className={styles.grid} x1={start} x2={width} y1={y(value)} y2={y(value)} />
          <text className={styles.text} x={start - AXIS.gap} y={y(value) + 4} textAnchor="end">{said}</text>
        </g>
      ))}
      {bars.map((bar, index) => {
        const middle = start + slot * (index + 0.5);
        return (
          <g key={bar.label}>
            <title>{`${bar.label}: ${series[0]} ${number(bar.values[0])}, ${series[1]} ${number(bar.values[1])}`}</title>
            {bar.values.map((value, which) => (
              <rect key={series[which]} className={which === 0 ? styles.first : styles.second} strokeWidth="2" x={middle + (which === 0 ? -thick - 1 : 3)} y={y(value)} width={Math.max(1, thick - 2)} height={Math.max(0, y(0) - y(value))} />
            ))}
            {labelled.has(index) && <text className={styles.text} x={Math.min(middle, width - widthOf(bar.label) / 2)} y={HEIGHT_PX - 6} textAnchor="middle">{bar.label}</text>}
          </g>
        );
      })}
    </svg>
  );
}

/** The name stands above its two bars, so that a long one has the whole width. */
function Lying({ series, bars, label, width }: PlotProps) {
  const styles = useStyles();
  const peak = peakOf(bars);
  const end = Math.max(...bars.flatMap((bar) => bar.values.map((value) => widthOf(number(value))))) + AXIS.gap;
  const length = (value: number) => Math.max(0, width - end) * (value / peak);
  const lettersMax = Math.max(1, Math.floor(width / (FONT_PX * CHARACTER)));
  return (
    <svg className={styles.svg} viewBox={`0 0 ${width} ${ROW.height * bars.length}`} role="img" aria-label={label} direction="ltr">
      {bars.map((bar, index) => {
        const top = ROW.height * index;
        return (
          <g key={bar.label}>
            <title>{`${bar.label}: ${series[0]} ${number(bar.values[0])}, ${series[1]} ${number(bar.values[1])}`}</title>
            <text className={styles.name} x={0} y={top + ROW.name}>{bar.label.length > lettersMax ? `${bar.label.slice(0, lettersMax - 1)}…` : bar.label}</text>
            {bar.values.map((value, which) => {
              const y = top + ROW.first + which * (ROW.bar + ROW.gap);
              return (
                <g key={series[which]}>
                  <rect className={which === 0 ? styles.first : styles.second} strokeWidth="2" x={1} y={y} width={length(value)} height={ROW.bar} />
                  <text className={styles.text} x={length(value) + AXIS.gap} y={y + ROW.bar - 1}>{number(value)}</text>
                </g>
              );
            })}
          </g>
        );
      })}
    </svg>
  );
}

const peakOf = (bars: readonly Bar[]) => niceMax(Math.max(1, ...bars.flatMap((bar) => bar.values)));

/** How wide an element is, as long as it is shown; letters in it keep their size then. */
function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(WIDTH_PX);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      if (entry && entry.contentRect.width > 0) setWidth(Math.round(entry.contentRect.width));
    });
    if (element.current) observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}

function widthOf(label: string): number {
  return label.length * FONT_PX * CHARACTER;
}

/** Which bars have room for a label below them: the last, and from there back as many as keep apart. */
export function labelledBars(labels: readonly string[], slot: number): ReadonlySet<number> {
  const widest = Math.max(0, ...labels.map(widthOf));
  const every = Math.max(1, Math.ceil((widest + LABEL_GAP_PX) / slot));
  return new Set(labels.map((_, index) => index).filter((index) => (labels.length - 1 - index) % every === 0));
}

/** The next even round number, so that half of it is whole. */
export function niceMax(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [2, 4, 6, 8, 10].find((one) => one * power >= value) ?? 10;
  return Math.max(2, step * power);
}
