import { afterEach, describe, expect, test, vi } from 'vitest';

import { t } from '../i18n';
import { ACCOUNT_HEADER, answer, createApi, nextToken, quoted } from './client';
import { explain } from './explain';
import { isTransient } from './failure';

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

describe('the time that a request may take', () => {
  const given: number[] = [];
  const spy = () => vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    given.push(ms);
    return new AbortController().signal;
  });

  test('is half a minute, and longer for what is sent, as the server waits for it', async () => {
    const timeout = spy();
    answered(201, {});
    const api = createApi('ada', 'http://localhost');
    await answer(api.GET('/v1.0/me'));
    await answer(api.POST('/v1.0/chats', { body: { topic: 'x'.repeat(160 * 1024) } as never }));
    timeout.mockRestore();
    expect(given[0]).toBe(30_000);
    expect(given[1]).toBeGreaterThan(40_000);
    expect(given[1]).toBeLessThan(40_100);
  });

  test('is long enough to say after a third of it that the server is silent, once for each request', async () => {
    vi.useFakeTimers();
    const silent = vi.fn();
    let respond: ((response: Response) => void) | undefined;
    vi.stubGlobal('fetch', () => new Promise<Response>((resolve) => (respond = resolve)));
    const api = createApi('ada', 'http://localhost', silent);
    const first = answer(api.GET('/v1.0/me'));
    await vi.advanceTimersByTimeAsync(9_900);
    expect(silent).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(200);
    expect(silent).toHaveBeenCalledTimes(1);
    respond?.(Response.json({}));
    expect((await first).ok).toBe(true);
    const quick = answer(api.GET('/v1.0/me'));
    await vi.advanceTimersByTimeAsync(5_000);
    respond?.(Response.json({}));
    await quick;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(silent).toHaveBeenCalledTimes(1);
    vi.useRealTimers();
  });

  test('that was too short passes, and is said in one’s own words', async () => {
    answered(408, { error: { code: 'RequestTimeout', message: 'In English.', innerError: { code: 'requestTimeout' } } });
    const result = await answer(createApi('ada', 'http://localhost').GET('/v1.0/me'));
    expect(result.ok).toBe(false);
    if (result.ok) return;
    expect(isTransient(result.failure)).toBe(true);
    expect(explain(result.failure, t).title).toMatch(/^The line was too slow/);
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
