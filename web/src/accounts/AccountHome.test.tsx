import { screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';

import type { User } from '../api/schema.gen';
import { ChatList } from '../chat/list/ChatList';
import { renderFor, serve } from '../test/render';
import { chat, user } from '../test/samples';
import { PERSONAL_REALM, Session } from './session';

// Nothing has a height here: instead of the rows that fit, all are drawn.
vi.mock('virtua', () => ({ VList: ({ children, role }: { children: ReactNode; role: string }) => <div role={role}>{children}</div> }));

const signedIn = vi.hoisted(() => ({ sessions: [] as Session[] }));
vi.mock('./accounts', async (original) => ({ ...(await original<object>()), useAccounts: () => ({ sessions: signedIn.sessions, state: 'ready' }) }));

const personal = (id: string, displayName: string) => user({ id, displayName, mail: `${id}@mail.example`, tenantId: PERSONAL_REALM });

/** What the rows of all accounts say of whose they are: each account has one chat, of its own name. */
async function marks(...users: readonly User[]): Promise<readonly (string | null)[]> {
  serve({});
  signedIn.sessions = users.map((one) => new Session(one));
  for (const { id, live } of signedIn.sessions) {
    live.dispatch({ type: 'listed', chats: [chat({ id: `chat-${id}`, topic: `of ${id}.`, chatType: 'group' })], since: new Map() }, { type: 'listEnded', ids: new Set([`chat-${id}`]), since: new Map() });
  }
  renderFor(<ChatList sessions={signedIn.sessions} openChatId={null} />, signedIn.sessions[0]);
  await userEvent.click(screen.getByRole('tab', { name: 'All accounts' }));
  return users.map(({ id }) => within(screen.getByRole('link', { name: new RegExp(`of ${id}\\.`) })).getByText(/^(.+ · )?(Personal|Contoso)$/).textContent);
}

afterEach(() => vi.unstubAllGlobals());

describe('the chats of all accounts', () => {
  it('say with the home alone whose they are where each account has another one', async () => {
    expect(await marks(user({ id: 'ada' }), personal('kim', 'Kim Novak'))).toEqual(['Contoso', 'Personal']);
  });

  it('say with the name too whose they are where several accounts have one home', async () => {
    expect(await marks(user({ id: 'ada' }), personal('kim', 'Kim Novak'), personal('pia', 'Pia Berg'))).toEqual(['Contoso', 'Kim Novak · Personal', 'Pia Berg · Personal']);
  });

  it('say it with the address where even the names are alike', async () => {
    expect(await marks(personal('kim', 'Kim Novak'), personal('kim2', 'Kim Novak'))).toEqual(['kim@mail.example · Personal', 'kim2@mail.example · Personal']);
  });
});
