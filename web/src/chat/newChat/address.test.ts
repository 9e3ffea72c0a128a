import { describe, expect, test } from 'vitest';

import { addressText, lacksCountry, parseAddress, parseAddresses } from './address';

describe('addresses', () => {
  test.each(['kim@outlook.example', '  kim@outlook.example ', 'mailto:kim@outlook.example', 'Kim Nguyen <kim@outlook.example>', '<kim@outlook.example>', '"Nguyen, Kim" <mailto:kim@outlook.example>', 'kim@outlook.example.', '\u200bkim@outlook.example', 'kim@outlook\u00ad.example\ufeff'])('%s is an e-mail address', (typed) => {
    expect(parseAddress(typed)).toEqual({ kind: 'email', email: 'kim@outlook.example' });
  });

  test.each(['+44 20 7946 0958', '0044 20 7946-0958', '+44 (0)20 7946 0958', '+44.20.7946.0958', 'tel:+442079460958', '\u202a+44 20 7946 0958\u202c', '+44 20 7946 0958 ext. 3', '+44 20 7946 0958 x12', '+44 20 7946 0958 Durchwahl 3'])('%s is a number', (typed) => {
    expect(parseAddress(typed)).toEqual({ kind: 'phone', phoneNumber: '+442079460958' });
  });

  test.each(['kim', 'kim@', 'kim@outlook', '@outlook.example', 'a b@outlook.example', '020 7946 0958', '+44', '+0123456789', ''])('%s is not complete', (typed) => {
    expect(parseAddress(typed)).toBeNull();
  });

  test('several are taken from what was pasted, each once, without the names beside them', () => {
    const pasted = '"Nguyen, Kim" <kim@outlook.example>; ben@contoso.example, BEN@contoso.example\n+44 20 7946 0958\r\nnobody; ada@a.example eve@b.example';
    expect(parseAddresses(pasted).map(addressText)).toEqual(['kim@outlook.example', 'BEN@contoso.example', '+442079460958', 'ada@a.example', 'eve@b.example']);
    expect(parseAddresses('Kim, Ben; kim@outlook')).toEqual([]);
  });

  test('a number without its country is told from a name', () => {
    expect(lacksCountry('020 7946 0958')).toBe(true);
    expect(lacksCountry('+44 20 7946 0958')).toBe(false);
    expect(lacksCountry('Kim')).toBe(false);
  });
});
