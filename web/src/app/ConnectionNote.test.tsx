import { act, screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';

import { Session } from '../accounts/session';
import { renderFor, serve } from '../test/render';
import { user } from '../test/samples';
import { ConnectionNote } from './ConnectionNote';

const held = vi.hoisted(() => ({ sessions: [] as unknown[] }));
vi.mock('../accounts/accounts', async (load) => ({ ...(await load<object>()), useAccounts: () => held }));
vi.mock('./serviceWorker', () => ({ useIsOutdated: () => true }));

afterEach(() => vi.unstubAllGlobals());

const PICTURE = { id: 'a', alt: '', width: null, height: null, content: { type: 'image/png', base64: '', bytes: 0 }, number: null };

test('a new version says that what was written is kept, unless it is not', () => {
  serve({});
  const [session, other] = [new Session(user()), new Session(user({ id: 'person-other' }))];
  held.sessions = [session, other];
  renderFor(<ConnectionNote />, session);
  const kept = 'There is a new version of this page. What you have written is kept.';
  expect(screen.getByText(kept)).toBeVisible();
  act(() => other.pictures.set('chat-1', [PICTURE]));
  expect(screen.getByText(/^There is a new version of this page\. Send what you are writing before you reload it: images/)).toBeVisible();
  act(() => other.pictures.set('chat-1', null));
  expect(screen.getByText(kept)).toBeVisible();
});
