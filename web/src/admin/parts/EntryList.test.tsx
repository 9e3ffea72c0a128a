import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { describe, expect, it } from 'vitest';

import { show } from '../test/server';
import { EntryList } from './EntryList';

const many = Array.from({ length: 4_000 }, (_, index) => `d${index}.example`);

function Held({ first, max = 4_000 }: { first: readonly string[]; max?: number }) {
  const [entries, setEntries] = useState(first);
  return <EntryList label="Blocked domains" kind="domain" entries={entries} max={max} fileName="x" empty="Nothing yet." onChange={setEntries} />;
}

describe('a list of entries', () => {
  it('draws a few rows of thousands, and moves, selects and removes by keyboard', async () => {
    const user = userEvent.setup();
    show(<Held first={many} />, {});
    expect(screen.getByText('Blocked domains (4,000 of 4,000)')).toBeVisible();
    expect(screen.getAllByRole('option').length).toBeLessThan(60);
    const box = screen.getByRole('listbox');
    box.focus();
    await user.keyboard('{ArrowDown}{ArrowDown} ');
    const active = document.getElementById(box.getAttribute('aria-activedescendant') ?? '');
    expect(active).toHaveTextContent('d2.example');
    expect(active).toHaveAttribute('aria-selected', 'true');
    await user.keyboard('{Delete}');
    expect(screen.getByText('Blocked domains (3,999 of 4,000)')).toBeVisible();
    expect(screen.queryByText('d2.example')).not.toBeInTheDocument();
  });

  it('searches, and says when nothing is found', async () => {
    const user = userEvent.setup();
    show(<Held first={many} />, {});
    await user.type(screen.getByRole('searchbox'), 'd3999');
    expect(screen.getAllByRole('option')).toHaveLength(1);
    await user.type(screen.getByRole('searchbox'), 'x');
    expect(screen.getByText(/Nothing in the list has/)).toBeVisible();
  });

  it('adds what is typed, and says what is wrong with it', async () => {
    const user = userEvent.setup();
    show(<Held first={[]} max={2} />, {});
    expect(screen.getByText('Nothing yet.')).toBeVisible();
    const field = screen.getByRole('textbox', { name: 'Domain to add' });
    await user.type(field, 'a.example b.example c.example nonsense{Enter}');
    expect(screen.getAllByRole('option').map((one) => one.textContent)).toEqual(['a.example', 'b.example']);
    expect(field).toHaveValue('c.example nonsense');
    expect(screen.getByText('“c.example”: the list is full at 2 entries')).toBeVisible();
  });

  it('imports what is pasted and names the lines that it cannot use', async () => {
    const user = userEvent.setup();
    show(<Held first={['a.example']} />, {});
    await user.click(screen.getByRole('button', { name: 'Paste or import' }));
    const dialog = await screen.findByRole('dialog');
    await user.click(within(dialog).getByRole('textbox', { hidden: true }));
    await user.paste('b.example\nwrong one\na.example\nc.example');
    expect(await within(dialog).findByText('2 new entries found')).toBeVisible();
    expect(within(dialog).getByText('Line 3: “a.example” is in the list already')).toBeVisible();
    // A press beside it loses nothing of that.
    await user.click(document.querySelector('.fui-DialogSurface__backdrop')!);
    expect(within(dialog).getByRole('textbox', { hidden: true })).toHaveValue('b.example\nwrong one\na.example\nc.example');
    await user.click(within(dialog).getByRole('button', { name: 'Add 2', hidden: true }));
    expect(screen.getByText('Blocked domains (3 of 4,000)')).toBeVisible();
  });
});
