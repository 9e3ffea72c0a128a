/** Renders a part of the screen as it stands in the page, for one account, over a server of stubs. */
import { FluentProvider } from '@fluentui/react-components';
import { render, type RenderResult } from '@testing-library/react';
import type { ReactNode } from 'react';
import { vi } from 'vitest';

import { AccountProvider } from '../accounts/AccountContext';
import { Session } from '../accounts/session';
import { Announcer } from '../app/Announcer';
import { themes } from '../app/theme';
import { ToastHost } from '../app/toasts';
import { user } from './samples';

export interface Call {
  readonly method: string;
  readonly path: string;
  /** The query, decoded. */
  readonly search: string;
  readonly body: unknown;
  readonly key: string | null;
}

type Answers = Record<string, unknown>;

/**
 * Stands for the server: answers by `METHOD /path`, a function decides for itself, and whatever is
 * not named is 404. Gives the calls that were made.
 */
export function serve(answers: Answers): Call[] {
  const calls: Call[] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    const { pathname, search } = new URL(request.url);
    const path = decodeURIComponent(pathname.replace('/v1.0', ''));
    const text = await request.text();
    const call = { method: request.method, path, search: decodeURIComponent(search.replaceAll('+', ' ')), body: text ? (JSON.parse(text) as unknown) : null, key: request.headers.get('Idempotency-Key') };
    calls.push(call);
    const known = answers[`${call.method} ${path}`];
    const given = typeof known === 'function' ? await (known as (call: Call) => unknown)(call) : known;
    if (given instanceof Error) throw given;
    if (given instanceof Response) return given;
    if (given === undefined) return Response.json({ error: { code: 'NotFound', message: 'Not found.', innerError: {} } }, { status: 404 });
    if (given === null) return new Response(null, { status: 204 });
    return Response.json(given);
  });
  return calls;
}

export function refusal(status: number, code: string, more: Record<string, string> = {}): Response {
  return Response.json({ error: { code: 'Forbidden', message: 'In English.', innerError: { code, ...more } } }, { status });
}

export function renderFor(children: ReactNode, session: Session = new Session(user())): RenderResult & { session: Session } {
  const rendered = render(
    <FluentProvider theme={themes.light}>
      <ToastHost />
      <Announcer />
      <AccountProvider session={session}>{children}</AccountProvider>
    </FluentProvider>,
  );
  return { ...rendered, session };
}
