import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';

import { type Answers, show, usual } from '../test/server';
import { labelledBars, niceMax } from './Chart';
import { firstDay, OverviewPage } from './OverviewPage';

const zero = { messagesSent: 0, messagesReceived: 0, oneOnOneChatsFromOutside: 0, groupChatsFromOutside: 0, chatsStarted: 0 };
const answers: Answers = {
  'GET organization': { body: { value: [{ id: 'o', displayName: 'Contoso', verifiedDomains: [], trustClass: 'standard', createdDateTime: '2026-01-01T00:00:00Z' }] } },
  'GET admin/teams/externalAccess/configuration': { body: { ...usual, blockedDomains: ['evil.example'] }, headers: { etag: '"1"' } },
  'GET admin/teams/externalAccess/policies': { body: { value: [{ identity: 'Global' }] } },
  'GET admin/limits': {
    body: {
      value: [
        { id: 'messagesPerSecond', scope: 'account', limit: 50, periodSeconds: 1, used: 2 },
        { id: 'signInsPerMinute', scope: 'address', limit: 20, periodSeconds: 60, used: null },
        { id: 'blockedDomains', scope: 'organisation', limit: 4000, periodSeconds: null, used: 1 },
        { id: 'externalAccessPolicies', scope: 'organisation', limit: 500, periodSeconds: null, used: 450 },
        { id: 'blockedUsers', scope: 'organisation', limit: 200, periodSeconds: null, used: 200 },
      ],
    },
  },
  'GET admin/teams/externalAccess/activity': {
    body: {
      isComplete: true,
      days: [{ startDateTime: '2026-11-24T00:00:00Z', ...zero }, { startDateTime: '2026-11-25T00:00:00Z', ...zero, messagesSent: 5, messagesReceived: 12 }],
      partners: [{ domain: 'fabrikam.example', people: 1, outsiders: 2, ...zero, messagesSent: 5, messagesReceived: 6 }, { domain: null, people: 0, outsiders: 1, ...zero, messagesReceived: 6, oneOnOneChatsFromOutside: 1 }],
    },
  },
};

