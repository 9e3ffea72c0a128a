import { describe, expect, test } from 'vitest';

import { translator } from './catalogue';
import german from './catalogues/de.json';
import english from './catalogues/en.json';
import { daysBetween, listTime } from './formats';
import { resolve } from './locale';

describe('catalogues', () => {
  test('German says everything that English says, and nothing else', () => {
    expect(Object.keys(german).toSorted()).toEqual(Object.keys(english).toSorted());
  });

  test('the administration centre too', async () => {
    const { default: english } = await import('../admin/catalogues/en.json');
    const { default: german } = await import('../admin/catalogues/de.json');
    expect(Object.keys(german).toSorted()).toEqual(Object.keys(english).toSorted());
  });
});

describe('texts', () => {
  const texts = { hello: 'Hello {name}', many: { one: '{count} message', other: '{count} messages' } };

  test('are filled, in forms and digits of the language', () => {
    const t = translator(texts, 'de', texts);
    expect(t('hello', { name: 'Ada' })).toBe('Hello Ada');
    expect(t('many', { count: 1 })).toBe('1 message');
    expect(t('many', { count: 1234 })).toBe('1.234 messages');
  });

  test('are taken from English when a language lacks them, and are their key when nobody has them', () => {
    const t = translator({}, 'de', texts);
    expect(t('hello', { name: 'Ada' })).toBe('Hello Ada');
    expect(t('missing')).toBe('missing');
  });
});

describe('language', () => {
  test('is what the browser asks for, with its region', () => {
    expect(resolve('system', ['fr-FR', 'de-AT', 'en'])).toMatchObject({ language: 'de', tag: 'de-AT' });
  });

  test('is what was chosen', () => {
    expect(resolve('de', ['en-GB'])).toMatchObject({ language: 'de', tag: 'de' });
    expect(resolve('en', ['en-GB', 'de'])).toMatchObject({ language: 'en', tag: 'en-GB' });
  });

  test('is English when nothing fits', () => {
    expect(resolve('system', ['xx'])).toMatchObject({ language: 'en', direction: 'ltr' });
  });
});

test('days are those of the calendar', () => {
  expect(daysBetween(new Date(2026, 2, 28, 23, 59).getTime(), new Date(2026, 2, 29, 0, 1).getTime())).toBe(1);
});

test('a list says weekdays of this week, also after something from tomorrow, whose clock is wrong', () => {
  const now = new Date(2026, 2, 11, 12).getTime();
  const day = 86_400_000;
  expect(listTime(now + day, now)).toMatch(/\d/);
  expect(listTime(now - day, now)).toMatch(/^\p{L}+\.?$/u);
  expect(listTime(now - 8 * day, now)).toMatch(/\d/);
});
