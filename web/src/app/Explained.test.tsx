import { screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { expect, test } from 'vitest';

import { renderFor } from '../test/render';
import { Explained } from './Explained';

test('an explanation is reached by keyboard, and by a press', async () => {
  renderFor(<Explained content="Read by Hana Sato">Read</Explained>);
  const sign = screen.getByRole('button', { name: 'Read' });
  expect(sign).toHaveAccessibleDescription('Read by Hana Sato');
  await userEvent.tab();
  expect(sign).toHaveFocus();
  await userEvent.keyboard('{Enter}');
  expect(screen.getByText('Read by Hana Sato')).toBeVisible();
  await userEvent.keyboard('{Escape}');
  await expect.poll(() => screen.queryByText('Read by Hana Sato')?.checkVisibility?.() ?? false).toBe(false);
});
