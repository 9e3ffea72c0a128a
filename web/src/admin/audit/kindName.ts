import english from '../catalogues/en.json';
import type { T, TextKey } from '../i18n';

/** What a kind of entry is called; its own name where this page does not know it. */
export function kindName(kind: string, t: T): string {
  const key = `kind.${kind}`;
  return Object.hasOwn(english, key) ? t(key as TextKey) : kind;
}
