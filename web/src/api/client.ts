/**
 * The HTTP client of one account. Paths, bodies and answers are typed by the committed OpenAPI
 * document; answers come as values, failures too.
 */
import createClient, { type Client, type Middleware } from 'openapi-fetch';

import { failureOf, offline, type Result } from './failure';
import type { paths } from './schema.gen';

export type Api = Client<paths>;

/** Which of the signed-in accounts a request is made for; the session cookie alone cannot say. */
export const ACCOUNT_HEADER = 'X-Visavis-Account';
/**
 * After this a request counts as lost; a repeated one is safe by its idempotency key. A body may take
 * longer, as long as the server waits for it: docs/reference/limits.md, `REQUEST_BODY_WITHIN_MS`.
 */
const REQUEST_MS_MAX = 30_000;
const BODY_BYTES_PER_S_MIN = 16 * 1024;
/** After this without an answer it is worth looking whether the server is there. */
const SILENT_MS = 10_000;

/** The client of an account, or of nobody for signing in. `onSilence` hears of each request that waits for its answer unusually long. */
export function createApi(accountId: string | null, baseUrl = '', onSilence?: () => void): Api {
  const api = createClient<paths>({
    baseUrl: baseUrl || (typeof location === 'undefined' ? '' : location.origin),
    credentials: 'same-origin',
    headers: {
      // System lines by their own name rather than as `unknownFutureValue`.
      Prefer: 'include-unknown-enum-members',
      ...(accountId ? { [ACCOUNT_HEADER]: accountId } : {}),
    },
    fetch: async (request) => {
      const more = sendingMs(await bodyBytes(request));
      const silence = onSilence && setTimeout(onSilence, SILENT_MS + more);
      try {
        return await fetch(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(REQUEST_MS_MAX + more)]) });
      } finally {
        clearTimeout(silence);
      }
    },
  });
  api.use(createsOnce);
  return api;
}

/** Every creating request has a key, so that whoever repeats it, a proxy included, makes one thing. */
const createsOnce: Middleware = {
  onRequest({ request }) {
    if (request.method === 'POST' && !request.headers.has('Idempotency-Key')) {
      request.headers.set('Idempotency-Key', newKey());
    }
    return request;
  },
};

/** How long a body may take to be sent. */
function sendingMs(bytes: number): number {
  return Math.ceil((bytes / BODY_BYTES_PER_S_MIN) * 1_000);
}

/** How much is sent: a request does not say it of itself. */
async function bodyBytes(request: Request): Promise<number> {
  if (request.method === 'GET' || request.method === 'HEAD') return 0;
  return (await request.clone().arrayBuffer()).byteLength;
}

interface Answered<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** What a call answered, as a value. */
export async function answer<T>(call: Promise<Answered<T>>): Promise<Result<T>> {
  try {
    const { data, error, response } = await call;
    if (response.ok) return { ok: true, value: data as T };
    return { ok: false, failure: failureOf(response, error) };
  } catch {
    // No answer: offline, cut off, or too slow. What was asked may have happened all the same.
    return { ok: false, failure: offline };
  }
}

/** The value, or the failure thrown: for TanStack Query, which wants exceptions. */
export async function valueOf<T>(call: Promise<Answered<T>>): Promise<T> {
  const result = await answer(call);
  if (result.ok) return result.value;
  throw new RefusedError(result.failure);
}

/** A failure on its way through something that only knows exceptions. */
export class RefusedError extends Error {
  readonly failure: import('./failure').Failure;
  constructor(failure: import('./failure').Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** A key that no other request has. `randomUUID` is missing on plain http hosts. */
export function newKey(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The token of the next page, from a collection's `@odata.nextLink`. */
export function nextToken(page: { '@odata.nextLink'?: string | null }): string | null {
  const link = page['@odata.nextLink'];
  if (!link) return null;
  return new URL(link, location.origin).searchParams.get('$skiptoken');
}

/** A value inside an OData filter: quotes are doubled. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
