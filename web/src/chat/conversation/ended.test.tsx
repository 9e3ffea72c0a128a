/** What of a group is said to somebody who is in it no more. */
import { screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';

import { renderFor, serve } from '../../test/render';
import { chat, entry } from '../../test/samples';
import { ConversationHeader } from './ConversationHeader';
import { ExternalBanner } from './ExternalBanner';

afterEach(() => vi.unstubAllGlobals());

function shown(isMember: boolean): void {
  serve({});
  const viewpoint = { ...chat().viewpoint, isMember };
  const group = entry({ chatType: 'group', topic: 'Plans', viewpoint });
  renderFor(<><ConversationHeader entry={group} showsPeople={false} /><ExternalBanner entry={group} /></>);
}

test('whoever is in a group is told how many are, and that people from outside read along', () => {
  shown(true);
  expect(screen.getByText('2 people')).toBeVisible();
  expect(screen.getByText(/People from outside read along/)).toBeVisible();
});

test('whoever was taken out is told of the time until then, and of nobody who reads along', () => {
  shown(false);
  expect(screen.getByText('2 people until your time here ended')).toBeVisible();
  expect(screen.queryByText(/read along/)).toBeNull();
});
