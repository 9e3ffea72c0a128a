/** Dates, times, numbers and lists in the person's way of writing them. */
import { locale } from './locale';

const made = new Map<string, unknown>();

/** Formatters are expensive to make and cheap to keep. */
function keep<F>(name: string, make: (tag: string) => F): F {
  const { tag } = locale();
  const key = `${tag} ${name}`;
  const known = made.get(key);
  if (known) return known as F;
  const formatter = make(tag);
  made.set(key, formatter);
  return formatter;
}

export function time(moment: string | number): string {
  return keep('time', (tag) => new Intl.DateTimeFormat(tag, { timeStyle: 'short' })).format(new Date(moment));
}

export function dateTime(moment: string | number): string {
  return keep('dateTime', (tag) => new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeStyle: 'short' })).format(new Date(moment));
}

export function date(moment: string | number): string {
  return keep('date', (tag) => new Intl.DateTimeFormat(tag, { dateStyle: 'medium' })).format(new Date(moment));
}

/** A day as a heading: “Today”, “Yesterday”, a weekday, or the date. */
export function day(moment: string | number, now: number = Date.now()): string {
  const days = daysBetween(moment, now);
  if (days <= 1 && days >= 0) {
    const text = keep('relative', (tag) => new Intl.RelativeTimeFormat(tag, { numeric: 'auto' })).format(-days, 'day');
    return text.charAt(0).toLocaleUpperCase(locale().tag) + text.slice(1);
  }
  const isThisYear = new Date(moment).getFullYear() === new Date(now).getFullYear();
  return keep(`day${isThisYear}`, (tag) =>
    new Intl.DateTimeFormat(tag, { weekday: 'long', day: 'numeric', month: 'long', ...(isThisYear ? {} : { year: 'numeric' }) }),
  ).format(new Date(moment));
}

/** When something happened, as short as a list can bear: a time today, a weekday this week, else a date. */
export function listTime(moment: string | number, now: number = Date.now()): string {
  const days = daysBetween(moment, now);
  if (days === 0) return time(moment);
  const isThisWeek = days < 7 && days > 0;
  return keep(`list${isThisWeek}`, (tag) => new Intl.DateTimeFormat(tag, isThisWeek ? { weekday: 'short' } : { dateStyle: 'short' })).format(new Date(moment));
}

/** Whole days, by the calendar of this place. */
export function daysBetween(earlier: string | number, later: string | number): number {
  const midnight = (moment: string | number) => {
    const date = new Date(moment);
    return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  };
  return Math.round((midnight(later) - midnight(earlier)) / 86_400_000);
}

export function number(value: number): string {
  return keep('number', (tag) => new Intl.NumberFormat(tag)).format(value);
}

/** A number where there is little room: “40,000”, “2M”. */
export function shortNumber(value: number): string {
  return value < 1_000_000 ? number(value) : keep('short', (tag) => new Intl.NumberFormat(tag, { notation: 'compact' })).format(value);
}

/** “Ada, Ben and Chiara”. */
export function list(items: readonly string[]): string {
  return keep('list', (tag) => new Intl.ListFormat(tag, { type: 'conjunction' })).format(items);
}

/** The order in which names are listed. */
export function compareNames(one: string, other: string): number {
  return keep('collator', (tag) => new Intl.Collator(tag, { sensitivity: 'base', numeric: true })).compare(one, other);
}
