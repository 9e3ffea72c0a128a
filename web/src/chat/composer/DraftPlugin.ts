/** What is written outlives the editor and is the same in all tabs: the draft of a chat, and what becomes of a message while it is edited. */
import { $generateNodesFromDOM } from '@lexical/html';
import { useLexicalComposerContext } from '@lexical/react/LexicalComposerContext';
import {
  $createParagraphNode, $createTextNode, $getRoot, $insertNodes, $parseSerializedNode, $setSelection, CLEAR_HISTORY_COMMAND, SKIP_SCROLL_INTO_VIEW_TAG,
  type LexicalEditor, type LexicalNode, type SerializedElementNode,
} from 'lexical';
import { useEffect, useLayoutEffect, useRef } from 'react';

import { useSession } from '../../accounts/AccountContext';
import type { ChatMessage } from '../../api/schema.gen';
import { type Draft, editPlace } from '../../live/drafts';
import { arrive } from './plugins';
import { $firstLine, $written, documentOf } from './serialise';

const DRAFT_AFTER_MS = 400;
/** Marks what nobody has written just now: it is kept already, or is the message itself. */
const LOADED = 'loaded';

interface Props {
  readonly chatId: string;
  readonly edited: ChatMessage | null;
  /** Another tab has saved or cancelled the edit. */
  readonly onEnd: () => void;
}

export function DraftPlugin({ chatId, edited, onEnd }: Props): null {
  const [editor] = useLexicalComposerContext();
  const { drafts, pictures } = useSession();
  const latest = useRef({ edited, onEnd });
  useLayoutEffect(() => {
    latest.current = { edited, onEnd };
  }, [edited, onEnd]);

  useEffect(() => {
    const place = edited ? editPlace(chatId, edited.id) : chatId;
    const draft = drafts.get().get(place) ?? null;
    /** What is kept, as far as this editor has heard of it or has written it. */
    let known = draft?.document ?? null;
    /** What was put into the editor, and how it looks there: the same, unless it could not be read. */
    const load = (draft: Draft | null) => ({ draft, document: fill(editor, draft, edited) });
    const untouched = load(null);
    let loaded = draft ? load(draft) : untouched;
    editor.dispatchCommand(CLEAR_HISTORY_COMMAND, undefined);
    if (edited && !draft) editor.focus();
    else if (edited) arrive(editor);

    let timer: ReturnType<typeof setTimeout> | null = null;
    const keep = () => {
      timer = null;
      const state = editor.getEditorState();
      const document = documentIn(editor);
      const isNothing = edited ? document === untouched.document : state.read($written) === null;
      const written = { document, text: state.read($firstLine) };
      const draft = isNothing ? null : document === loaded.document ? loaded.draft : written;
      known = draft?.document ?? null;
      if (known !== (drafts.get().get(place)?.document ?? null)) drafts.set(place, draft);
    };
    const keepNow = () => {
      if (!timer) return;
      clearTimeout(timer);
      keep();
    };
    const follow = () => {
      const draft = drafts.get().get(place) ?? null;
      // Whoever writes here goes on; in a moment it is kept, and the other tab follows.
      if ((draft?.document ?? null) === known || timer || editor.isComposing()) return;
      known = draft?.document ?? null;
      if (draft || !edited) loaded = load(draft);
      // Images that were changed here are in no other tab.
      else if (!pictures.get().has(place)) return latest.current.onEnd();
      if (!draft) editor.dispatchCommand(CLEAR_HISTORY_COMMAND, undefined);
    };
    const ends = [
      drafts.subscribe(follow),
      editor.registerUpdateListener(({ dirtyElements, dirtyLeaves, tags }) => {
        if (tags.has(LOADED) || (dirtyElements.size === 0 && dirtyLeaves.size === 0)) return;
        timer ??= setTimeout(keep, DRAFT_AFTER_MS);
      }),
    ];
    // A page that is reloaded or closed, or gives way to another tab, does not wait.
    addEventListener('pagehide', keepNow);
    document.addEventListener('visibilitychange', keepNow);
    return () => {
      for (const end of ends) end();
      removeEventListener('pagehide', keepNow);
      document.removeEventListener('visibilitychange', keepNow);
      if (!edited || latest.current.edited?.id === edited.id) return keepNow();
      if (timer) clearTimeout(timer);
      drafts.set(place, null);
      pictures.set(place, null);
    };
  }, [editor, drafts, pictures, chatId, edited]);
  return null;
}

/** What is in an editor as it is kept. */
function documentIn(editor: LexicalEditor): string {
  return JSON.stringify(editor.getEditorState());
}

/** Puts what was kept into the editor, or else the message that is edited, or else nothing, and says how that looks there. Takes the focus from nobody. */
function fill(editor: LexicalEditor, draft: Draft | null, edited: ChatMessage | null): string {
  const isActive = editor.getRootElement() === document.activeElement;
  editor.update(() => {
    $getRoot().clear();
    const nodes = draft && $nodesOf(draft);
    if (nodes) $getRoot().append(...nodes);
    else if (edited) $insertMessage(editor, edited);
    else if (draft) $getRoot().append($createParagraphNode().append($createTextNode(draft.text)));
    // What is new begins plain.
    if (isActive && $getRoot().isEmpty()) $getRoot().selectEnd().setFormat(0);
    else if (isActive) $getRoot().selectEnd();
    else $setSelection(null);
  }, { tag: [LOADED, SKIP_SCROLL_INTO_VIEW_TAG], discrete: true });
  return documentIn(editor);
}

/** What an editor of a chat begins with. */
export function $fillAtFirst(draft: Draft): void {
  $getRoot().append(...($nodesOf(draft) ?? [$createParagraphNode().append($createTextNode(draft.text))]));
}

function $insertMessage(editor: LexicalEditor, message: ChatMessage): void {
  $getRoot().select();
  $insertNodes($generateNodesFromDOM(editor, documentOf(message)));
}

/** The document of a draft; null when it cannot be read, such as one that a later version of this page has kept. */
function $nodesOf({ document }: Draft): LexicalNode[] | null {
  try {
    const { root } = JSON.parse(document) as { root: SerializedElementNode };
    return root.children.map($parseSerializedNode);
  } catch {
    return null;
  }
}
