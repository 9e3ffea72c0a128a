import { onlineManager, useQuery } from '@tanstack/react-query';
import { act, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';

import { useSession } from '../../accounts/AccountContext';
import { policiesQuery } from '../data';
import { show } from '../test/server';
import { QueryState } from './QueryState';

function Shown() {
  const { api } = useSession();
  return <QueryState query={useQuery(policiesQuery(api))}>{(policies) => <p>{policies.length} there</p>}</QueryState>;
}

afterEach(() => onlineManager.setOnline(true));

describe('what is fetched', () => {
  it('is said to wait for a network, and comes when there is one', async () => {
    onlineManager.setOnline(false);
    show(<Shown />, { 'GET admin/teams/externalAccess/policies': { body: { value: [{}, {}] } } });
    expect(await screen.findByText('The server cannot be reached.')).toBeVisible();
    expect(screen.getByText('Check the network and try again.')).toBeVisible();
    act(() => onlineManager.setOnline(true));
    expect(await screen.findByText('2 there')).toBeVisible();
  });
});
