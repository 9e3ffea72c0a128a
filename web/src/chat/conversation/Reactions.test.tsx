import { screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';

import { renderFor, serve } from '../../test/render';
import { entry, identity, ME, member, message, self } from '../../test/samples';
import { MessageActions } from './MessageActions';
import { Reactions } from './Reactions';

afterEach(() => vi.unstubAllGlobals());

const nothing = () => {};
const liked = message('1767340800000', { from: { user: identity({ id: ME }) } as never, reactions: [{ reactionType: '👍', user: { user: identity() } }] as never });
const open = entry({ members: [self, member()] });
const closed = entry({ members: [self, member()], sendRefusal: { code: 'personBlocked', message: '', side: 'own' } });

test('reactions are taken where one can write, and are only told elsewhere', async () => {
  const calls = serve({ 'POST /chats/chat-1/messages/1767340800000/setReaction': null });
  const { unmount } = renderFor(<Reactions id="r" message={liked} entry={closed} isReachable />);
  const chip = screen.getByRole('button', { name: /Hana Sato/ });
  expect(chip).toHaveAttribute('aria-disabled', 'true');
  await userEvent.click(chip);
  expect(calls).toEqual([]);
  unmount();
  renderFor(<Reactions id="r" message={liked} entry={open} isReachable />);
  await userEvent.click(screen.getByRole('button', { name: /Hana Sato/ }));
  await vi.waitFor(() => expect(calls).toHaveLength(1));
});

test.each([
  ['open', open, ['Reply', 'Other reaction', 'Edit'], []],
  ['closed', closed, ['Copy text', 'Delete'], ['Reply', 'Other reaction', 'Edit']],
  ['full', entry({ members: [self, member()], sendRefusal: { code: 'pendingCap', message: '' } }), ['Other reaction', 'Edit'], ['Reply']],
])('in a chat that is %s the menu offers what can be done', async (_, chat, offered, missing) => {
  serve({});
  renderFor(<MessageActions message={liked} entry={chat} isOwn isReachable onReply={nothing} onEdit={nothing} />);
  await userEvent.click(screen.getByRole('button', { name: 'More' }));
  const names = (await screen.findAllByRole('menuitem')).map((item) => item.textContent);
  for (const name of offered) expect(names).toContain(name);
  for (const name of missing) expect(names).not.toContain(name);
});
