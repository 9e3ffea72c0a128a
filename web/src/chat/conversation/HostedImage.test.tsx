import { screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { refusal, renderFor, serve } from '../../test/render';
import { message } from '../../test/samples';
import { HostedImage } from './HostedImage';
import { VersionsDialog } from './VersionsDialog';

beforeEach(() => {
  URL.createObjectURL = () => 'blob:image';
  URL.revokeObjectURL = () => {};
});
afterEach(() => vi.unstubAllGlobals());

function shown(children: ReactNode, path: string, answer: () => Response) {
  let isUp = false;
  serve({ [`GET ${path}`]: () => (isUp ? answer() : refusal(403, 'somethingNew')) });
  renderFor(children);
  return async () => {
    isUp = true;
    await userEvent.click(await screen.findByRole('button', { name: 'Try again' }));
  };
}

test('an image that could not be loaded is tried again when somebody wants it', async () => {
  const again = shown(
    <HostedImage place={{ chatId: 'chat-1', messageId: '5' }} number="1" alt="A plan" size={null} />,
    '/chats/chat-1/messages/5/hostedContents/1/$value',
    () => new Response(new Blob(['x'], { type: 'image/png' })),
  );
  expect(await screen.findByText('The image could not be loaded.')).toBeVisible();
  await again();
  expect(await screen.findByRole('img', { name: 'A plan' })).toBeVisible();
  expect(screen.getByRole('button', { name: /A plan/ })).toHaveFocus();
});

test('earlier versions that could not be loaded say why, and are tried again', async () => {
  const again = shown(
    <VersionsDialog message={message('5')} chatId="chat-1" onClose={() => {}} />,
    '/chats/chat-1/messages/5/versions',
    () => Response.json({ value: [{ replacedDateTime: '2026-01-02T08:00:00Z', body: { contentType: 'text', content: 'said at first' } }] }),
  );
  expect(await screen.findByText('In English.')).toBeVisible();
  await again();
  expect(await screen.findByText('said at first')).toBeVisible();
});
