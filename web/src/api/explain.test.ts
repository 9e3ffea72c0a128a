import { expect, test } from 'vitest';

import { t } from '../i18n';
import { explain, wrongValue } from './explain';
import { type Failure, offline } from './failure';

const refused = (reason: string, message: string): Failure => ({ ...offline, kind: 'refused', status: 403, code: 'Forbidden', reason, message });

test('which limit is reached, and what is switched off, is said in the words of the server', () => {
  expect(explain(refused('limitReached', 'An account may have 20 tokens.'), t).title).toBe('A limit is reached. An account may have 20 tokens.');
  expect(explain(refused('featureOff', 'Only messages can be attached so far.'), t).title).toBe('This is switched off here. Only messages can be attached so far.');
});

test.each([
  ['A chat may have 10 pinned messages; unpin one first.', 'A chat can have 10 pinned messages. Unpin one first.'],
  ['15 chats can be pinned.', 'You can pin 15 chats. Unpin one first.'],
  ['One person may react 20 times to a message.', 'You can react to a message 20 times.'],
  ['A message may be edited 200 times.', 'A message can be edited 200 times.'],
  ['A message may name 50 people.', 'A message can mention 50 people.'],
  ['1000 people can be blocked.', 'You can block 1,000 people.'],
])('a limit that people come to is said in their own words: %s', (message, title) => {
  expect(explain(refused('limitReached', message), t).title).toBe(title);
});

test('that somebody cannot be mentioned is said', () => {
  expect(explain(refused('invalid', 'Only members of the chat can be mentioned.'), t).title).toBe('Only people who are in the chat can be mentioned.');
});

test('nothing is said twice, and what has a sentence of its own is said in it alone', () => {
  expect(explain(refused('featureOff', 'This is switched off here.'), t).title).toBe('This is switched off here.');
  expect(explain(refused('groupFull', 'Full.'), t).title).toBe('The group has as many people as it can have.');
});

test.each([
  ['`böse` is not a valid e-mail address.', '“böse” is not an e-mail address.'],
  ['`x` is not a valid domain name.', '“x” is not a domain.'],
  ['`12` is not a telephone number in E.164 form, such as +4930901820.', '“12” is not a telephone number with its country code, such as +4930901820.'],
])('a value that is wrong is named in the person’s words: %s', (message, title) => {
  expect(explain(refused('invalid', message), t).title).toBe(title);
});

test.each([
  ['There is a policy of this name.', 'There is a policy of this name already.'],
  ['The user principal name belongs to an account already.', 'An account has this address already.'],
  ['Another account has this address.', 'An account has this address already.'],
])('what is there already is named in the person’s words: %s', (message, title) => {
  expect(explain(refused('conflict', message), t).title).toBe(title);
  expect(wrongValue(refused('conflict', message), t)).toBe(title);
});

test('another thing that is wrong has the plain sentence', () => {
  expect(explain(refused('invalid', '`topic` must not be empty.'), t).title).toBe('Something in this is not right.');
  expect(explain(refused('conflict', '`x` is not a valid domain name.'), t).title).toBe('This is there already, or cannot be done any more.');
});