describe('the overview', () => {
  it('shows the state with links to the settings, and activity with a table behind each chart', async () => {
    const user = userEvent.setup();
    show(<OverviewPage />, answers);
    expect(await screen.findByRole('heading', { name: 'Administration of Contoso' })).toBeVisible();
    expect(await screen.findByRole('link', { name: /Other organisations ?Block only specific external domains ?On/ })).toHaveAttribute('href', expect.stringMatching(/external-access\/allowedDomains$/));
    const figure = await screen.findByRole('figure', { name: /Messages across the boundary/ });
    expect(within(figure).getByRole('img')).toHaveAccessibleName(/The table says the same/);
    await user.click(within(figure).getByRole('button', { name: 'Show as a table' }));
    expect(within(figure).getByRole('row', { name: /25 Nov|Nov 25/ })).toHaveTextContent(/5.*12/);
    const partners = screen.getByRole('table', { name: 'By partner' });
    expect(within(partners).getByRole('row', { name: /Personal accounts Nobody answered/ })).toBeVisible();
    await user.click(within(partners).getByRole('button', { name: /^Block fabrikam\.example/ }));
    expect(`${location.pathname}${location.search}`).toMatch(/external-access\/allowedDomains\?block=fabrikam\.example$/);
    history.replaceState(null, '', '/');
  });

  it('draws who wrote most, with a table behind it, and says who is only in the table below', async () => {
    const user = userEvent.setup();
    const partner = (number: number) => ({ domain: `p${number}.example`, people: 1, outsiders: 1, ...zero, messagesSent: number, messagesReceived: 2 * number });
    const silent = { ...partner(0), domain: 'silent.example', oneOnOneChatsFromOutside: 1 };
    const activity = (partners: object[]) => ({ ...answers, 'GET admin/teams/externalAccess/activity': { body: { isComplete: true, days: [{ startDateTime: '2026-11-25T00:00:00Z', ...zero }], partners } } });
    const { unmount } = show(<OverviewPage />, activity([silent, ...Array.from({ length: 10 }, (_, index) => partner(index + 1))]));
    const figure = await screen.findByRole('figure', { name: /^Messages by partner/ });
    const drawn = within(figure).getByRole('img', { name: 'Messages by partner, as bars by partner. The table says the same.' });
    expect([...drawn.querySelectorAll('title')].map((one) => one.textContent)).toEqual([10, 9, 8, 7, 6, 5, 4, 3].map((one) => `p${one}.example: Sent ${one}, Received ${2 * one}`));
    const [longest, shortest] = [drawn.querySelectorAll('rect')[1]!, drawn.querySelectorAll('rect')[14]!].map((one) => Number(one.getAttribute('width')));
    expect(shortest! / longest!).toBeCloseTo(3 / 20);
    expect(within(figure).getByText(/counts for each of them\. 2 more partners are in the table below\./)).toBeVisible();
    await user.click(within(figure).getByRole('button', { name: 'Show as a table' }));
    expect(within(figure).getAllByRole('row')).toHaveLength(9);
    expect(within(figure).getByRole('row', { name: 'p10.example 10 20' })).toBeVisible();
    unmount();
    show(<OverviewPage />, activity([silent]));
    expect(await screen.findByRole('table', { name: 'By partner' })).toBeVisible();
    expect(screen.queryByRole('figure', { name: /^Messages by partner/ })).not.toBeInTheDocument();
  });

  it('tells that only personal accounts of the own directory are reached (A-09)', async () => {
    show(<OverviewPage />, { ...answers, 'GET admin/teams/externalAccess/configuration': { body: { ...usual, restrictTeamsConsumerToExternalUserProfiles: true }, headers: { etag: '"1"' } } });
    expect(await screen.findByRole('link', { name: /Personal accounts ?Only those of your own directory/ })).toBeVisible();
  });

  it('says that nothing crossed the boundary', async () => {
    show(<OverviewPage />, { ...answers, 'GET admin/teams/externalAccess/activity': { body: { isComplete: true, days: [], partners: [] } } });
    expect(await screen.findByText('Nothing crossed the boundary')).toBeVisible();
  });

  it('shows what there may be and how much of it there is, and rates on request', async () => {
    const user = userEvent.setup();
    show(<OverviewPage />, answers);
    const quotas = await screen.findByRole('table', { name: 'What there may be' });
    expect(within(quotas).getByRole('row', { name: 'Blocked domains 1 of 4,000 1 %' })).toBeVisible();
    expect(within(quotas).getByRole('row', { name: 'Policies Nearly full 450 of 500 90 %' })).toBeVisible();
    expect(within(quotas).getByRole('row', { name: 'Blocked people Full 200 of 200 100 %' })).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Show how fast requests may come' }));
    const rates = screen.getByRole('table', { name: 'How fast requests may come' });
    expect(within(rates).getByRole('row', { name: 'Messages account 50 per second 2' })).toBeVisible();
    expect(within(rates).getByRole('row', { name: 'Sign-ins address that signs in 20 per minute Not counted for you' })).toBeVisible();
  });
});

describe('axes', () => {
  it('end at even round numbers', () => {
    expect([1, 3, 5, 9, 12, 99, 450].map(niceMax)).toEqual([2, 4, 6, 10, 20, 100, 600]);
  });

  it('label the last day, and before it only days that keep apart', () => {
    const month = Array.from({ length: 30 }, (_, index) => `${index + 1} Nov`);
    const labelled = [...labelledBars(month, 22)];
    expect(labelled.at(-1)).toBe(29);
    expect(labelled.every((at, index) => index === 0 || (at - labelled[index - 1]!) * 22 >= 6 * 12 * 0.62)).toBe(true);
    expect(labelledBars(['1 Nov', '2 Nov'], 300).size).toBe(2);
  });

  it('begin with a whole day, so that ten days are ten bars', () => {
    expect(firstDay(10, Date.parse('2026-11-26T07:20:00Z'))).toBe('2026-11-17T00:00:00.000Z');
    expect(firstDay(1, Date.parse('2026-11-26T00:00:00Z'))).toBe('2026-11-26T00:00:00.000Z');
  });

  it('have room for their largest number', async () => {
    const day = { startDateTime: '2026-11-25T00:00:00Z', ...zero, messagesSent: 39_000 };
    show(<OverviewPage />, { ...answers, 'GET admin/teams/externalAccess/activity': { body: { isComplete: true, days: [day], partners: [{ domain: 'fabrikam.example', people: 1, outsiders: 2, ...zero, messagesSent: 39_000 }] } } });
    const figure = await screen.findByRole('figure', { name: /Messages across the boundary/ });
    const label = within(figure).getByText('40,000');
    // It ends there, and goes back from it for about six letters of twelve pixels.
    expect(Number(label.getAttribute('x'))).toBeGreaterThan(6 * 12 * 0.55);
  });
});
