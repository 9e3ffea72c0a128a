import { screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';

import { Session } from '../../accounts/session';
import { renderFor, serve } from '../../test/render';
import { user } from '../../test/samples';
import { Outgoing } from './Outgoing';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  localStorage.clear();
});

test.each([[false, 'says so'], [true, 'says nothing of it']])('a message on its way that is kept (%s) %s', async (hasRoom) => {
  serve({ 'POST /chats/chat-1/messages': () => new TypeError('no network') });
  const session = new Session(user());
  if (!hasRoom) {
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
  }
  session.outbox.send('chat-1', { body: { contentType: 'text', content: 'one' } });
  renderFor(<Outgoing entry={session.outbox.get()[0]!} isFirst isReachable onActive={() => {}} />, session);
  expect(screen.getByText('one')).toBeVisible();
  expect(screen.queryAllByText('This device has no room to keep this message: it is lost if the page is closed before it is sent.')).toHaveLength(hasRoom ? 0 : 1);
  session.outbox.clear();
});
