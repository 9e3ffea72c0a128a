import { act, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';

import { Session } from '../accounts/session';
import { renderFor, serve } from '../test/render';
import { user } from '../test/samples';
import { ChatScreen } from './ChatScreen';

afterEach(() => vi.unstubAllGlobals());

test('a list that cannot be fetched is said to be so, and where a chat waits for it, too', async () => {
  serve({});
  const session = new Session(user());
  const again = vi.spyOn(session.live, 'listNow').mockImplementation(() => {});
  renderFor(<ChatScreen sessions={[session]} path={['chat-1']} isNew={false} />, session);
  act(() => session.live.dispatch({ type: 'listFailed' }));
  expect(screen.getAllByText('The chats could not be loaded')).toHaveLength(2);
  for (const button of screen.getAllByRole('button', { name: 'Try again' })) await userEvent.click(button);
  expect(again).toHaveBeenCalledTimes(2);
});
