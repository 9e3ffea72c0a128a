import { screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { expect, test } from 'vitest';

import type { ChatMessage } from '../../api/schema.gen';
import { Session } from '../../accounts/session';
import { renderFor } from '../../test/render';
import { entry, identity, message, user } from '../../test/samples';
import { Message } from './Message';

const nothing = () => {};

function show(shown: ChatMessage, isFirst = true) {
  return renderFor(<Message message={shown} entry={entry()} isFirst={isFirst} isOwn={false} isReachable={false} isTarget={false} onJump={nothing} onActive={nothing} onReply={nothing} onEdit={nothing} />);
}

test('whoever goes from message to message hears who says what, the quote, the reactions and that it was edited', () => {
  show(message('1000', {
    importance: 'urgent',
    lastEditedDateTime: '2026-01-02T08:00:00Z',
    attachments: [{ id: '900', contentType: 'messageReference', content: JSON.stringify({ messagePreview: 'When?', messageSender: { user: { id: 'person-ben', displayName: 'Ben Okafor' } } }) }],
    reactions: [{ reactionType: 'like', createdDateTime: '2026-01-02T08:00:00Z', user: { user: identity() } }],
    body: { contentType: 'html', content: '<p>On <strong>Monday</strong></p>' },
  } as unknown as Partial<ChatMessage>));
  expect(screen.getByRole('listitem')).toHaveAccessibleName(/^Hana Sato, \d.* Fabrikam · Unfamiliar Urgent Ben Okafor When\? On Monday 👍 1 Edited$/);
});

test('a message below another of the same person says whose it is, too', () => {
  show(message('1000'), false);
  expect(screen.getByRole('listitem')).toHaveAccessibleName(/^Hana Sato, \d.* message 1000$/);
});

test('a deleted message says so', () => {
  show(message('1000', { deletedDateTime: '2026-01-02T08:00:00Z' }));
  expect(screen.getByRole('listitem')).toHaveAccessibleName(/This message was deleted$/);
});

function blocking(chatType: 'group' | 'oneOnOne') {
  const session = new Session(user());
  session.live.dispatch({ type: 'blocked', ids: new Set(['person-hana']) });
  renderFor(<Message message={message('1000')} entry={entry({ chatType })} isFirst isOwn={false} isReachable isTarget={false} onJump={nothing} onActive={nothing} onReply={nothing} onEdit={nothing} />, session);
}

test('Q-09: a message of somebody whom one has blocked is folded in a group, until one wants to see it', async () => {
  blocking('group');
  expect(screen.getByText('Message of somebody you blocked')).toBeVisible();
  expect(screen.queryByText('message 1000')).toBeNull();
  expect(screen.queryByRole('toolbar')).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'Show' }));
  expect(screen.getByText('message 1000')).toBeVisible();
  expect(screen.getByRole('toolbar', { name: 'What can be done with the message' })).toBeInTheDocument();
});

test('what was said between two stays to be read after a block', () => {
  blocking('oneOnOne');
  expect(screen.getByText('message 1000')).toBeVisible();
});
