import { fireEvent, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { readFileSync } from 'node:fs';
import { useState } from 'react';
import { describe, expect, it, vi } from 'vitest';

import type { AuditEvent } from '../../api/schema.gen';
import { type Answers, show } from '../test/server';
import english from '../catalogues/en.json';
import { t } from '../i18n';
import { AuditPage } from './AuditPage';
import { EventPage } from './EventPage';
import { sentenceOf } from './sentence';
import { csvLine, filterOf, noFilter, odataFilter, searchOf } from './trail';

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
    expect(await screen.findByRole('row', { name: /Ben sent a message in a chat with Pia\. Message sent Ben, Pia/ })).toBeVisible();
    expect(await screen.findByText(/The trail is whole: it has 9 entries in 2 chains\. It was checked on .+\.$/)).toBeVisible();
    await user.click(screen.getByRole('button', { name: /^Details/ }));
    expect(screen.getByText(/<pia@m\.example> \(personal account\)/)).toBeVisible();
    expect(screen.getByRole('link', { name: 'This entry by itself' })).toHaveAttribute('href', expect.stringMatching(/\/admin\/audit\/2$/));
    await user.click(screen.getByRole('button', { name: 'Older events' }));
    expect(await screen.findByRole('row', { name: /External access changed/ })).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Older events' })).not.toBeInTheDocument();
  });

  it('says of one entry that it is one', async () => {
    show(<AuditPage />, { ...answers, [`GET ${TRAIL}/verification`]: { body: { isIntact: true, chains: 1, entries: 1, firstBroken: null } } });
    expect(await screen.findByText(/it has 1 entry in 1 chain\./)).toBeVisible();
  });

  it('has what has just happened when it is opened again, and on request', async () => {
    const user = userEvent.setup();
    function Opened() {
      const [isOpen, setOpen] = useState(true);
      return <>{isOpen && <AuditPage />}<button type="button" onClick={() => setOpen(!isOpen)}>Elsewhere</button></>;
    }
    let newest = 2;
    const latest = () => ({ body: { value: [event(String(newest), { messageId: 'm' })] } });
    const { asked } = show(<Opened />, { ...answers, [`GET ${TRAIL}`]: latest });
    const reads = () => asked.filter((one) => one.path === TRAIL).length;
    const links = () => screen.getByRole('link', { name: 'This entry by itself' });
    const look = async () => user.click(await screen.findByRole('button', { name: /^Details/ }));
    await look();
    expect(links()).toHaveAttribute('href', expect.stringMatching(/\/audit\/2$/));
    newest = 3;
    await user.click(screen.getByRole('button', { name: 'Refresh' }));
    await waitFor(() => expect(screen.queryByRole('link', { name: 'This entry by itself' })).not.toBeInTheDocument());
    await look();
    expect(links()).toHaveAttribute('href', expect.stringMatching(/\/audit\/3$/));
    newest = 4;
    const before = reads();
    await user.click(screen.getByRole('button', { name: 'Elsewhere' }));
    await user.click(screen.getByRole('button', { name: 'Elsewhere' }));
    await waitFor(() => expect(reads()).toBe(before + 1));
  });

  it('reads on where a page has nothing that is wanted, and says so when there was much of that', async () => {
    const user = userEvent.setup();
    const pages = (full: number): Answers => ({
      ...answers,
      [`GET ${TRAIL}`]: ({ search }) => {
        const at = Number(new URLSearchParams(search).get('$skiptoken') ?? 0);
        return { body: at < full ? { value: [], '@odata.nextLink': `http://x/v1.0/y?$skiptoken=${at + 1}` } : { value: [event('2')] } };
      },
    });
    const first = show(<AuditPage />, pages(3));
    expect(await screen.findByRole('row', { name: /Message sent/ })).toBeVisible();
    first.unmount();
    show(<AuditPage />, pages(25));
    expect(await screen.findByText(/There may be something in the older part/)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Older events' }));
    expect(await screen.findByRole('row', { name: /Message sent/ })).toBeVisible();
  });

  it('names the operator, who is in no directory, and nobody else so', async () => {
    const operated = event('2', { kind: 'DirectoryChanged', actorId: 'op', chatId: null, participants: null, detail: { groupCreated: 'g', groupName: 'Board' } });
    const outside = event('1', { kind: 'MessageSent', actorId: 'gone', participants: null });
    show(<AuditPage />, { ...answers, [`GET ${TRAIL}`]: { body: { value: [operated, outside] } }, 'GET users/op': { status: 404, body: {} }, 'GET users/gone': { status: 404, body: {} } });
    expect(await screen.findByRole('row', { name: /The operator of this server .*Board/ })).toBeVisible();
    expect(await screen.findByRole('row', { name: /Somebody who is not in your directory sent a message/ })).toBeVisible();
  });

  it('asks the server for what the filters leave, and keeps them in the address', async () => {
    history.replaceState(null, '', '/');
    const user = userEvent.setup();
    const { asked } = show(<AuditPage />, answers);
    await screen.findByRole('row', { name: /Message sent/ });
    await user.click(screen.getByRole('combobox', { name: 'Kind' }));
    await user.click(await screen.findByRole('option', { name: 'Policy changed' }));
    fireEvent.change(screen.getByLabelText('From'), { target: { value: '2026-11-01' } });
    await waitFor(() => expect(asked.at(-1)?.search).toMatch(/activityDateTime ge .* and kind eq 'PolicyChanged'/));
    expect(location.search).toBe('?from=2026-11-01&kind=PolicyChanged');
    await user.click(screen.getByRole('button', { name: 'Clear filters' }));
    await waitFor(() => expect(location.search).toBe(''));
    expect(screen.getByLabelText('From')).toHaveValue('');
  });

  it('begins with the filters of the address, and names who is filtered by', async () => {
    const ben = '00000000-0000-7000-8000-0000000000b7';
    history.replaceState(null, '', `/x?kind=MessageSent&by=${ben}`);
    const { asked } = show(<AuditPage />, { ...answers, [`GET users/${ben}`]: { body: { id: ben, displayName: 'Ben Okafor' } } });
    await waitFor(() => expect(screen.getByRole('combobox', { name: 'Done by' })).toHaveValue('Ben Okafor'));
    expect(asked.find((one) => one.path === TRAIL)?.search).toContain(`kind eq 'MessageSent' and actorId eq '${ben}'`);
    history.replaceState(null, '', '/');
  });

  it('shows the events of one chat, from any of them, and of all chats again', async () => {
    history.replaceState(null, '', '/x');
    const user = userEvent.setup();
    const { asked } = show(<AuditPage />, answers);
    await user.click(await screen.findByRole('button', { name: /^Details/ }));
    await user.click(screen.getByRole('link', { name: 'All events of this chat' }));
    expect(await screen.findByText('Only this chat: 19:x@thread.v2')).toBeVisible();
    await waitFor(() => expect(asked.at(-1)?.search).toContain("chatId eq '19:x@thread.v2'"));
    await user.click(screen.getByRole('button', { name: 'All chats' }));
    await waitFor(() => expect(asked.at(-1)?.search).not.toContain('chatId'));
    expect(location.search).toBe('');
    history.replaceState(null, '', '/');
  });

  it('shows the events with one participant, from inside or outside, and names them as the trail does', async () => {
    history.replaceState(null, '', '/x');
    const user = userEvent.setup();
    const pia = '00000000-0000-7000-8000-0000000000e1';
    const members = [{ id: 'b', displayName: 'Ben', address: 'ben@a.example', organisationId: 'o' }, { id: pia, displayName: 'Pia', address: 'pia@m.example', organisationId: null }];
    const { asked } = show(<AuditPage />, { ...answers, [`GET ${TRAIL}`]: { body: { value: [event('2', { participants: { members } })] } } });
    await user.click(await screen.findByRole('button', { name: /^Details/ }));
    await user.click(screen.getByRole('link', { name: 'All events with Pia' }));
    await waitFor(() => expect(asked.at(-1)?.search).toContain(`$filter=participants/members/any(m: m/id eq '${pia}')`));
    expect(location.search).toBe(`?with=${pia}`);
    await waitFor(() => expect(screen.getByRole('combobox', { name: 'With' })).toHaveValue('Pia'));
    expect(asked.some((one) => one.path === `users/${pia}`)).toBe(false);
    await user.type(screen.getByRole('combobox', { name: 'With' }), '{Backspace}');
    await waitFor(() => expect(location.search).toBe(''));
    history.replaceState(null, '', '/');
  });

  it('is filtered by a colleague who took part', async () => {
    history.replaceState(null, '', '/x');
    const user = userEvent.setup();
    const noor = '00000000-0000-7000-8000-0000000000a7';
    const { asked } = show(<AuditPage />, { ...answers, 'GET users': { body: { value: [{ id: noor, displayName: 'Noor Aziz', mail: 'noor@a.example', userPrincipalName: 'noor@a.example' }] } }, [`GET users/${noor}`]: { body: { id: noor, displayName: 'Noor Aziz' } } });
    await user.type(await screen.findByRole('combobox', { name: 'With' }), 'Noor');
    await user.click(await screen.findByRole('option', { name: /Noor Aziz/ }));
    await waitFor(() => expect(asked.findLast((one) => one.path === TRAIL)?.search).toContain(`any(m: m/id eq '${noor}')`));
    expect(location.search).toBe(`?with=${noor}`);
    history.replaceState(null, '', '/');
  });

  it('says what was before and after, and which rule decided', async () => {
    const change = event('5', { kind: 'TeamsTenantSettingChanged', participants: null, actorId: null, detail: { modifiedProperties: { allowTeamsConsumer: { old: true, new: false }, blockedDomains: { old: ['a.example'], new: ['a.example', 'evil.example'] } } } });
    const eviction = event('6', { kind: 'MemberRemoved', actorId: null, detail: { member: 'p', byPolicy: true, reason: 'orgConsumerOff', ruleId: 'A-07' } });
    show(<EventPage eventId="5" />, { ...answers, [`GET ${TRAIL}/5`]: { body: change } });
    expect(await screen.findByText(/changed in external access: “People in my organization can communicate with Teams users .*” and “Blocked domains”\./)).toBeVisible();
    expect(screen.getByRole('row', { name: /communicate with Teams users .* On Off/ })).toBeVisible();
    expect(screen.getByRole('row', { name: /Blocked domains 1 entry 2 entries: evil\.example/ })).toBeVisible();
    show(<EventPage eventId="6" />, { ...answers, [`GET ${TRAIL}/6`]: { body: eviction } });
    expect(await screen.findByText(/Pia was removed from a chat, since the terms no longer allow it/)).toBeVisible();
    expect(screen.getByText('Why: The organisation does not talk with personal accounts. (A-07)')).toBeVisible();
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

  it('stops an export that is cancelled, and writes nothing', async () => {
    const user = userEvent.setup();
    const made = vi.fn((_: Blob) => 'blob:x');
    vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: made, revokeObjectURL: () => {} }));
    let pages = 0;
    // The second page is asked for too often, again and again: only the cancelling ends it.
    const page = (search: string) => (search.includes('$skiptoken=2') ? { status: 429, body: {}, headers: { 'retry-after': '1' } } : { body: { value: [event(String((pages += 1)))], '@odata.nextLink': `http://x/v1.0/y?$skiptoken=${pages}` } });
    show(<AuditPage />, { ...answers, [`GET ${TRAIL}`]: ({ search }) => page(search) });
    await user.click(await screen.findByRole('button', { name: 'Export as CSV' }));
    expect(await screen.findByText('1 event')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Cancel the export' }));
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Cancel the export' })).not.toBeInTheDocument());
    expect(made).not.toHaveBeenCalled();
    expect(screen.queryByText(/Nothing was exported/)).not.toBeInTheDocument();
  });

  it('stops an export whose page is left, and asks for nothing more', async () => {
    const user = userEvent.setup();
    const made = vi.fn((_: Blob) => 'blob:x');
    vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: made, revokeObjectURL: () => {} }));
    const page = (search: string) => (search.includes('$skiptoken') ? { status: 429, body: {}, headers: { 'retry-after': '1' } } : { body: { value: [event('1')], '@odata.nextLink': 'http://x/v1.0/y?$skiptoken=2' } });
    const { asked, unmount } = show(<AuditPage />, { ...answers, [`GET ${TRAIL}`]: ({ search }) => page(search) });
    await user.click(await screen.findByRole('button', { name: 'Export as CSV' }));
    const further = () => asked.filter((one) => one.search.includes('$skiptoken')).length;
    await waitFor(() => expect(further()).toBe(1));
    unmount();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(further()).toBe(1);
    expect(made).not.toHaveBeenCalled();
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

