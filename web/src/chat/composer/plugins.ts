/** What the editor does beside editing: keeps drafts, says that somebody types, loads what is edited. */
import { $generateNodesFromDOM } from '@lexical/html';
import { useLexicalComposerContext } from '@lexical/react/LexicalComposerContext';
import { $getRoot, $insertNodes, CLEAR_HISTORY_COMMAND } from 'lexical';
import { type Ref, useEffect, useImperativeHandle, useRef } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { answer } from '../../api/client';
import type { ChatMessage } from '../../api/schema.gen';
import type { Entry } from '../../live/state';
import type { ComposerHandle } from './Composer';
import { $firstLine, $written, documentOf } from './serialise';

const DRAFT_AFTER_MS = 400;
/** A sign of typing lasts six seconds with the others. */
const TYPING_EVERY_MS = 4_000;
/** Groups above this have no typing. */
const TYPING_MEMBERS_MAX = 20;

export function HandlePlugin({ handle }: { handle: Ref<ComposerHandle> }): null {
  const [editor] = useLexicalComposerContext();
  useImperativeHandle(handle, () => ({ focus: () => editor.focus() }), [editor]);
  return null;
}

/** Whoever opens a chat wants to write; on a phone the keyboard would cover what was said. */
export function ArrivalPlugin(): null {
  const [editor] = useLexicalComposerContext();
  useEffect(() => {
    const at = document.activeElement;
    // From the list, or from nowhere; who is somewhere else by now stays there.
    const isFree = at === null || at === document.body || at.closest('[data-index], h2') !== null;
    if (!isFree || !matchMedia('(hover: hover)').matches) return;
    // An empty editor has nothing to select, and would leave the focus where it is.
    editor.focus(() => editor.getRootElement()?.focus({ preventScroll: true }));
  }, [editor]);
  return null;
}

export function DraftPlugin({ chatId }: { chatId: string }): null {
  const [editor] = useLexicalComposerContext();
  const { drafts } = useSession();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const keep = () => {
      timer = null;
      const state = editor.getEditorState();
      const isEmpty = state.read(() => $written()) === null;
      drafts.set(chatId, isEmpty ? null : { html: JSON.stringify(state), text: state.read($firstLine) });
    };
    const end = editor.registerUpdateListener(({ dirtyElements, dirtyLeaves }) => {
      if (dirtyElements.size === 0 && dirtyLeaves.size === 0) return;
      timer ??= setTimeout(keep, DRAFT_AFTER_MS);
    });
    return () => {
      end();
      if (timer) {
        clearTimeout(timer);
        keep();
      }
    };
  }, [editor, drafts, chatId]);
  return null;
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

/** Puts the message that is edited in the editor's place, and the draft back when that ends. */
export function EditPlugin({ edited, chatId }: { edited: ChatMessage | null; chatId: string }): null {
  const [editor] = useLexicalComposerContext();
  const { drafts } = useSession();
  useEffect(() => {
    if (!edited) return undefined;
    const before = editor.getEditorState();
    editor.update(() => {
      $getRoot().clear();
      $getRoot().select();
      $insertNodes($generateNodesFromDOM(editor, documentOf(edited)));
      $getRoot().selectEnd();
    });
    editor.dispatchCommand(CLEAR_HISTORY_COMMAND, undefined);
    editor.focus();
    return () => {
      if (drafts.get().has(chatId)) editor.setEditorState(before);
      else editor.update(() => $getRoot().clear());
      editor.dispatchCommand(CLEAR_HISTORY_COMMAND, undefined);
    };
  }, [editor, edited, drafts, chatId]);
  return null;
}
