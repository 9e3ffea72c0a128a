import { expect, test } from 'vitest';

import { t } from '../i18n';
import { explain } from './explain';
import { type Failure, offline } from './failure';

const refused = (reason: string, message: string): Failure => ({ ...offline, kind: 'refused', status: 403, code: 'Forbidden', reason, message });

test('which limit is reached, and what is switched off, is said in the words of the server', () => {
  expect(explain(refused('limitReached', 'A message may name 50 people.'), t).title).toBe('A limit is reached. A message may name 50 people.');
  expect(explain(refused('featureOff', 'Only messages can be attached so far.'), t).title).toBe('This is switched off here. Only messages can be attached so far.');
});

test('nothing is said twice, and what has a sentence of its own is said in it alone', () => {
  expect(explain(refused('featureOff', 'This is switched off here.'), t).title).toBe('This is switched off here.');
  expect(explain(refused('groupFull', 'Full.'), t).title).toBe('The group has as many people as it can have.');
});
