import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { createApi } from '../api/client';
import { refusal, serve } from '../test/render';
import { handOverMarks } from './marks';

const KEY = 'visavis.marks.me';
beforeEach(() => localStorage.setItem(KEY, JSON.stringify({ pinned: ['chat-1'], muted: ['chat-2'] })));
afterEach(() => {
  localStorage.clear();
  vi.unstubAllGlobals();
});

describe('what the device kept of chats', () => {
  test('goes to the server, once', async () => {
    const calls = serve({ 'POST /chats/chat-1/pinForUser': null, 'POST /chats/chat-2/muteForUser': null });
    await handOverMarks('me', createApi('me', 'http://localhost'));
    expect(calls.map(({ path, body }) => [path, body])).toEqual([
      ['/chats/chat-1/pinForUser', { user: { id: 'me' } }],
      ['/chats/chat-2/muteForUser', { user: { id: 'me' } }],
    ]);
    await handOverMarks('me', createApi('me', 'http://localhost'));
    expect(calls).toHaveLength(2);
  });

  test('is forgotten where the server refuses, and kept where it does not answer', async () => {
    serve({ 'POST /chats/chat-1/pinForUser': refusal(403, 'limitReached'), 'POST /chats/chat-2/muteForUser': refusal(503, 'overloaded') });
    await handOverMarks('me', createApi('me', 'http://localhost'));
    expect(localStorage.getItem(KEY)).not.toBeNull();
    serve({ 'POST /chats/chat-2/muteForUser': null });
    await handOverMarks('me', createApi('me', 'http://localhost'));
    expect(localStorage.getItem(KEY)).toBeNull();
  });
});
