/** Settings that several people edit: what differs, and what one edited on top of what another saved. */

/** What a setting may hold. */
export type Value = boolean | string | readonly string[];

/** A setting that differs, as a row of a table. */
export interface Difference<S extends string = string> {
  readonly setting: S;
  readonly before: Value;
  readonly after: Value;
}

type Name<D> = keyof D & string;

export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** In the order of `settings`. */
export function differences<D extends object>(settings: readonly Name<D>[], before: D, after: D): readonly Difference<Name<D>>[] {
  return settings
    .filter((setting) => !isSame(before[setting], after[setting]))
    .map((setting) => ({ setting, before: before[setting] as Value, after: after[setting] as Value }));
}

/**
 * What somebody made of `base` on top of what somebody else made of it: each setting for itself, and
 * each entry of a list for itself.
 */
export function rebased<D extends object>(base: D, edited: D, saved: D): D {
  const mine = (Object.keys(saved) as (keyof D)[]).filter((name) => !isSame(base[name], edited[name]));
  return Object.assign({ ...saved }, ...mine.map((name) => ({ [name]: merged(base[name], edited[name], saved[name]) }))) as D;
}

function merged(base: unknown, edited: unknown, saved: unknown): unknown {
  if (!Array.isArray(base) || !Array.isArray(edited) || !Array.isArray(saved)) return edited;
  const [was, mine, theirs] = [new Set(base), new Set(edited), new Set(saved)];
  const isRemoved = (entry: unknown) => was.has(entry) && !mine.has(entry);
  const added = edited.filter((entry) => !was.has(entry) && !theirs.has(entry));
  return [...saved.filter((entry) => !isRemoved(entry)), ...added];
}
