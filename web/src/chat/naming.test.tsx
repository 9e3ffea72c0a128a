import { screen, within } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, expect, test, vi } from 'vitest';

import { Session } from '../accounts/session';
import { renderFor, serve } from '../test/render';
import { chat, identity, ME, message, self, user } from '../test/samples';
import { ConversationHeader } from './conversation/ConversationHeader';
import { ChatList } from './list/ChatList';

// Nothing has a height here: instead of the rows that fit, all are drawn.
vi.mock('virtua', () => ({ VList: ({ children, role }: { children: ReactNode; role: string }) => <div role={role}>{children}</div> }));
afterEach(() => vi.unstubAllGlobals());

const own = { from: { application: null, device: null, user: identity({ id: ME, displayName: 'Ada Lindqvist' }) } };

function left(lastMessagePreview: object | null): Session {
  serve({});
  const session = new Session(user());
  session.live.dispatch({ type: 'listed', chats: [chat({ members: [self], lastMessagePreview: lastMessagePreview as never })], since: new Map() });
  return session;
}

test('a chat whose other one was taken out is called after who spoke there last', () => {
  const session = left({ ...message('1767340800000'), isDeleted: false });
  renderFor(<><ConversationHeader entry={session.live.get().chats.get('chat-1')!} showsPeople={false} /><ChatList sessions={[session]} openChatId={null} /></>, session);
  const header = screen.getByRole('heading', { name: 'Hana Sato' }).closest('header')!;
  expect(within(header).getByText('HS')).toBeInTheDocument();
  expect(within(screen.getByRole('link', { name: /Hana Sato/ })).getByText('HS')).toBeInTheDocument();
});

test('it is called after whoever is known by what was said before one’s own last word, else one is alone', () => {
  const last = message('1767340900000', own);
  const session = left({ ...last, isDeleted: false });
  renderFor(<ChatList sessions={[session]} openChatId={null} />, session);
  expect(screen.getByRole('link', { name: /Only you/ })).toBeVisible();
  const entry = session.live.get().chats.get('chat-1')!;
  const thread = { messages: [message('1767340800000'), last] } as never;
  renderFor(<ConversationHeader entry={{ ...entry, thread }} showsPeople={false} />, session);
  expect(screen.getByRole('heading', { name: 'Hana Sato' })).toBeVisible();
});
