/** What is pasted or dropped into the editor is first made into what a message can hold. */
import { $insertDataTransferForRichText } from '@lexical/clipboard';
import { useLexicalComposerContext } from '@lexical/react/LexicalComposerContext';
import { $getSelection, COMMAND_PRIORITY_LOW, CONTROLLED_TEXT_INSERTION_COMMAND, mergeRegister, PASTE_COMMAND, PASTE_TAG } from 'lexical';
import { useCallback, useEffect, useLayoutEffect, useRef } from 'react';

import { toast } from '../../app/toasts';
import { useT } from '../../i18n';
import type { Entry } from '../../live/state';
import { cleanPasted } from './pasted';

/** The longest text that is pasted: twice what a message can have (`MESSAGE_BODY_BYTES_MAX`), so that one can shorten it here. */
const PASTED_CHARACTERS_MAX = 56_000;
const MESSAGE_CHARACTERS = 28_000;

export function PastePlugin({ entry }: { entry: Entry }): null {
  const [editor] = useLexicalComposerContext();
  const t = useT();
  const members = useRef<ReadonlySet<string>>(new Set());
  useLayoutEffect(() => {
    members.current = new Set((entry.members ?? []).flatMap(({ userId, isPending }) => (isPending ? [] : [userId])));
  }, [entry.members]);

  /** Says so of what no message can hold: the editor would take seconds for each key. */
  const isTooLong = useCallback((from: DataTransfer) => {
    const count = from.getData('text/plain').length;
    if (count > PASTED_CHARACTERS_MAX) toast({ intent: 'info', title: t('composer.pastedLong', { count }), body: t('composer.pastedLongHint', { count: MESSAGE_CHARACTERS }) });
    return count > PASTED_CHARACTERS_MAX;
  }, [t]);

  useEffect(() => mergeRegister(
    editor.registerCommand(PASTE_COMMAND, (event) => {
      if (!('clipboardData' in event) || !event.clipboardData || $getSelection() === null) return false;
      event.preventDefault();
      if (isTooLong(event.clipboardData)) return true;
      const pasted = cleaned(event.clipboardData, members.current);
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
      if (!isTooLong(inserted.dataTransfer)) $insertDataTransferForRichText(cleaned(inserted.dataTransfer, members.current), selection);
      return true;
    }, COMMAND_PRIORITY_LOW),
  ), [editor, isTooLong]);
  return null;
}

/** The same as it was copied, without what the editor or the page's policy should not see. It is only read. */
function cleaned(from: DataTransfer, members: ReadonlySet<string>): DataTransfer {
  const getData = (type: string) => {
    const data = from.getData(type);
    if (type === 'application/x-lexical-editor') return cleanDocument(data, members);
    // Some keyboards say their plain text as HTML, too.
    return type === 'text/html' && data !== from.getData('text/plain') ? cleanPasted(data) : data;
  };
  return { getData } as DataTransfer;
}

/** Any page can say that it copied from an editor like this one: without styles. Whoever is mentioned and not in this chat is a name, no more. */
export function cleanDocument(document: string, members: ReadonlySet<string>): string {
  try {
    return JSON.stringify(JSON.parse(document), (key, value: unknown) => {
      if (/style$/i.test(key)) return '';
      return isMention(value) && !members.has(value.userId) ? { ...value, type: 'text', mode: 'normal' } : value;
    });
  } catch {
    return '';
  }
}

function isMention(value: unknown): value is { readonly userId: string } {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'mention' && 'userId' in value && typeof value.userId === 'string';
}
