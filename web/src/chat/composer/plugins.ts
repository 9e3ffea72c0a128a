/** What the editor does beside editing: takes the focus, says that somebody types. */
import { useLexicalComposerContext } from '@lexical/react/LexicalComposerContext';
import { $getRoot, COMMAND_PRIORITY_LOW, KEY_ARROW_UP_COMMAND, KEY_DOWN_COMMAND, type LexicalEditor, mergeRegister } from 'lexical';
import { type Ref, useEffect, useImperativeHandle, useRef } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { answer } from '../../api/client';
import type { Entry } from '../../live/state';
import type { ComposerHandle } from './Composer';
import { $takeBack } from './takenBack';
import { picturesToSend } from './usePictures';

/** A sign of typing lasts six seconds with the others. */
const TYPING_EVERY_MS = 4_000;
/** Groups above this have no typing. */
const TYPING_MEMBERS_MAX = 20;

export function HandlePlugin({ handle, chatId }: { handle: Ref<ComposerHandle>; chatId: string }): null {
  const [editor] = useLexicalComposerContext();
  const { pictures } = useSession();
  useImperativeHandle(handle, () => ({
    // An empty editor has nothing to select, and would leave the focus where it is.
    focus: () => editor.focus(() => editor.getRootElement()?.focus({ preventScroll: true })),
    takeBack: (message) => {
      const images = picturesToSend(message);
      if (images.length > 0) pictures.set(chatId, [...(pictures.get().get(chatId) ?? []), ...images]);
      editor.update(() => $takeBack(editor, message), { discrete: true });
      editor.focus();
    },
  }), [editor, pictures, chatId]);
  return null;
}

interface Keys {
  readonly onLink: () => void;
  readonly onUp: (() => boolean) | null;
}

export function KeyPlugin({ onLink, onUp }: Keys): null {
  const [editor] = useLexicalComposerContext();
  useEffect(() => mergeRegister(
    editor.registerCommand(KEY_DOWN_COMMAND, (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || event.key.toLowerCase() !== 'k') return false;
      event.preventDefault();
      onLink();
      return true;
    }, COMMAND_PRIORITY_LOW),
    editor.registerCommand(KEY_ARROW_UP_COMMAND, (event) => {
      const isPlain = !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;
      if (!onUp || !isPlain || $getRoot().getTextContent() !== '' || !onUp()) return false;
      event.preventDefault();
      return true;
    }, COMMAND_PRIORITY_LOW),
  ), [editor, onLink, onUp]);
  return null;
}

export function ArrivalPlugin(): null {
  const [editor] = useLexicalComposerContext();
  useEffect(() => arrive(editor), [editor]);
  return null;
}

/** Whoever opens a chat wants to write; on a phone the keyboard would cover what was said. */
export function arrive(editor: LexicalEditor): void {
  const at = document.activeElement;
  // From the list, or from nowhere; who is somewhere else by now stays there.
  const isFree = at === null || at === document.body || at.closest('[data-index], h2') !== null;
  if (!isFree || !matchMedia('(hover: hover)').matches) return;
  // An empty editor has nothing to select, and would leave the focus where it is.
  editor.focus(() => editor.getRootElement()?.focus({ preventScroll: true }));
}

export function TypingPlugin({ entry }: { entry: Entry }): null {
  const [editor] = useLexicalComposerContext();
  const { api } = useSession();
  const last = useRef(0);
  const chatId = entry.chat.id;
  const isQuiet = entry.chat.contactRequest?.state === 'pending' || (entry.members?.length ?? 0) > TYPING_MEMBERS_MAX;
  useEffect(() => {
    if (isQuiet) return undefined;
    return editor.registerTextContentListener((text) => {
      if (text.trim() === '' || !document.hasFocus() || Date.now() - last.current < TYPING_EVERY_MS) return;
      last.current = Date.now();
      void answer(api.POST('/v1.0/chats/{chat_id}/typing', { params: { path: { chat_id: chatId } } }));
    });
  }, [editor, api, chatId, isQuiet]);
  return null;
}
