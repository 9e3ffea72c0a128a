import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { Drafts } from './drafts';

const draft = (text: string) => ({ document: JSON.stringify(text), text });
const full = () => vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
  throw new DOMException('full', 'QuotaExceededError');
});
/** What a browser says to the other tabs; those that know it already are not disturbed by it. */
const told = (place: string) => dispatchEvent(new StorageEvent('storage', { key: `visavis.drafts.me.${place}` }));
const texts = (drafts: Drafts) => Object.fromEntries([...drafts.get()].map(([place, { text }]) => [place, text]));

beforeEach(() => localStorage.clear());
afterEach(() => vi.restoreAllMocks());

describe('drafts', () => {
  test('outlive the page, and are taken from other tabs', () => {
    const [one, other] = [new Drafts('me'), new Drafts('me')];
    one.set('chat-1', draft('half a thought'));
    told('chat-1');
    expect(texts(other)).toEqual({ 'chat-1': 'half a thought' });
    expect(texts(new Drafts('me'))).toEqual({ 'chat-1': 'half a thought' });
    expect(one.isKept()).toBe(true);
    other.set('chat-1', null);
    told('chat-1');
    expect(texts(one)).toEqual({});
    expect(texts(new Drafts('me'))).toEqual({});
  });

  test('of two tabs that have not heard of each other are both kept', () => {
    const [one, other] = [new Drafts('me'), new Drafts('me')];
    one.set('chat-1', draft('one'));
    other.set('chat-2', draft('two'));
    expect(texts(new Drafts('me'))).toEqual({ 'chat-1': 'one', 'chat-2': 'two' });
  });

  test('are no news when another tab tells of what is older than what is here', () => {
    const drafts = new Drafts('me');
    drafts.set('chat-1', draft('new'));
    dispatchEvent(new StorageEvent('storage', { key: 'visavis.drafts.me.chat-1', newValue: JSON.stringify(draft('old')) }));
    expect(texts(drafts)).toEqual({ 'chat-1': 'new' });
  });

  test('say that there is no room for them, and are not lost to what another tab keeps', () => {
    const drafts = new Drafts('me');
    const storage = full();
    drafts.set('chat-1', draft('half a thought'));
    expect([drafts.isKept(), drafts.isKept('chat-1'), drafts.isKept('chat-2')]).toEqual([false, false, true]);
    told('chat-1');
    expect(texts(drafts)).toEqual({ 'chat-1': 'half a thought' });
    storage.mockRestore();
    drafts.set('chat-2', draft('another'));
    expect(drafts.isKept()).toBe(true);
    expect(texts(new Drafts('me'))).toEqual({ 'chat-1': 'half a thought', 'chat-2': 'another' });
  });

  test('that there was no room for are kept as soon as another tab makes some', () => {
    const drafts = new Drafts('me');
    const storage = full();
    drafts.set('chat-1', draft('half a thought'));
    storage.mockRestore();
    told('chat-2');
    expect(drafts.isKept()).toBe(true);
    expect(texts(new Drafts('me'))).toEqual({ 'chat-1': 'half a thought' });
  });

  test('that are not there any more lose nothing', () => {
    const drafts = new Drafts('me');
    full();
    drafts.set('chat-1', draft('half a thought'));
    drafts.set('chat-1', null);
    expect(drafts.isKept()).toBe(true);
  });

  test('that cannot be read cost no others', () => {
    new Drafts('me').set('chat-1', draft('half a thought'));
    localStorage.setItem('visavis.drafts.me.chat-2', 'not JSON');
    localStorage.setItem('visavis.drafts.me.chat-3', 'null');
    localStorage.setItem('visavis.drafts.me.chat-4', '{"text":5}');
    expect(texts(new Drafts('me'))).toEqual({ 'chat-1': 'half a thought' });
  });

  test('of an earlier version are taken over, and those of another account are not', () => {
    localStorage.setItem('visavis.drafts.me', JSON.stringify([['chat-1', { html: '{}', text: 'from before' }], ['chat-2', { html: '{}', text: 'older' }]]));
    new Drafts('somebody').set('chat-3', draft('not mine'));
    localStorage.setItem('visavis.drafts.me.chat-2', JSON.stringify(draft('newer')));
    expect(texts(new Drafts('me'))).toEqual({ 'chat-1': 'from before', 'chat-2': 'newer' });
    expect(localStorage.getItem('visavis.drafts.me')).toBeNull();
    expect(texts(new Drafts('me'))).toEqual({ 'chat-1': 'from before', 'chat-2': 'newer' });
  });

  test('are gone after signing out, also what an editor would keep after it', () => {
    const drafts = new Drafts('me');
    drafts.set('chat-1', draft('half a thought'));
    new Drafts('me').set('chat-2', draft('of another tab'));
    drafts.clear();
    drafts.set('chat-1', draft('half a thought'));
    expect(Object.keys(localStorage)).toEqual([]);
    expect(texts(drafts)).toEqual({});
  });

  test('what a draft answers outlives the page, and is forgotten with the account', () => {
    new Drafts('me').setQuoted('chat-1', '1000');
    const after = new Drafts('me');
    expect(after.quotedIn('chat-1')).toBe('1000');
    expect(after.quotedIn('chat-2')).toBeNull();
    expect(new Drafts('other').quotedIn('chat-1')).toBeNull();
    after.clear();
    after.setQuoted('chat-1', '2000');
    expect(localStorage).toHaveLength(0);
  });
});
