/** A message that was not sent, in the editor again. */
import { $generateNodesFromDOM } from '@lexical/html';
import { $createParagraphNode, $getRoot, $insertNodes, type LexicalEditor } from 'lexical';

import type { NewChatMessage } from '../../api/schema.gen';
import { documentOf } from './serialise';

/** Puts it below what is there. */
export function $takeBack(editor: LexicalEditor, message: NewChatMessage): void {
  const root = $getRoot();
  if (root.getTextContent().trim() === '') root.clear();
  else root.append($createParagraphNode());
  root.selectEnd();
  $insertNodes($generateNodesFromDOM(editor, documentOf(message)));
}
