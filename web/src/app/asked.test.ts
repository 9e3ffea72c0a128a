import { describe, expect, it } from 'vitest';

import { Session } from '../accounts/session';
import { user } from '../test/samples';
import { openFor, openingFor, remember } from './asked';
import { navigate } from './router';

const member = new Session(user({ id: 'member' }));
const administrator = new Session(user({ id: 'administrator', roles: ['complianceOfficer'] }));

describe('an address of an account that is not signed in', () => {
  it('of the administration is opened for whoever administers, with all that follows', () => {
    const opening = openingFor(['u', 'somebody', 'admin', 'audit', 'e 1'], '?kind=PolicyChanged', [member, administrator]);
    expect(opening).toEqual({ session: administrator, to: '/u/administrator/admin/audit/e%201?kind=PolicyChanged', isForeign: true });
  });

  it('is opened in the same area by the first account, an administrator or not', () => {
    expect(openingFor(['u', 'somebody', 'settings', 'blocked'], '', [member, administrator])?.to).toBe('/u/member/settings/blocked');
    expect(openingFor(['u', 'somebody', 'admin', 'audit'], '', [member])?.to).toBe('/u/member/admin/audit');
  });

  it('is no such link where there is nothing to it, or the account has just been signed out', () => {
    remember([administrator]);
    for (const path of [[], ['u', 'somebody'], ['u', 'administrator', 'admin']]) {
      expect(openingFor(path, '', [member])).toEqual({ session: member, to: '/u/member/chats', isForeign: false });
    }
  });

  it('waits while nobody is signed in', () => {
    expect(openingFor(['u', 'somebody', 'admin'], '', [])).toBeNull();
  });
});

describe('whoever has signed in', () => {
  it('is shown what was asked for, else the chats', () => {
    navigate('/u/member/admin/policies/Sales');
    openFor(member);
    expect(location.pathname).toBe('/u/member/admin/policies/Sales');
    navigate('/sign-in');
    openFor(member);
    expect(location.pathname).toBe('/u/member/chats');
    navigate('/');
  });
});
