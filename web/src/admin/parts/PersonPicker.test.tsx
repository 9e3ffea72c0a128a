import { onlineManager } from '@tanstack/react-query';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { afterEach, describe, expect, it } from 'vitest';

import { type Answers, show } from '../test/server';
import { type Chosen, PersonPicker } from './PersonPicker';

const person = (n: number, displayName: string) => ({ id: `00000000-0000-7000-8000-0000000000e${n}`, displayName, userPrincipalName: `p${n}@contoso.example`, mail: `p${n}@contoso.example`, roles: [] });
const everybody = [person(1, 'Ben Okafor'), person(2, 'Ben Okafor-Lind'), person(3, 'Kim Two'), person(4, 'Kim Two')];
const people: Answers = {
  'GET users': ({ search }) => {
    const text = (/"(.*)"/.exec(search)?.[1] ?? '').replaceAll('+', ' ').toLowerCase();
    return { body: { value: everybody.filter((one) => one.displayName.toLowerCase().startsWith(text) || one.mail.startsWith(text)) } };
  },
};

function Held({ takesAddresses = false }: { takesAddresses?: boolean }) {
  const [chosen, setChosen] = useState<Chosen | null>(null);
  return (
    <>
      <PersonPicker label="Who" value={chosen} onChange={setChosen} takesAddresses={takesAddresses} />
      <button>Elsewhere</button>
      <output>{chosen ? (chosen.kind === 'colleague' ? chosen.id : chosen.address) : 'nobody'}</output>
    </>
  );
}

async function type(text: string) {
  const user = userEvent.setup();
  await user.click(screen.getByRole('combobox', { name: 'Who' }));
  await user.paste(text);
  return user;
}

afterEach(() => onlineManager.setOnline(true));

describe('picking a person', () => {
  it('names the arrow in the language of the page', async () => {
    show(<Held />, people);
    expect(await screen.findByRole('button', { name: 'Open the list: Who' })).toBeVisible();
  });

  it.each(['ben okafor', 'P1@contoso.example'])('takes %s, typed whole, as that person when the field is left', async (text) => {
    show(<Held />, people);
    const user = await type(text);
    await user.click(screen.getByRole('button', { name: 'Elsewhere' }));
    await waitFor(() => expect(screen.getByText('00000000-0000-7000-8000-0000000000e1')).toBeVisible());
    expect(screen.getByRole('combobox', { name: 'Who' })).toHaveValue('Ben Okafor');
  });

  it.each([
    ['what is nobody’s name', 'Ben Ok', false, 'Choose somebody from the list.'],
    ['a name that two have', 'Kim Two', false, 'Choose somebody from the list.'],
    ['half an address', 'pia@', true, 'Choose somebody from the list, or type a full address.'],
  ])('says what is missing when %s is left', async (_, text, takesAddresses, words) => {
    show(<Held takesAddresses={takesAddresses} />, people);
    const user = await type(text);
    expect(screen.queryByText(words)).not.toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Elsewhere' }));
    expect(await screen.findByText(words)).toBeVisible();
    expect(screen.getByText('nobody')).toBeVisible();
  });

  it('says that the list could not be fetched, not that there is nobody', async () => {
    show(<Held />, { 'GET users': { status: 500, body: {} } });
    await type('Ben');
    expect(await screen.findByRole('option', { name: /did not work/ })).toBeVisible();
    expect(screen.queryByText('Nobody of your organisation begins so.')).not.toBeInTheDocument();
  });

  it('says so without a network', async () => {
    onlineManager.setOnline(false);
    show(<Held />, people);
    await type('Ben');
    expect(await screen.findByRole('option', { name: 'The server cannot be reached.' })).toBeVisible();
  });
});
