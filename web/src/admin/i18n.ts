/** The texts of the administration centre, apart so that the chat need not load them. */
import { createCatalogue } from '../i18n/catalogue';
import english from './catalogues/en.json';

export const { t, useT } = createCatalogue(english, import.meta.glob(['./catalogues/*.json', '!./catalogues/en.json']));
export type TextKey = keyof typeof english;
export type T = typeof t;
