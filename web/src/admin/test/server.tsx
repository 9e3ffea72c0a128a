/** A page of the administration centre over a server that is a table of answers. */
import { FluentProvider, webLightTheme } from '@fluentui/react-components';
import { configure, render } from '@testing-library/react';
import type { ReactElement } from 'react';
import { vi } from 'vitest';

import { AccountProvider } from '../../accounts/AccountContext';
import { Session } from '../../accounts/session';
import type { User } from '../../api/schema.gen';

// Whole pages in jsdom on a busy machine take their time. (Fluent hides what is behind a dialog, and
// without animations that end, jsdom may keep it hidden for long: ask for what is `hidden` then.)
vi.setConfig({ testTimeout: 60_000 });
configure({ asyncUtilTimeout: 15_000 });

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly search: string;
  readonly body: unknown;
  readonly headers: Headers;
}

export interface Given {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** By `METHOD path` below `/v1.0/`; a function sees what was asked. */
export type Answers = Record<string, Given | ((asked: Asked) => Given)>;

const ada = {
  id: '00000000-0000-7000-8000-000000000001',
  displayName: 'Ada Lindqvist',
  userPrincipalName: 'ada@contoso.example',
  mail: 'ada@contoso.example',
  tenantId: '00000000-0000-7000-8000-0000000000aa',
  organisationName: 'Contoso',
  roles: ['organisationAdministrator'],
} as unknown as User;

/** Shows something as somebody of Contoso, an administrator unless other roles are named. */
export function show(element: ReactElement, answers: Answers, roles: readonly string[] = ['organisationAdministrator']) {
  const asked: Asked[] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    const url = new URL(request.url);
    const text = await request.clone().text();
    const one = { method: request.method, path: url.pathname.replace('/v1.0/', ''), search: decodeURIComponent(url.search), body: text ? (JSON.parse(text) as unknown) : null, headers: request.headers };
    asked.push(one);
    const found = answers[`${one.method} ${one.path}`];
    const { status = 200, body = null, headers = {} } = typeof found === 'function' ? found(one) : (found ?? { status: 404, body: { error: { code: 'NotFound', message: `nothing for ${one.method} ${one.path}` } } });
    return new Response(status === 204 ? null : JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
  });
  const session = new Session({ ...ada, roles: [...roles] } as User);
  session.queries.setDefaultOptions({ queries: { retry: false } });
  const view = render(
    <FluentProvider theme={webLightTheme}>
      <AccountProvider session={session}>{element}</AccountProvider>
    </FluentProvider>,
  );
  return { asked, session, ...view };
}

/** The configuration that every organisation begins with. */
export const usual = {
  allowFederatedUsers: true,
  allowedDomains: { mode: 'allKnownDomains' },
  blockedDomains: [] as string[],
  blockAllSubdomains: false,
  allowTeamsConsumer: true,
  allowTeamsConsumerInbound: true,
  restrictTeamsConsumerToExternalUserProfiles: false,
  externalAccessWithTrialTenants: 'Blocked',
  allowedTrialTenantDomains: [] as string[],
  treatDiscoveredPartnersAsUnverified: false,
  securityTeamAllowBlockListDelegation: 'Disabled',
  sharedSipAddressSpace: false,
  customizeFederation: true,
  enableExternalAccessRestrictionsForChatParticipants: false,
  enableMutualFederationForChatParticipants: true,
  blockedUsers: [] as string[],
  blockExternalUserAccess: false,
};

export const nothing = { oneOnOneChats: 0, groupChats: 0, requests: 0, people: 0, outsiders: 0 };
export const noRemovals = { oneOnOneChats: 0, groupChats: 0, people: 0, outsiders: 0 };
