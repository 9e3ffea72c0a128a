import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';

import { renderFor } from '../../test/render';
import { entry, member, self } from '../../test/samples';
import { ExternalBanner } from './ExternalBanner';

const familiar = member({ userId: 'person-leo', displayName: 'Leo Braun', trust: 'familiar' });

test.each([
  [[member()], /does not know Hana Sato\. Check who they are/],
  [[member(), familiar], /does not know Hana Sato\./],
  [[member(), member({ userId: 'person-kim', displayName: 'Kim Nguyen', trust: 'unverified' })], /does not know all of them\./],
])('strangers are spoken of by how many there are', (strangers, said) => {
  renderFor(<ExternalBanner entry={entry({ chatType: 'group', members: [self, ...strangers] })} />);
  expect(screen.getByText(said)).toBeVisible();
});

test('whom one’s own side knows is no stranger', () => {
  renderFor(<ExternalBanner entry={entry({ chatType: 'group', members: [self, familiar] })} />);
  expect(screen.queryByText(/does not know/)).toBeNull();
});
