/** The texts of the application; the administration centre has its own catalogue. */
import { useSyncExternalStore } from 'react';

import { createCatalogue } from './catalogue';
import english from './catalogues/en.json';
import { locale, onLocale } from './locale';

export const { t, useT } = createCatalogue(english, import.meta.glob(['./catalogues/*.json', '!./catalogues/en.json']));
export type TextKey = keyof typeof english;
export type T = typeof t;

export function useLocale(): ReturnType<typeof locale> {
  return useSyncExternalStore(onLocale, locale);
}
