import { screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, describe, expect, test, vi } from 'vitest';

import { renderFor, serve } from '../../test/render';
import { entry, message } from '../../test/samples';
import { PinnedBar } from './PinnedBar';

afterEach(() => vi.unstubAllGlobals());

const LIST = 'GET /chats/chat-1/pinnedMessages';
const pins = (...messages: ReturnType<typeof message>[]) => ({ value: messages.map((one) => ({ id: one.id, message: one })) });

function shown(answers: Parameters<typeof serve>[0], canChange = true) {
  const calls = serve(answers);
  const jump = vi.fn();
  renderFor(<PinnedBar entry={entry()} canChange={canChange} onJump={jump} />);
  return { calls, jump };
}

describe('pinned messages', () => {
  test('are nothing where nothing is pinned', async () => {
    const { calls } = shown({ [LIST]: { value: [] } });
    await vi.waitFor(() => expect(calls).toHaveLength(1));
    expect(screen.queryByRole('region')).toBeNull();
  });

  test('show the newest, lead to it, and are unpinned', async () => {
    const { calls, jump } = shown({ [LIST]: pins(message('1767340800000')), 'DELETE /chats/chat-1/pinnedMessages/1767340800000': null });
    const bar = await screen.findByRole('region', { name: 'Pinned messages' });
    await userEvent.click(within(bar).getByRole('button', { name: 'Go to the pinned message by Hana Sato: message 1767340800000' }));
    expect(jump).toHaveBeenCalledWith(expect.objectContaining({ id: '1767340800000' }));
    await userEvent.click(within(bar).getByRole('button', { name: 'Unpin' }));
    await vi.waitFor(() => expect(calls.some((call) => call.method === 'DELETE')).toBe(true));
  });

  test('are listed when there are several; an image says that it is one', async () => {
    const image = message('1767340900000', { body: { contentType: 'html', content: '<p><img src="../hostedContents/1/$value"></p>' } });
    const { jump } = shown({ [LIST]: pins(image, message('1767340800000')) });
    await userEvent.click(await screen.findByRole('button', { name: '2 pinned' }));
    expect(screen.getByRole('button', { name: 'Go to the pinned message by Hana Sato: Image' })).toBeVisible();
    await userEvent.click(await screen.findByText('message 1767340800000'));
    expect(jump).toHaveBeenCalledWith(expect.objectContaining({ id: '1767340800000' }));
  });

  test('cannot be changed by whoever may not', async () => {
    shown({ [LIST]: pins(message('1767340800000')) }, false);
    await screen.findByRole('region');
    expect(screen.queryByRole('button', { name: 'Unpin' })).toBeNull();
  });

  test('that could not be loaded leave the conversation as it is', async () => {
    const { calls } = shown({});
    await vi.waitFor(() => expect(calls.length).toBeGreaterThan(0));
    expect(screen.queryByRole('region')).toBeNull();
  });
});
