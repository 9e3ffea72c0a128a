import { afterEach, describe, expect, test, vi } from 'vitest';

import { ACCOUNT_HEADER, answer, createApi, nextToken, quoted } from './client';

afterEach(() => vi.unstubAllGlobals());

function answered(status: number, body: unknown, headers: Record<string, string> = {}) {
  const fetched = vi.fn<(request: Request) => Promise<Response>>(async () =>
    new Response(status === 204 ? null : JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json', ...headers } }),
  );
  vi.stubGlobal('fetch', fetched);
  return fetched;
}

describe('requests', () => {
  test('say for which account they are, and carry a key when they create', async () => {
    const fetched = answered(201, {});
    const api = createApi('ada', 'http://localhost');
    await answer(api.POST('/v1.0/chats', { body: {} as never }));
    const request = fetched.mock.calls[0]![0];
    expect(request.headers.get(ACCOUNT_HEADER)).toBe('ada');
    expect(request.headers.get('Idempotency-Key')).toMatch(/.{16,}/);
    expect(request.headers.get('Prefer')).toBe('include-unknown-enum-members');
  });

  test('keep the key that they are given', async () => {
    const fetched = answered(201, {});
    await answer(createApi('ada', 'http://localhost').POST('/v1.0/chats', { params: { header: { 'Idempotency-Key': 'mine' } }, body: {} as never }));
    expect(fetched.mock.calls[0]![0].headers.get('Idempotency-Key')).toBe('mine');
  });
});

describe('failures are values', () => {
  test('with what the server says', async () => {
    answered(403, { error: { code: 'Forbidden', message: 'No.', innerError: { code: 'orgConsumerOff', ruleId: 'A-07', setting: 'allowTeamsConsumer', 'request-id': 'r1' } } });
    const result = await answer(createApi('ada', 'http://localhost').GET('/v1.0/me'));
    expect(result).toMatchObject({ ok: false, failure: { kind: 'refused', status: 403, reason: 'orgConsumerOff', ruleId: 'A-07', setting: 'allowTeamsConsumer', requestId: 'r1' } });
  });

  test('also when something in between answers', async () => {
    vi.stubGlobal('fetch', async () => new Response('<html>', { status: 502 }));
    const result = await answer(createApi('ada', 'http://localhost').GET('/v1.0/me'));
    expect(result).toMatchObject({ ok: false, failure: { status: 502, reason: null } });
  });

  test('also when nobody answers', async () => {
    vi.stubGlobal('fetch', async () => { throw new TypeError('failed'); });
    expect(await answer(createApi('ada', 'http://localhost').GET('/v1.0/me'))).toMatchObject({ ok: false, failure: { kind: 'offline' } });
  });
});

test('the token of the next page is read from its link', () => {
  expect(nextToken({ '@odata.nextLink': 'http://x/v1.0/chats?$top=5&$skiptoken=a%2Bb' })).toBe('a+b');
  expect(nextToken({})).toBeNull();
});

test('quotes in filters are doubled', () => {
  expect(quoted("O'Hara")).toBe("'O''Hara'");
});
