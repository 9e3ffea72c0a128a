import { fireEvent, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';

import type { AuditEvent } from '../../api/schema.gen';
import { type Answers, show } from '../test/server';
import { AuditPage } from './AuditPage';
import { csvLine, noFilter, odataFilter } from './trail';

const TRAIL = 'admin/teams/externalAccess/auditEvents';
const event = (id: string, more: object = {}) => ({
  id, activityDateTime: '2026-11-25T10:00:00Z', kind: 'MessageSent', actorId: 'b', ipAddress: null, chatId: '19:x@thread.v2', messageId: '7', detail: null, sequence: Number(id), hash: 'abc',
  participants: { members: [{ id: 'b', displayName: 'Ben', address: 'ben@a.example', organisationId: 'o' }, { id: 'p', displayName: 'Pia', address: 'pia@m.example', organisationId: null }] },
  ...more,
});

const answers: Answers = {
  [`GET ${TRAIL}/verification`]: { body: { isIntact: true, chains: 2, entries: 9, firstBroken: null } },
  [`GET ${TRAIL}`]: ({ search }) => (search.includes('$skiptoken') ? { body: { value: [event('1', { kind: 'TeamsTenantSettingChanged', actorId: null })] } } : { body: { value: [event('2')], '@odata.nextLink': 'http://x/v1.0/y?$skiptoken=2' } }),
};

function textOf(blob: Blob | undefined): Promise<string> {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve(String(reader.result)));
    reader.readAsText(blob ?? new Blob());
  });
}

describe('the audit trail', () => {
  it('shows who did what with whom, pages back, and opens an event', async () => {
    const user = userEvent.setup();
    show(<AuditPage />, answers);
    expect(await screen.findByRole('row', { name: /Message sent Ben Ben, Pia/ })).toBeVisible();
    expect(await screen.findByText(/The trail is whole\. Checked .*: entries 9, chains 2\./)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Details' }));
    expect(screen.getByText(/<pia@m\.example>/)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Older events' }));
    expect(await screen.findByRole('row', { name: /External access changed The terms, by themselves/ })).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Older events' })).not.toBeInTheDocument();
  });

  it('asks the server for what the filters leave', async () => {
    const user = userEvent.setup();
    const { asked } = show(<AuditPage />, answers);
    await screen.findByRole('row', { name: /Message sent/ });
    await user.click(screen.getByRole('combobox', { name: 'Kind' }));
    await user.click(await screen.findByRole('option', { name: 'Policy changed' }));
    fireEvent.change(screen.getByLabelText('From'), { target: { value: '2026-11-01' } });
    await waitFor(() => expect(asked.at(-1)?.search).toMatch(/activityDateTime ge .* and kind eq 'PolicyChanged'/));
  });

  it('exports page after page, and writes nothing when a page fails', async () => {
    const user = userEvent.setup();
    const made = vi.fn((_: Blob) => 'blob:x');
    vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: made, revokeObjectURL: () => {} }));
    let isBroken = false;
    show(<AuditPage />, { ...answers, [`GET ${TRAIL}`]: (one) => (isBroken && one.search.includes('$skiptoken') ? { status: 500, body: {} } : (answers[`GET ${TRAIL}`] as (asked: typeof one) => object)(one)) });
    await user.click(await screen.findByRole('button', { name: 'Export as JSON lines' }));
    await waitFor(() => expect(made).toHaveBeenCalledTimes(1));
    const lines = (await textOf(made.mock.calls[0]?.[0])).trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { id: string }).id)).toEqual(['2', '1']);
    isBroken = true;
    await user.click(screen.getByRole('button', { name: 'Export as CSV' }));
    expect(await screen.findByText(/Nothing was exported/)).toBeVisible();
    expect(made).toHaveBeenCalledTimes(1);
  });

  it('says loudly when the chain is broken', async () => {
    show(<AuditPage />, { ...answers, [`GET ${TRAIL}/verification`]: { body: { isIntact: false, chains: 2, entries: 9, firstBroken: { chatId: null, sequence: 4, description: 'entry 4 is changed' } } } });
    expect(await screen.findByText(/not as it was written\. First broken: entry 4 is changed \(administration\)/)).toBeVisible();
  });

  it('says that nothing was found', async () => {
    show(<AuditPage />, { ...answers, [`GET ${TRAIL}`]: { body: { value: [] } } });
    expect(await screen.findByText('No events')).toBeVisible();
  });
});

describe('filters and files', () => {
  it('mean whole days of this place', () => {
    expect(odataFilter(noFilter)).toBeUndefined();
    const from = new Date(2026, 10, 1).toISOString();
    const to = new Date(2026, 10, 3).toISOString();
    expect(odataFilter({ ...noFilter, from: '2026-11-01', to: '2026-11-02', actorId: 'x' })).toBe(`activityDateTime ge ${from} and activityDateTime lt ${to} and actorId eq 'x'`);
  });

  it('quote what would break a line', () => {
    const line = csvLine(event('3', { detail: { policy: 'A, "B"' } }) as unknown as AuditEvent);
    expect(line).toBe('2026-11-25T10:00:00Z,MessageSent,b,ben@a.example,19:x@thread.v2,7,ben@a.example pia@m.example,"{""policy"":""A, \\""B\\""""}",,3,abc');
  });
});
