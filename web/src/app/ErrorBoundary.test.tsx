import { FluentProvider } from '@fluentui/react-components';
import { render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';

import { ErrorBoundary } from './ErrorBoundary';
import { themes } from './theme';

/** A part that breaks as often as it is told to. */
function partThatBreaks(...messages: string[]) {
  return function Part() {
    const message = messages[0];
    if (message !== undefined) throw new TypeError(message);
    return <p>It works.</p>;
  };
}

function show(part: () => React.ReactNode): void {
  const Part = part;
  render(<FluentProvider theme={themes.light}><ErrorBoundary><Part /></ErrorBoundary></FluentProvider>);
}

afterEach(() => vi.restoreAllMocks());

test('a part that broke says so, and works again after another try', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const messages = ['no such thing'];
  show(() => {
    const Part = partThatBreaks(...messages);
    return <Part />;
  });
  expect(screen.getByRole('alert')).toHaveTextContent('This part of the page is broken');
  expect(screen.getByText('no such thing')).toBeVisible();
  messages.pop();
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(screen.getByText('It works.')).toBeVisible();
});

test.each([
  'Failed to fetch dynamically imported module: https://chat.example/assets/NewChat-1.js',
  'error loading dynamically imported module: https://chat.example/assets/NewChat-1.js',
  'Importing a module script failed.',
])('a part that could not be fetched is loaded with the page: %s', (message) => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  show(partThatBreaks(message));
  expect(screen.getByRole('alert')).toHaveTextContent('This part of the page could not be loaded');
  expect(screen.queryByText(message)).toBeNull();
  expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull();
  expect(screen.getByRole('button', { name: 'Reload the page' })).toBeVisible();
});
