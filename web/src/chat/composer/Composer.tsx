/** The editor of messages. Loaded when a chat is opened: it is a third of the application. */
import { CodeNode } from '@lexical/code-core';
import { AutoLinkNode, LinkNode } from '@lexical/link';
import { ListItemNode, ListNode } from '@lexical/list';
import { AutoLinkPlugin } from '@lexical/react/LexicalAutoLinkPlugin';
import { LexicalComposer } from '@lexical/react/LexicalComposer';
import { ContentEditable } from '@lexical/react/LexicalContentEditable';
import { LexicalErrorBoundary } from '@lexical/react/LexicalErrorBoundary';
import { HistoryPlugin } from '@lexical/react/LexicalHistoryPlugin';
import { LinkPlugin } from '@lexical/react/LexicalLinkPlugin';
import { ListPlugin } from '@lexical/react/LexicalListPlugin';
import { RichTextPlugin } from '@lexical/react/LexicalRichTextPlugin';
import { HeadingNode, QuoteNode } from '@lexical/rich-text';
import { mergeClasses } from '@fluentui/react-components';
import { type Ref, useCallback, useMemo, useRef, useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import type { ChatMessage, NewChatMessage } from '../../api/schema.gen';
import { useT } from '../../i18n';
import type { Entry } from '../../live/state';
import { useComposerStyles } from './composerStyles';
import { $fillAtFirst, DraftPlugin } from './DraftPlugin';
import { FileDrop } from './FileDrop';
import { PictureTray } from './PictureTray';
import { usePictures } from './usePictures';
import { MATCHERS } from './link';
import { MentionNode } from './MentionNode';
import { MentionPlugin } from './MentionPlugin';
import { PastePlugin } from './PastePlugin';
import { ArrivalPlugin, HandlePlugin, KeyPlugin, TypingPlugin } from './plugins';
import { SubmitPlugin } from './SubmitPlugin';
import { Toolbar } from './Toolbar';
import type { Written } from './serialise';

export interface ComposerHandle {
  focus: () => void;
  /** Puts what was not sent back, below what is there. */
  takeBack: (message: NewChatMessage) => void;
}

interface Props {
  readonly entry: Entry;
  readonly edited: ChatMessage | null;
  /** Whether what is edited is on its way to the server. */
  readonly isSaving: boolean;
  readonly ref: Ref<ComposerHandle>;
  readonly onWritten: (written: Written) => void;
  /** Nothing is left of what is edited. */
  readonly onEmptied: () => void;
  /** Begins to change what one said last, and says whether there is anything; null where it cannot be begun. */
  readonly onEditLast: (() => boolean) | null;
  /** Ends what is edited or answered. */
  readonly onEnd: () => void;
}

const NODES = [HeadingNode, QuoteNode, ListNode, ListItemNode, LinkNode, AutoLinkNode, CodeNode, MentionNode];

export default function Composer({ entry, edited, isSaving, ref, onWritten, onEmptied, onEditLast, onEnd }: Props) {
  const styles = useComposerStyles();
  const t = useT();
  const session = useSession();
  const chatId = entry.chat.id;
  const tray = usePictures(entry, edited);
  const place = useMemo(() => (edited ? { chatId, messageId: edited.id } : null), [edited, chatId]);
  const [showsFormats, setShowsFormats] = useState(false);
  const [isLinking, setLinking] = useState(false);
  const editorPlace = useRef<HTMLDivElement>(null);
  const focus = useCallback(() => editorPlace.current?.querySelector<HTMLElement>('[contenteditable]')?.focus(), []);
  const link = useCallback(() => {
    setShowsFormats(true);
    setLinking(true);
  }, []);
  const [draft] = useState(() => session.drafts.get().get(chatId));
  const [initialConfig] = useState(() => ({
    namespace: 'message',
    nodes: NODES,
    editorState: draft ? () => $fillAtFirst(draft) : null,
    theme: {
      paragraph: styles.paragraph,
      quote: styles.quote,
      heading: { h1: styles.heading, h2: styles.heading, h3: styles.heading, h4: styles.heading, h5: styles.heading, h6: styles.heading },
      code: styles.codeBlock,
      link: styles.link,
      mention: styles.mention,
      list: { ul: styles.list, ol: styles.list, listitem: styles.listItem },
      text: { bold: styles.bold, italic: styles.italic, underline: styles.underline, strikethrough: styles.strike, underlineStrikethrough: styles.underlineStrike, code: styles.code },
    },
    onError(error: Error) {
      throw error;
    },
  }));

  return (
    <LexicalComposer initialConfig={initialConfig}>
      <FileDrop tray={tray}>
        <div className={styles.box}>
          {showsFormats && <Toolbar isLinking={isLinking} onLinking={setLinking} />}
          <PictureTray tray={tray} place={place} onEmptied={focus} />
          <div className={styles.line}>
            <div ref={editorPlace} className={styles.editorPlace}>
              <RichTextPlugin
                contentEditable={<ContentEditable className={styles.editor} tabIndex={0} aria-label={t('composer.label')} aria-placeholder={t('composer.placeholder')} placeholder={<span className={mergeClasses(styles.placeholder)}>{t('composer.placeholder')}</span>} />}
                ErrorBoundary={LexicalErrorBoundary}
              />
            </div>
            <SubmitPlugin tray={tray} showsFormats={showsFormats} onFormats={setShowsFormats} isEdit={edited !== null} isSaving={isSaving} onWritten={onWritten} onEmptied={onEmptied} onEscape={onEnd} />
          </div>
        </div>
      </FileDrop>
      <HistoryPlugin />
      <ListPlugin />
      <LinkPlugin />
      <AutoLinkPlugin matchers={MATCHERS} />
      <MentionPlugin entry={entry} />
      <DraftPlugin chatId={chatId} edited={edited} onEnd={onEnd} />
      <PastePlugin entry={entry} />
      <ArrivalPlugin />
      <KeyPlugin onLink={link} onUp={tray.pictures.length > 0 ? null : onEditLast} />
      <HandlePlugin handle={ref} chatId={chatId} />
      {!edited && <TypingPlugin entry={entry} />}
    </LexicalComposer>
  );
}
