/** What somebody typed as an address: complete ones only, since outside nothing else is looked up. */

export type Address = { readonly kind: 'email'; readonly email: string } | { readonly kind: 'phone'; readonly phoneNumber: string };

/** `Ada Lindqvist <ada@contoso.example>`, as mail programs copy it. */
const NAMED = /^[^<>]*<\s*([^<>\s]+)\s*>$/;
const EMAIL = /^[^\s@<>(),;:"]+@[^\s@<>(),;:"]+\.[^\s@<>(),;:".]{2,}$/;
/** Signs that people put between digits. */
const BETWEEN = /[\s().\-/\u00a0\u2010-\u2015]/g;
/** Signs that nobody sees, such as those of directions, which come with what is copied. */
const UNSEEN = /\p{Cf}/gu;
/** What leads further inside of a house: it is no part of a number that can be looked up. */
const EXTENSION = /[\s,;]*(?:ext(?:ension|n)?\b\.?|durchwahl\b|dw\b\.?|x|#)\s*[:.]?\s*\d{1,6}$/i;

/** A complete e-mail address, or a telephone number with its country, however it is written. */
export function parseAddress(typed: string): Address | null {
  const seen = typed.replace(UNSEEN, '').trim();
  const text = (NAMED.exec(seen)?.[1] ?? seen).replace(/^(mailto|tel|sip|smtp):/i, '');
  // At the end of a sentence, or of a whole domain.
  const email = text.replace(/\.$/, '');
  if (EMAIL.test(email)) return { kind: 'email', email };
  const digits = text.replace(EXTENSION, '').replace(/\(0\)/, '').replace(BETWEEN, '').replace(/^00/, '+');
  if (/^\+[1-9]\d{6,14}$/.test(digits)) return { kind: 'phone', phoneNumber: digits };
  return null;
}

/** Every complete address of a text, once, however they are parted: what was pasted from a list or a mail. */
export function parseAddresses(typed: string): readonly Address[] {
  const found = new Map<string, Address>();
  for (const part of typed.split(/[,;\t\r\n]+/)) {
    const whole = parseAddress(part);
    const words = whole ? [whole] : part.split(/[\s<>"]+/).filter((word) => word.includes('@')).map(parseAddress);
    for (const address of words) if (address) found.set(addressText(address).toLowerCase(), address);
  }
  return [...found.values()];
}

/** What stands after the `@`, as domains are compared. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

/** A number without its country: it cannot be looked up, and the person can be told why. */
export function lacksCountry(typed: string): boolean {
  return /^0?[1-9]\d{5,}$/.test(typed.replace(UNSEEN, '').replace(BETWEEN, '')) && parseAddress(typed) === null;
}

export function addressText(address: Address): string {
  return address.kind === 'email' ? address.email : address.phoneNumber;
}
