import { expect, test } from 'vitest';

import { mentionMatch } from './MentionPlugin';

test.each([
  ['@', ''],
  ['Hello @Isa', 'Isa'],
  ['(@Isaac ', 'Isaac '],
  ['@Isaac M', 'Isaac M'],
  ['@Anna van der', 'Anna van der'],
])('after “%s” somebody is looked for as “%s”', (text, query) => {
  expect(mentionMatch(text)).toMatchObject({ matchingString: query, replaceableString: `@${query}`, leadOffset: text.indexOf('@') });
});

test.each(['hana@fabrikam', '@ Isaac', '@Isaac  M', '@one two three four', 'Isaac'])('after “%s” nobody is', (text) => {
  expect(mentionMatch(text)).toBeNull();
});
