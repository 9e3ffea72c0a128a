/** The language of the person: what they chose, else what the browser asks for, else English. */

export interface Locale {
  /** The language whose texts are shown, such as `de`. */
  readonly language: string;
  /** The full tag for dates and numbers, such as `de-CH`. */
  readonly tag: string;
  readonly direction: 'ltr' | 'rtl';
}

/** Languages that have a catalogue; each file in `catalogues/` is one. */
export const languages: readonly string[] = Object.keys(import.meta.glob('./catalogues/*.json'))
  .map((path) => path.replace(/^.*\/(.+)\.json$/, '$1'))
  .toSorted();

const RIGHT_TO_LEFT = new Set(['ar', 'dv', 'fa', 'he', 'ps', 'ur', 'yi']);
const listeners = new Set<() => void>();
let current = resolve('system');

export function locale(): Locale {
  return current;
}

export function onLocale(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Takes the person's choice: a language, or `system`. */
export function chooseLanguage(choice: string): void {
  const next = resolve(choice);
  if (next.language === current.language && next.tag === current.tag) return;
  current = next;
  for (const listener of listeners) listener();
}

/** What a choice comes to, given what the browser asks for. */
export function resolve(choice: string, asked: readonly string[] = browserLanguages()): Locale {
  const wanted = choice === 'system' ? asked : [choice];
  const tag = wanted.find((tag) => languages.includes(primary(tag))) ?? 'en';
  const language = primary(tag);
  // Somebody who reads English in Switzerland still expects Swiss dates: keep the region asked for.
  const regional = asked.find((other) => primary(other) === language) ?? tag;
  return { language, tag: regional, direction: RIGHT_TO_LEFT.has(language) ? 'rtl' : 'ltr' };
}

function primary(tag: string): string {
  return tag.split('-')[0]?.toLowerCase() ?? 'en';
}

function browserLanguages(): readonly string[] {
  return typeof navigator === 'undefined' ? ['en'] : navigator.languages;
}
