import { cleanup, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';

import { translator } from '../../i18n/catalogue';
import german from '../catalogues/de.json';
import english from '../catalogues/en.json';
import { noRemovals, nothing, show } from '../test/server';
import { Effect } from './Effect';

const SIMULATE = 'POST admin/teams/externalAccess/simulate';

function shown(removals: object, more: object = {}): void {
  const loses = { ...nothing, groupChats: 3, people: 4, outsiders: 2 };
  show(<Effect request={{ configuration: {} }} />, {
    [SIMULATE]: { body: { isComplete: true, people: 7, loses, gains: nothing, removals: { ...noRemovals, ...removals }, ...more } },
  });
}

describe('what a change would do', () => {
  it('says who would be removed from groups, and that changing it back brings nobody back', async () => {
    shown({ groupChats: 3, outsiders: 2 });
    expect(await screen.findByText('2 people outside would be removed from 3 groups. Changing it back later does not bring them back: somebody has to add them again.')).toBeVisible();
    expect(screen.getByText(/Contact would end in 3 groups/)).toBeVisible();
  });

  it('names colleagues among them apart', async () => {
    shown({ groupChats: 1, people: 1, outsiders: 1 });
    expect(await screen.findByText(/^1 of your people and 1 person outside would be removed from 1 group\./)).toBeVisible();
  });

  it('says that there may be more when not everything was looked through', async () => {
    shown({ groupChats: 2, people: 2 }, { isComplete: false });
    expect(await screen.findByText(/^At least 2 of your people would be removed from 2 groups\./)).toBeVisible();
  });

  it('says which chats of two end for good, one or several, all or some of them', async () => {
    shown({ oneOnOneChats: 3 });
    expect(await screen.findByText('3 chats of two would end for good. Changing it back later does not reopen them: somebody has to start them again.')).toBeVisible();
    expect(screen.queryByText(/removed/)).toBeNull();
    cleanup();
    shown({ oneOnOneChats: 1 });
    expect(await screen.findByText('1 chat of two would end for good. Changing it back later does not reopen it: somebody has to start it again.')).toBeVisible();
    cleanup();
    shown({ oneOnOneChats: 2 }, { isComplete: false, loses: nothing });
    expect(await screen.findByText(/^At least 2 chats of two would end for good\./)).toBeVisible();
    expect(screen.queryByText(/No contact/)).toBeNull();
  });

  it('says it in German', () => {
    expect(translator(german, 'de', english)('effect.endings', { count: 1 })).toBe('1 Zweierchat würde endgültig enden. Wird die Änderung später zurückgenommen, öffnet er sich nicht wieder: Jemand muss ihn neu beginnen.');
  });

  it('says nothing of removals when there are none', async () => {
    shown({});
    expect(await screen.findByText(/Contact would end in/)).toBeVisible();
    expect(screen.queryByText(/removed|for good/)).toBeNull();
  });
});
