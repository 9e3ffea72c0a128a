import { screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';

import { renderFor, serve } from '../../test/render';
import { copy, copyBody } from './copy';

afterEach(() => vi.unstubAllGlobals());

test('a text that was copied is said to be, and one that could not be, too', async () => {
  serve({});
  renderFor(null);
  const writeText = vi.fn(async () => {});
  vi.stubGlobal('navigator', Object.create(navigator, { clipboard: { value: { writeText } } }));
  await copy('The drawings are there.');
  expect(writeText).toHaveBeenCalledWith('The drawings are there.');
  expect(await screen.findByText('The text was copied')).toBeVisible();
  // A page on plain http.
  vi.stubGlobal('navigator', Object.create(navigator, { clipboard: { value: undefined } }));
  await copy('The drawings are there.');
  expect(await screen.findByText('The text could not be copied')).toBeVisible();
});

test('a message is copied with its lines', async () => {
  serve({});
  renderFor(null);
  const writeText = vi.fn(async () => {});
  vi.stubGlobal('navigator', Object.create(navigator, { clipboard: { value: { writeText } } }));
  await copyBody({ contentType: 'html', content: '<p>One</p><ul><li>two</li></ul>' });
  expect(writeText).toHaveBeenCalledWith('One\n• two');
});
