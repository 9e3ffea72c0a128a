/**
 * Texts by key. A catalogue is a folder of `<language>.json`; a language is added by adding a file
 * to each. English is the reference: its keys are the type, and the fallback for what is missing.
 */
import { useSyncExternalStore } from 'react';

import { locale, onLocale } from './locale';

/** A text, or its forms by number: `{"one": "{count} member", "other": "{count} members"}`. */
export type Text = string | { readonly [form in Intl.LDMLPluralRule]?: string };
export type Texts = { readonly [key: string]: Text };
export type Params = { readonly [name: string]: string | number };
export type Translate<Key extends string> = (key: Key, params?: Params) => string;

type Loader = () => Promise<unknown>;

export interface Catalogue<Key extends string> {
  /** The texts in the current language, for use outside components. */
  t: Translate<Key>;
  /** The same as a hook: renders again when the language changes. */
  useT: () => Translate<Key>;
  /** Loads a language; called when the language changes. */
  load: (language: string) => Promise<void>;
}

/** A catalogue from its English texts and the loaders of the others, by file name. */
export function createCatalogue<const T extends Texts>(
  english: T,
  loaders: Record<string, Loader>,
): Catalogue<Extract<keyof T, string>> {
  type Key = Extract<keyof T, string>;
  const loaded = new Map<string, Texts>([['en', english]]);
  const listeners = new Set<() => void>();
  let current = translator(english, 'en', english);

  async function load(language: string): Promise<void> {
    if (!loaded.has(language)) {
      const file = Object.entries(loaders).find(([path]) => path.endsWith(`/${language}.json`));
      if (!file) return;
      const module = (await file[1]()) as { default: Texts };
      loaded.set(language, module.default);
    }
    // The language may have been changed again while the file was on its way.
    if (locale().language !== language) return;
    current = translator(loaded.get(language) ?? english, locale().tag, english);
    for (const listener of listeners) listener();
  }

  function subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  onLocale(() => void load(locale().language));
  if (locale().language !== 'en') void load(locale().language);
  const t: Translate<Key> = (key, params) => current(key, params);
  return { t, useT: () => useSyncExternalStore(subscribe, () => current) as Translate<Key>, load };
}

/** The function that finds and fills texts of one language. */
export function translator(texts: Texts, tag: string, fallback: Texts): Translate<string> {
  const plurals = new Intl.PluralRules(tag);
  const numbers = new Intl.NumberFormat(tag);
  return (key, params) => {
    const text = texts[key] ?? fallback[key];
    if (text === undefined) return key;
    return fill(typeof text === 'string' ? text : form(text, plurals, params), numbers, params);
  };
}

function form(text: Exclude<Text, string>, plurals: Intl.PluralRules, params?: Params): string {
  const count = Number(params?.['count'] ?? 0);
  return text[plurals.select(count)] ?? text.other ?? '';
}

function fill(text: string, numbers: Intl.NumberFormat, params?: Params): string {
  if (!params) return text;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? numbers.format(value) : value;
  });
}
