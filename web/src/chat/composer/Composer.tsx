/** The editor of messages. Loaded when a chat is opened: it is a third of the application. */
import { CodeNode } from '@lexical/code-core';
import { AutoLinkNode, LinkNode } from '@lexical/link';
import { ListItemNode, ListNode } from '@lexical/list';
import { AutoLinkPlugin, createLinkMatcherWithRegExp } from '@lexical/react/LexicalAutoLinkPlugin';
import { LexicalComposer } from '@lexical/react/LexicalComposer';
import { ContentEditable } from '@lexical/react/LexicalContentEditable';
import { LexicalErrorBoundary } from '@lexical/react/LexicalErrorBoundary';
import { HistoryPlugin } from '@lexical/react/LexicalHistoryPlugin';
import { LinkPlugin } from '@lexical/react/LexicalLinkPlugin';
import { ListPlugin } from '@lexical/react/LexicalListPlugin';
import { RichTextPlugin } from '@lexical/react/LexicalRichTextPlugin';
import { HeadingNode, QuoteNode } from '@lexical/rich-text';
import { mergeClasses } from '@fluentui/react-components';
import { type Ref, useMemo, useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import type { ChatMessage } from '../../api/schema.gen';
import { useT } from '../../i18n';
import type { Entry } from '../../live/state';
import { useComposerStyles } from './composerStyles';
import { $fillAtFirst, DraftPlugin } from './DraftPlugin';
import { FileDrop } from './FileDrop';
import { PictureTray } from './PictureTray';
import { usePictures } from './usePictures';
import { MentionNode } from './MentionNode';
import { MentionPlugin } from './MentionPlugin';
import { PastePlugin } from './PastePlugin';
import { ArrivalPlugin, HandlePlugin, TypingPlugin } from './plugins';
import { SubmitPlugin } from './SubmitPlugin';
import { Toolbar } from './Toolbar';
import type { Written } from './serialise';

export interface ComposerHandle {
  focus: () => void;
}

interface Props {
  readonly entry: Entry;
  readonly edited: ChatMessage | null;
  /** Whether what is edited is on its way to the server. */
  readonly isSaving: boolean;
  readonly ref: Ref<ComposerHandle>;
  readonly onWritten: (written: Written) => void;
  /** Ends what is edited or answered. */
  readonly onEnd: () => void;
}

const ADDRESS = createLinkMatcherWithRegExp(/https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}]/i);
const MATCHERS = [ADDRESS];
const NODES = [HeadingNode, QuoteNode, ListNode, ListItemNode, LinkNode, AutoLinkNode, CodeNode, MentionNode];

export default function Composer({ entry, edited, isSaving, ref, onWritten, onEnd }: Props) {
  const styles = useComposerStyles();
  const t = useT();
  const session = useSession();
  const chatId = entry.chat.id;
  const tray = usePictures(entry, edited);
  const place = useMemo(() => (edited ? { chatId, messageId: edited.id } : null), [edited, chatId]);
  const [showsFormats, setShowsFormats] = useState(false);
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
          {showsFormats && <Toolbar />}
          <PictureTray tray={tray} place={place} />
          <div className={styles.line}>
            <div className={styles.editorPlace}>
              <RichTextPlugin
                contentEditable={<ContentEditable className={styles.editor} tabIndex={0} aria-label={t('composer.label')} aria-placeholder={t('composer.placeholder')} placeholder={<span className={mergeClasses(styles.placeholder)}>{t('composer.placeholder')}</span>} />}
                ErrorBoundary={LexicalErrorBoundary}
              />
            </div>
            <SubmitPlugin tray={tray} showsFormats={showsFormats} onFormats={setShowsFormats} isEdit={edited !== null} isSaving={isSaving} onWritten={onWritten} onEscape={onEnd} />
          </div>
        </div>
      </FileDrop>
      <HistoryPlugin />
      <ListPlugin />
      <LinkPlugin />
      <AutoLinkPlugin matchers={MATCHERS} />
      <MentionPlugin entry={entry} />
      <DraftPlugin chatId={chatId} edited={edited} onEnd={onEnd} />
      <PastePlugin />
      <ArrivalPlugin />
      <HandlePlugin handle={ref} />
      {!edited && <TypingPlugin entry={entry} />}
    </LexicalComposer>
  );
}