describe('a report', () => {
  it('says for what, and in whose words', async () => {
    const report = event('8', { kind: 'UserReported', actorId: 'b', detail: { person: 'p', reason: 'spam', comment: 'Offers watches.' } });
    show(<EventPage eventId="8" />, { ...answers, [`GET ${TRAIL}/8`]: { body: report } });
    expect(await screen.findByText('Ben reported a message of Pia.')).toBeVisible();
    expect(screen.getByText('Reported for: unwanted advertising')).toBeVisible();
    expect(screen.getByText('In their words: “Offers watches.”')).toBeVisible();
  });
});

describe('an address of the trail', () => {
  it('is read back as it was written, and what it does not understand filters nothing', () => {
    const filter = { from: '2026-11-01', to: '2026-11-02', kind: 'MessageSent', actorId: '00000000-0000-7000-8000-0000000000b7', participantId: '00000000-0000-7000-8000-0000000000e1', chatId: '19:x@thread.v2' };
    expect(filterOf(new URLSearchParams(searchOf(filter)))).toEqual(filter);
    expect(searchOf(noFilter)).toBe('');
    expect(filterOf(new URLSearchParams('?from=yesterday&kind=Nothing&by=%27or&with=pia'))).toEqual(noFilter);
  });
});

describe('the sentence of an entry', () => {
  const names: Record<string, string> = { a: 'Ada', b: 'Ben', p: 'Pia' };
  const told = (kind: string, detail: object | null, more: object = {}) => sentenceOf(event('1', { kind, actorId: 'a', detail, participants: null, ...more }) as unknown as AuditEvent, (id) => names[id ?? ''] ?? 'The terms', t);

  it.each([
    ['PolicyChanged', { policy: 'Tag:Sales', act: 'changed' }, 'Ada changed the policy Sales.'],
    ['PolicyChanged', { policy: 'Tag:Sales', act: 'removed', people: 1, groups: ['x', 'y'] }, 'Ada deleted the policy Sales. It was assigned to 1 person and 2 groups.'],
    ['PolicyChanged', { policy: 'Tag:Sales', act: 'removed', people: 0, groups: [] }, 'Ada deleted the policy Sales.'],
    ['PolicyAssigned', { policy: 'Tag:Sales', person: 'b', was: null }, 'Ada assigned the policy Sales to Ben.'],
    ['PolicyAssigned', { policy: 'Tag:Sales', person: 'b', was: 'Tag:Old' }, 'Ada assigned the policy Sales to Ben, in place of Old.'],
    ['PolicyAssigned', { policy: null, person: 'b', was: 'Tag:Old' }, 'Ada took the policy Old from Ben.'],
    ['PolicyAssigned', { policy: 'Tag:Sales', group: 'g', groupName: 'Board', rank: 1, was: 'Tag:Sales', rankWas: 3 }, 'Ada moved the group Board with the policy Sales from rank 3 to 1.'],
    ['PolicyAssigned', { policy: null, group: 'g', groupName: 'Board', was: 'Tag:Sales', rankWas: 3 }, 'Ada took the policy Sales from the group Board.'],
    ['DirectoryChanged', { group: 'g', groupName: 'Board', memberAdded: 'b' }, 'Ada added Ben to the group Board.'],
    ['DirectoryChanged', { groupDeleted: 'g', groupName: 'Board' }, 'Ada deleted the group Board.'],
    ['DirectoryChanged', { groupRenamed: 'g', groupName: 'Directors', modifiedProperties: { displayName: { old: 'Board', new: 'Directors' } } }, 'Ada renamed the group Board to Directors.'],
    ['DirectoryChanged', { passwordSet: 'b' }, 'Ada set a new password for Ben.'],
    ['DirectoryChanged', { trustClass: 'trial' }, 'Ada marked the organisation as a trial.'],
    ['TeamsTenantSettingChanged', { modifiedProperties: { blockedDomains: { old: [], new: ['evil.example'] } } }, 'Ada changed in external access: “Blocked domains”.'],
    ['TeamsTenantSettingChanged', { modifiedProperties: { restrictTeamsConsumerToExternalUserProfiles: { old: false, new: true }, mobilePhone: {} } }, 'Ada changed in external access: “Only personal accounts of the own directory” and “Telephone number”.'],
    ['TeamsTenantSettingChanged', { modifiedProperties: { allowedDomains: {}, blockedDomains: {}, blockedUsers: {} } }, 'Ada changed 3 settings of external access.'],
    ['ContactBlocked', { person: 'p', report: null }, 'Ada blocked Pia.'],
    ['ContactBlocked', { person: 'p', report: 'Spam' }, 'Ada blocked and reported Pia.'],
    ['MessageDeleted', { restored: true }, 'Ada restored a message in a chat with nobody else.'],
    ['MemberRemoved', { left: true }, 'Ada left a chat.'],
    ['AccessRemoved', { member: 'b', byAdministrator: true }, 'Ada took Ben out of a chat as an administrator.'],
    ['TeamsImpersonationDetected', { senderName: 'Bossy', senderAddress: 'b@c0ntoso.example', targetUser: 'b' }, 'Bossy <b@c0ntoso.example>, who asked Ben for contact, looks like somebody else: the domain resembles one of yours.'],
    ['MessagesExported', { exported: 'b' }, 'Ada exported the messages of Ben.'],
    ['SubscriptionChanged', { subscriptionMade: 's', why: null, subscriber: 'a', watched: 'messages', notificationHost: 'https://bot.example' }, 'Ada made a subscription to messages that goes to https://bot.example.'],
    ['SubscriptionChanged', { subscriptionChanged: 's', why: null, subscriber: 'a', watched: 'messages', notificationHost: 'https://bot.example' }, 'Ada changed the certificate of a subscription to messages that goes to https://bot.example.'],
    ['SubscriptionChanged', { subscriptionRemoved: 's', why: 'bySubscriber', subscriber: 'a', watched: 'chats', notificationHost: 'https://bot.example' }, 'Ada ended a subscription to chats that went to https://bot.example.'],
    ['SubscriptionChanged', { subscriptionRemoved: 's', why: 'expired', subscriber: 'b', watched: 'presence', notificationHost: 'https://bot.example' }, 'A subscription of Ben to presence that went to https://bot.example expired.'],
    ['SubscriptionChanged', { subscriptionRemoved: 's', why: 'newlyThoughtOf', subscriber: 'b', watched: 'somethingNew', notificationHost: 'https://bot.example' }, 'A subscription of Ben to changes that went to https://bot.example was removed.'],
    ['SomethingNew', null, 'Ada: SomethingNew'],
  ])('%s %j', (kind, detail, expected) => expect(told(kind, detail)).toBe(expected));

  it('counts people when there are many', () => {
    const members = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => ({ id, displayName: id.toUpperCase(), address: null, organisationId: 'o' }));
    expect(told('MessageSent', null, { participants: { members } })).toBe('Ada sent a message in a chat with B, C, D and 2 more.');
  });
});

describe('the reasons of refusals', () => {
  it('are all in words, as the reference lists them', () => {
    const reference = readFileSync('../docs/reference/error-codes.md', 'utf8').split('## Refusals')[1] ?? '';
    const codes = [...reference.matchAll(/^\| `(\w+)` \|/gmu)].map(([, code]) => code);
    expect(codes.length).toBeGreaterThan(30);
    expect(codes.filter((code) => !Object.hasOwn(english, `reason.${code}`))).toEqual([]);
  });
});
