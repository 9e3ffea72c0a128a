/** What somebody typed as an address: complete ones only, since outside nothing else is looked up. */

export type Address = { readonly kind: 'email'; readonly email: string } | { readonly kind: 'phone'; readonly phoneNumber: string };

const EMAIL = /^[^\s@<>(),;:"]+@[^\s@<>(),;:"]+\.[^\s@<>(),;:".]{2,}$/;
/** Signs that people put between digits. */
const BETWEEN = /[\s().\-/\u00a0\u2010-\u2015]/g;

/** A complete e-mail address, or a telephone number with its country, however it is written. */
export function parseAddress(typed: string): Address | null {
  const text = typed.trim().replace(/^(mailto|tel|sip|smtp):/i, '');
  if (EMAIL.test(text)) return { kind: 'email', email: text };
  const digits = text.replace(/\(0\)/, '').replace(BETWEEN, '').replace(/^00/, '+');
  if (/^\+[1-9]\d{6,14}$/.test(digits)) return { kind: 'phone', phoneNumber: digits };
  return null;
}

/** A number without its country: it cannot be looked up, and the person can be told why. */
export function lacksCountry(typed: string): boolean {
  return /^0?[1-9]\d{5,}$/.test(typed.replace(BETWEEN, '')) && parseAddress(typed) === null;
}

export function addressText(address: Address): string {
  return address.kind === 'email' ? address.email : address.phoneNumber;
}
