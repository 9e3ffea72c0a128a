/** What is pasted or dropped into the editor is first made into what a message can hold. */
import { $insertDataTransferForRichText } from '@lexical/clipboard';
import { useLexicalComposerContext } from '@lexical/react/LexicalComposerContext';
import { $getSelection, COMMAND_PRIORITY_LOW, CONTROLLED_TEXT_INSERTION_COMMAND, mergeRegister, PASTE_COMMAND, PASTE_TAG } from 'lexical';
import { useEffect } from 'react';

import { cleanPasted } from './pasted';

export function PastePlugin(): null {
  const [editor] = useLexicalComposerContext();
  useEffect(() => mergeRegister(
    editor.registerCommand(PASTE_COMMAND, (event) => {
      if (!('clipboardData' in event) || !event.clipboardData || $getSelection() === null) return false;
      const pasted = cleaned(event.clipboardData);
      event.preventDefault();
      editor.update(() => {
        const selection = $getSelection();
        if (selection) $insertDataTransferForRichText(pasted, selection);
      }, { tag: PASTE_TAG });
      return true;
    }, COMMAND_PRIORITY_LOW),
    // What is dropped, and what a keyboard on the screen puts in.
    editor.registerCommand(CONTROLLED_TEXT_INSERTION_COMMAND, (inserted) => {
      const selection = $getSelection();
      if (typeof inserted === 'string' || !inserted.dataTransfer || !selection) return false;
      $insertDataTransferForRichText(cleaned(inserted.dataTransfer), selection);
      return true;
    }, COMMAND_PRIORITY_LOW),
  ), [editor]);
  return null;
}

/** The same as it was copied, without what the editor or the page's policy should not see. It is only read. */
function cleaned(from: DataTransfer): DataTransfer {
  const getData = (type: string) => {
    const data = from.getData(type);
    if (type === 'application/x-lexical-editor') return withoutStyles(data);
    // Some keyboards say their plain text as HTML, too.
    return type === 'text/html' && data !== from.getData('text/plain') ? cleanPasted(data) : data;
  };
  return { getData } as DataTransfer;
}

/** Any page can say that it copied from an editor like this one. */
function withoutStyles(document: string): string {
  try {
    return JSON.stringify(JSON.parse(document), (key, value: unknown) => (/style$/i.test(key) ? '' : value));
  } catch {
    return '';
  }
}
