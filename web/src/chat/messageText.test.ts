import { describe, expect, test } from 'vitest';

import { translator } from '../i18n/catalogue';
import german from '../i18n/catalogues/de.json';
import english from '../i18n/catalogues/en.json';
import type { T } from '../i18n';
import { ME } from '../test/samples';
import { systemText } from './messageText';

const [en, de] = [translator(english, 'en', english), translator(german, 'de', english)] as unknown as [T, T];
const [me, hana, ben] = [{ id: ME, displayName: 'Ada Lindqvist' }, { id: 'person-hana', displayName: 'Hana Sato' }, { id: 'person-ben', displayName: 'Ben Okafor' }];

type Who = typeof me;

function said(t: T, kind: string, members: readonly Who[], initiator: Who | null = null, more: object = {}): string {
  const eventDetail = { '@odata.type': `#microsoft.graph.${kind}EventMessageDetail`, members, initiator: initiator && { user: initiator }, ...more };
  return systemText({ body: { contentType: 'html', content: '' }, messageType: 'systemEventMessage', eventDetail } as unknown as Parameters<typeof systemText>[0], ME, t);
}

describe('system lines', () => {
  test('begin with “You” and have a small “you” within', () => {
    expect(said(en, 'membersAdded', [me], hana)).toBe('Hana Sato added you');
    expect(said(en, 'membersAdded', [ben, me], hana)).toBe('Hana Sato added Ben Okafor and you');
    expect(said(en, 'membersAdded', [ben], me)).toBe('You added Ben Okafor');
    expect(said(en, 'membersDeleted', [me], hana)).toBe('Hana Sato removed you');
    expect(said(en, 'membersJoined', [me])).toBe('You joined');
    expect(said(en, 'membersJoined', [ben, me])).toBe('Ben Okafor and you joined');
    expect(said(de, 'membersAdded', [me], hana)).toBe('Hana Sato hinzugefügt: Sie');
  });

  test('have the verb that goes with oneself', () => {
    const byPolicy = { byPolicy: true };
    expect(said(en, 'membersDeleted', [me], null, byPolicy)).toMatch(/^You were removed/);
    expect(said(en, 'membersDeleted', [ben], null, byPolicy)).toMatch(/^Ben Okafor was removed/);
    expect(said(de, 'membersLeft', [me])).toBe('Sie haben den Chat verlassen');
    expect(said(de, 'membersLeft', [ben])).toBe('Ben Okafor hat den Chat verlassen');
  });
});
