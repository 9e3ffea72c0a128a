import { render, screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';

import { SearchField } from './SearchField';

vi.mock('../i18n', () => ({ useT: () => (key: string) => (key === 'common.clear' ? 'Leeren' : key) }));

test('what empties a search has a name of the page’s language', () => {
  render(<SearchField value="Hana" onChange={() => {}} />);
  expect(screen.getByRole('button', { name: 'Leeren', hidden: true })).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: 'clear', hidden: true })).toBeNull();
});
