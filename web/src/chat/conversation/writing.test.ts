import { describe, expect, test } from 'vitest';

import { chat, entry, inbound, ME, member, self } from '../../test/samples';
import { messagesLeft, writingIn } from './writing';

const refusal = (code: string) => ({ sendRefusal: { code, message: '' } });

describe('whether one can write', () => {
  test.each<[string, Parameters<typeof entry>[0], string]>([
    ['a chat like others', {}, 'open'],
    ['a chat that one has left', { viewpoint: { ...chat().viewpoint, isMember: false } }, 'closed'],
    ['a request that was declined', { contactRequest: inbound({ state: 'declined' }) }, 'closed'],
    ['a chat whose other person is blocked', { members: [self, member()], ...refusal('personBlocked') }, 'closed'],
    ['a chat that a rule closes', refusal('orgFederationOff'), 'closed'],
    ['a chat of two with nobody else', { members: [self] }, 'closed'],
    ['a group with nobody else', { chatType: 'group', members: [self] }, 'open'],
    ['a request of one’s own with messages left', { contactRequest: inbound({ direction: 'outbound', messagesSent: 9, messagesAllowed: 10 }) }, 'open'],
    ['a request of one’s own with none left', { contactRequest: inbound({ direction: 'outbound', messagesSent: 10, messagesAllowed: 10 }) }, 'full'],
    ['a request of one’s own that the server says is full', refusal('pendingCap'), 'full'],
  ])('%s', (_, change, writing) => {
    expect(writingIn(entry(change), ME)).toBe(writing);
  });

  test('what is left is counted before the first answer only', () => {
    const request = { direction: 'outbound', messagesSent: 12, messagesAllowed: 10 } as const;
    expect(messagesLeft(chat({ contactRequest: inbound(request) }))).toEqual({ left: 0, allowed: 10 });
    expect(messagesLeft(chat({ contactRequest: inbound({ ...request, state: 'accepted' }) }))).toBeNull();
    expect(messagesLeft(chat())).toBeNull();
  });
});
