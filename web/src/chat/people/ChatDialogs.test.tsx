import { screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';

import { renderFor, serve } from '../../test/render';
import { entry, member, self } from '../../test/samples';
import ChatDialogs from './ChatDialogs';

afterEach(() => vi.unstubAllGlobals());

const group = entry({ chatType: 'group', topic: 'Catalogue', members: [self, member()] });

test.each([
  ['leave', 'alertdialog', 'Leave'],
  ['rename', 'dialog', 'Save'],
] as const)('to %s a group is asked for once, however often it is pressed', async (act, role, name) => {
  serve({});
  const others = fetch;
  const held: ((response: Response) => void)[] = [];
  vi.stubGlobal('fetch', (request: Request) => (request.method === 'GET' ? others(request) : new Promise<Response>((resolve) => held.push(resolve))));
  const close = vi.fn();
  renderFor(<ChatDialogs act={act} entry={group} person={null} onClose={close} />);
  const press = within(await screen.findByRole(role)).getByRole('button', { name, hidden: true });
  await userEvent.dblClick(press);
  await vi.waitFor(() => expect(press).toHaveAttribute('aria-disabled', 'true'));
  expect(held).toHaveLength(1);
  expect(close).not.toHaveBeenCalled();
  held[0]?.(new Response(null, { status: 204 }));
  await vi.waitFor(() => expect(close).toHaveBeenCalled());
});
