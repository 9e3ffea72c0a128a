import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';

import { type Answers, show } from '../test/server';
import { ExplainPage } from './ExplainPage';

const ben = { id: '00000000-0000-7000-8000-0000000000e1', displayName: 'Ben Okafor', userPrincipalName: 'ben@contoso.example', mail: 'ben@contoso.example', roles: [] };
const EXPLAIN = 'POST admin/teams/externalAccess/explain';
const passes = (ruleId: string) => ({ ruleId, isRefused: false, code: null, setting: null });

async function ask(answers: Answers) {
  const user = userEvent.setup();
  const view = show(<ExplainPage />, { 'GET users': { body: { value: [ben] } }, ...answers });
  await user.click(screen.getByRole('combobox', { name: 'Who makes the contact' }));
  await user.paste('Ben');
  await user.click(await screen.findByRole('option', { name: /Ben Okafor/ }));
  await user.click(screen.getByRole('combobox', { name: 'With whom' }));
  await user.paste('Pia@Mail.example');
  await user.click(await screen.findByRole('option', { name: 'Use pia@mail.example' }));
  await user.click(screen.getByRole('button', { name: 'Explain' }));
  return view;
}

describe('can A talk with B?', () => {
  it('names the deciding rule in plain words and leads to its setting', async () => {
    const refused = { ruleId: 'A-07', isRefused: true, code: 'orgConsumerOff', setting: 'allowTeamsConsumer' };
    const body = { verdict: 'deny', isInbound: false, own: [passes('A-60'), refused], other: 'unknown', deciding: { ruleId: 'A-07', code: 'orgConsumerOff', setting: 'allowTeamsConsumer', value: false }, policyId: 'Global' };
    const { asked } = await ask({ [EXPLAIN]: { body } });
    const answer = await screen.findByRole('region', { name: 'Answer' });
    expect(within(answer).getByText('No: Ben Okafor cannot talk with pia@mail.example.')).toBeVisible();
    expect(within(answer).getByText(/The organisation does not talk with personal accounts\./)).toBeVisible();
    expect(within(answer).getByRole('link', { name: 'Go to the setting' })).toHaveAttribute('href', expect.stringMatching(/\/admin\/external-access\/allowTeamsConsumer$/));
    const rules = within(screen.getByRole('region', { name: 'The rules of your side' })).getAllByRole('listitem');
    expect(rules.map((one) => within(one).getByRole('img').getAttribute('aria-label'))).toEqual(['Passes', 'Refuses']);
    expect(asked.find((one) => one.method === 'POST')?.body).toEqual({ action: 'start', actor: { userId: ben.id }, target: { email: 'pia@mail.example' } });
  });

  it('says alike that an address is unknown, hidden or refused by the other side', async () => {
    const body = { verdict: 'deny', isInbound: false, own: [passes('A-60'), passes('A-07')], other: 'unknown', deciding: null, policyId: 'Global' };
    await ask({ [EXPLAIN]: { body } });
    expect(await screen.findByText(/Your side allows it, but pia@mail\.example and Ben Okafor do not get through/)).toBeVisible();
    expect(screen.getByText(/these look alike on purpose/)).toBeVisible();
  });

  it('leads to the switch that restricts personal accounts to the own directory (A-09)', async () => {
    const setting = 'restrictTeamsConsumerToExternalUserProfiles';
    const deciding = { ruleId: 'A-09', code: 'directoryRestricted', setting, value: true };
    await ask({ [EXPLAIN]: { body: { verdict: 'deny', isInbound: false, own: [{ ruleId: 'A-09', isRefused: true, code: 'directoryRestricted', setting }], other: 'unknown', deciding, policyId: 'Global' } } });
    expect(await screen.findByRole('link', { name: 'Go to the setting' })).toHaveAttribute('href', expect.stringMatching(/external-access\/allowTeamsConsumer$/));
  });

  it('leads to the policy when that decides', async () => {
    const deciding = { ruleId: 'A-34', code: 'userConsumerOff', setting: 'enableTeamsConsumerAccess', value: false };
    const body = { verdict: 'deny', isInbound: false, own: [{ ruleId: 'A-34', isRefused: true, code: 'userConsumerOff', setting: 'enableTeamsConsumerAccess' }], other: 'unknown', deciding, policyId: 'Tag:Interns' };
    await ask({ [EXPLAIN]: { body } });
    expect(await screen.findByRole('link', { name: 'Go to the policy Interns' })).toHaveAttribute('href', expect.stringMatching(/\/admin\/policies\/Interns$/));
  });

  it('says what went wrong', async () => {
    const error = { code: 'TooManyRequests', message: 'Too often.', innerError: { code: 'tooMany' } };
    await ask({ [EXPLAIN]: { status: 429, body: { error } } });
    expect(await screen.findByText(/That was too often in a short time/)).toBeVisible();
  });
});
