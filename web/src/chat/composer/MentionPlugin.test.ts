import { $createParagraphNode, $createTextNode, $getRoot, createEditor } from 'lexical';
import { expect, test } from 'vitest';

import { $createMentionNode, MentionNode } from './MentionNode';
import { $replaceTyped, mentionMatch } from './MentionPlugin';

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

test.each([
  ['Hello ', '@Hana S', 'Hello @Hana Sato'],
  ['Hello @Ha', 'na S', 'Hello @Hana Sato'],
  ['@', 'Hana', '@Hana Sato'],
  ['me@home ', '@Ha', 'me@home @Hana Sato'],
])('a mention replaces all that was typed of it, though the menu knew “%s” and “%s” apart', (before, typed, expected) => {
  const editor = createEditor({ nodes: [MentionNode], onError: (error) => { throw error; } });
  editor.update(() => {
    const text = $createTextNode(typed);
    $getRoot().append($createParagraphNode().append($createTextNode(before), text));
    $replaceTyped(text, $createMentionNode('hana', '@Hana Sato'));
  }, { discrete: true });
  expect(editor.getEditorState().read(() => $getRoot().getTextContent())).toBe(expected);
});
