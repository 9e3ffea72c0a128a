import { describe, expect, test } from 'vitest';

import { identity, ME, message } from '../../test/samples';
import { conversationRows, firstUnread, isPrepended } from './rows';

const MORNING = Date.UTC(2026, 0, 5, 9);
const at = (minutes: number, change = {}) => message(String(MORNING + minutes * 60_000), change);
const mine = { from: { application: null, device: null, user: identity({ id: ME, isExternal: false }) } };
const shape = (rows: ReturnType<typeof conversationRows>) => rows.map((row) => (row.kind === 'message' ? `message${row.isFirst ? '*' : ''}` : row.kind));

describe('rows', () => {
  test('group what one person says within five minutes', () => {
    const rows = conversationRows([at(0), at(1), at(9), at(10, mine)], [], ME, null);
    expect(shape(rows)).toEqual(['day', 'message*', 'message', 'message*', 'message*']);
  });

  test('have a line for each day', () => {
    expect(shape(conversationRows([at(0), at(24 * 60)], [], ME, null))).toEqual(['day', 'message*', 'day', 'message*']);
  });

  test('have a line above what was new when the chat was opened', () => {
    const messages = [at(0), at(1, mine), at(2)];
    const unread = firstUnread({ messages, older: 'more' }, ME, MORNING + 60_000);
    expect(shape(conversationRows(messages, [], ME, unread!))).toEqual(['day', 'message*', 'message*', 'unread', 'message*']);
  });

  test('have no line above what is one’s own, deleted, or a line of the system', () => {
    const deleted = { deletedDateTime: '2026-01-05T10:00:00Z' };
    const system = { messageType: 'systemEventMessage', from: null };
    const first = (...messages: ReturnType<typeof at>[]) => firstUnread({ messages, older: null }, ME, MORNING);
    expect(first(at(0), at(1, mine))).toBeNull();
    expect(first(at(0), at(1, deleted), at(2, system), at(3))).toBe(at(3).id);
  });

  test('do not tell where the line stands before the place is loaded where reading had stopped', () => {
    const messages = [at(5), at(6)];
    expect(firstUnread({ messages, older: 'more' }, ME, MORNING)).toBeUndefined();
    expect(firstUnread({ messages, older: null }, ME, MORNING)).toBe(at(5).id);
    expect(firstUnread({ messages: [at(0), ...messages], older: 'more' }, ME, MORNING)).toBe(at(5).id);
  });

  test('break a group at a system line, and at an answer that quotes', () => {
    const system = { messageType: 'systemEventMessage', from: null };
    const quoting = { attachments: [{ id: '1', contentType: 'messageReference' }] };
    expect(shape(conversationRows([at(0), at(1, system), at(2), at(3, quoting)], [], ME, null))).toEqual(['day', 'message*', 'system', 'message*', 'message*']);
  });

  test('end with what is on its way, under one’s own name once', () => {
    const entry = { key: 'k', chatId: 'chat-1', message: { body: { content: 'x' } }, at: 0, state: 'waiting', failure: null } as const;
    const rows = conversationRows([at(0, mine)], [entry, { ...entry, key: 'l' }], ME, null);
    expect(rows.slice(-2)).toMatchObject([{ kind: 'outgoing', isFirst: false }, { kind: 'outgoing', isFirst: false }]);
  });
});

describe('the place of the reader', () => {
  const later = conversationRows([at(5), at(6)], [], ME, null);

  test('is kept from the end when older messages come', () => {
    expect(isPrepended(later, conversationRows([at(0), at(5), at(6)], [], ME, null))).toBe(true);
  });

  test('is kept from the end when it is said before the first that older ones could not be loaded, and when not any more', () => {
    const failed = conversationRows([at(5), at(6)], [], ME, null, true);
    expect(shape(failed)).toEqual(['olderFailed', 'day', 'message*', 'message']);
    expect(isPrepended(later, failed)).toBe(true);
    expect(isPrepended(failed, later)).toBe(true);
    expect(isPrepended(failed, conversationRows([at(0), at(5), at(6)], [], ME, null))).toBe(true);
    expect(isPrepended(failed, conversationRows([at(5), at(6), at(7)], [], ME, null, true))).toBe(false);
  });

  test('is kept from the beginning when newer ones come', () => {
    expect(isPrepended(later, conversationRows([at(5), at(6), at(7)], [], ME, null))).toBe(false);
  });
});
