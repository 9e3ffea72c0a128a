import { describe, expect, it } from 'vitest';

import { usual } from '../test/server';
import { barrierTo, blocking, type Draft, differences, draftOf, emptied, patchOf, rebased, savedAs, strict } from './settings';

const configuration = usual as Parameters<typeof draftOf>[0];
const changed = (part: Partial<Draft>) => ({ ...draftOf(configuration), ...part });

describe('modes', () => {
  it('are found in what the server keeps (A-19)', () => {
    const mode = (part: object) => draftOf({ ...configuration, ...part }).mode;
    expect(mode({})).toBe('allowAll');
    expect(mode({ blockedDomains: ['x.example'] })).toBe('blockSpecific');
    expect(mode({ allowedDomains: { mode: 'allowList', domains: ['x.example'] } })).toBe('allowSpecific');
    expect(mode({ allowedDomains: { mode: 'allowList', domains: [] } })).toBe('blockAll');
  });

  it('send only what they change', () => {
    expect(patchOf(configuration, changed({}))).toEqual({});
    expect(patchOf(configuration, changed({ mode: 'blockAll' }))).toEqual({ allowedDomains: { mode: 'allowList', domains: [] } });
    expect(patchOf(configuration, changed({ mode: 'blockSpecific' }))).toEqual({});
    expect(patchOf(configuration, changed({ mode: 'blockSpecific', blockedDomains: ['x.example'] }))).toEqual({ blockedDomains: ['x.example'] });
    const listed = { ...configuration, allowedDomains: { mode: 'allowList' as const, domains: ['p.example'] } };
    expect(patchOf(listed, { ...draftOf(listed), mode: 'allowAll' })).toEqual({ allowedDomains: { mode: 'allKnownDomains' } });
  });
});

describe('what is saved', () => {
  it('says which list goes with its mode', () => {
    const domains = ['p.example', 'q.example'];
    const listed = { ...configuration, allowedDomains: { mode: 'allowList' as const, domains }, blockedDomains: ['x.example'] };
    const base = draftOf(listed);
    const rows = (part: Partial<Draft>) => differences(base, savedAs(listed, { ...base, ...part })).map((one) => [one.setting, one.after]);
    expect(rows({ mode: 'allowAll' })).toEqual([['mode', 'allowAll'], ['allowedDomains', []], ['blockedDomains', []]]);
    expect(rows({ mode: 'blockAll' })).toEqual([['mode', 'blockAll'], ['allowedDomains', []]]);
    expect(rows({ mode: 'blockSpecific' })).toEqual([['mode', 'blockSpecific'], ['allowedDomains', []]]);
    expect(rows({})).toEqual([]);
    expect(emptied(base, savedAs(listed, { ...base, mode: 'blockSpecific' }))).toEqual(['allowedDomains']);
    expect(emptied(base, savedAs(listed, base))).toEqual([]);
  });
});

describe('what two people change', () => {
  it('meets setting by setting', () => {
    const base = draftOf(configuration);
    const edited = { ...base, allowTeamsConsumer: false };
    const saved = { ...base, blockedUsers: ['a@x.example'], allowTeamsConsumerInbound: false };
    expect(rebased(base, edited, saved)).toEqual({ ...saved, allowTeamsConsumer: false });
  });

  it.each(['allowedDomains', 'blockedDomains', 'allowedTrialTenantDomains', 'blockedUsers'] as const)('meets entry by entry in %s', (list) => {
    const base = { ...draftOf(configuration), mode: 'blockSpecific' as const, [list]: ['old', 'gone-by-her', 'gone-by-him'] };
    const edited = { ...base, [list]: ['old', 'gone-by-him', 'from-her', 'from-both'] };
    const saved = { ...base, [list]: ['old', 'gone-by-her', 'from-him', 'from-both'] };
    expect(rebased(base, edited, saved)[list]).toEqual(['old', 'from-him', 'from-both', 'from-her']);
    expect(rebased(base, base, saved)).toEqual(saved);
  });

  it('keeps what was added in effect when the other emptied the list', () => {
    const open = changed({ mode: 'blockSpecific', blockedDomains: ['x.example'] });
    const emptied = changed({ mode: 'allowAll' });
    expect(rebased(open, { ...open, blockedDomains: ['x.example', 'y.example'] }, emptied)).toMatchObject({ mode: 'blockSpecific', blockedDomains: ['y.example'] });
    expect(rebased(open, { ...open, allowTeamsConsumer: false }, emptied)).toMatchObject({ mode: 'allowAll', allowTeamsConsumer: false });
    const named = changed({ mode: 'allowSpecific', allowedDomains: ['x.example'] });
    expect(rebased(named, { ...named, allowedDomains: ['x.example', 'y.example'] }, changed({ mode: 'blockAll' }))).toMatchObject({ mode: 'allowSpecific', allowedDomains: ['y.example'] });
  });
});

describe('the strict preset', () => {
  it('closes what hardening baselines close, and keeps the lists (A-153)', () => {
    const now = changed({ allowedDomains: ['partner.example'] });
    const then = strict(now);
    expect(then.mode).toBe('allowSpecific');
    expect([then.allowTeamsConsumer, then.allowTeamsConsumerInbound, then.externalAccessWithTrialTenants]).toEqual([false, false, 'Blocked']);
    expect(differences(then, strict(then))).toEqual([]);
    expect(strict(changed({})).mode).toBe('blockAll');
  });
});

describe('blocking a domain', () => {
  it('goes by the list of the mode, and repeats nothing', () => {
    expect(blocking(changed({}), 'x.example')).toEqual({ mode: 'blockSpecific', blockedDomains: ['x.example'] });
    expect(blocking(changed({ mode: 'blockSpecific', blockedDomains: ['x.example'] }), 'x.example').blockedDomains).toEqual(['x.example']);
    expect(blocking(changed({ mode: 'allowSpecific', allowedDomains: ['x.example', 'y.example'] }), 'x.example')).toEqual({ allowedDomains: ['y.example'] });
    expect(blocking(changed({ mode: 'blockAll' }), 'x.example')).toEqual({});
  });
});

describe('a domain', () => {
  it('is kept out by the first thing that does so', () => {
    const lists = { allowedDomains: ['a.example'], blockedDomains: ['x.example'] };
    const by = (part: Partial<Draft>, domain: string) => barrierTo(changed({ ...lists, ...part }), domain);
    expect(by({ mode: 'blockAll', allowFederatedUsers: false }, 'a.example')).toBe('off');
    expect(by({ mode: 'blockAll' }, 'a.example')).toBe('blockAll');
    expect([by({ mode: 'allowSpecific' }, 'a.example'), by({ mode: 'allowSpecific' }, 'b.example')]).toEqual([null, 'allowSpecific']);
    expect([by({ mode: 'blockSpecific' }, 'a.example'), by({ mode: 'blockSpecific' }, 'x.example')]).toEqual([null, 'blockSpecific']);
    expect([by({ mode: 'blockSpecific' }, 'sub.x.example'), by({ mode: 'blockSpecific', blockAllSubdomains: true }, 'sub.x.example'), by({ mode: 'blockSpecific', blockAllSubdomains: true }, 'notx.example')]).toEqual([null, 'blockSpecific', null]);
    expect(by({ mode: 'allowAll', blockedDomains: [] }, 'x.example')).toBeNull();
  });
});
