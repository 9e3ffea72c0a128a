/** Formats: what is pressed shows what the text under the cursor has. */
import { Toolbar as FluentToolbar, ToolbarDivider, ToolbarToggleButton, Tooltip } from '@fluentui/react-components';
import { CodeBlockRegular, CodeRegular, TextBoldRegular, TextItalicRegular, TextQuoteRegular, TextStrikethroughRegular, TextUnderlineRegular } from '@fluentui/react-icons';
import { $createCodeNode, $isCodeNode } from '@lexical/code-core';
import { $isLinkNode } from '@lexical/link';
import { $isListNode, INSERT_ORDERED_LIST_COMMAND, INSERT_UNORDERED_LIST_COMMAND, REMOVE_LIST_COMMAND } from '@lexical/list';
import { useLexicalComposerContext } from '@lexical/react/LexicalComposerContext';
import { $createQuoteNode, $isQuoteNode } from '@lexical/rich-text';
import { $setBlocksType } from '@lexical/selection';
import { $createParagraphNode, $findMatchingParent, $getSelection, $isRangeSelection, FORMAT_TEXT_COMMAND, type LexicalNode, type TextFormatType } from 'lexical';
import { type ReactElement, useEffect, useState } from 'react';

import { BulletsIcon, NumbersIcon } from '../../app/icons';
import { type TextKey, useT } from '../../i18n';
import { useComposerStyles } from './composerStyles';
import { LinkButton } from './LinkButton';
import { $begin } from './link';

const textFormats: readonly { format: TextFormatType; label: TextKey; icon: ReactElement }[] = [
  { format: 'bold', label: 'composer.bold', icon: <TextBoldRegular /> },
  { format: 'italic', label: 'composer.italic', icon: <TextItalicRegular /> },
  { format: 'underline', label: 'composer.underline', icon: <TextUnderlineRegular /> },
  { format: 'strikethrough', label: 'composer.strike', icon: <TextStrikethroughRegular /> },
  { format: 'code', label: 'composer.code', icon: <CodeRegular /> },
];

const blocks: readonly { block: string; label: TextKey; icon: ReactElement }[] = [
  { block: 'bullet', label: 'composer.bullets', icon: <BulletsIcon /> },
  { block: 'number', label: 'composer.numbers', icon: <NumbersIcon /> },
  { block: 'quote', label: 'composer.quote', icon: <TextQuoteRegular /> },
  { block: 'code', label: 'composer.codeBlock', icon: <CodeBlockRegular /> },
];

interface Look {
  readonly formats: readonly string[];
  readonly block: string;
  readonly hasLink: boolean;
}

function $look(): Look {
  const selection = $getSelection();
  if (!$isRangeSelection(selection)) return { formats: [], block: 'paragraph', hasLink: false };
  const node = selection.anchor.getNode();
  const formats = textFormats.map(({ format }) => format).filter((format) => selection.hasFormat(format));
  return { formats, block: $blockOf(node), hasLink: $findMatchingParent(node, $isLinkNode) !== null };
}

function $blockOf(node: LexicalNode): string {
  const block = $findMatchingParent(node, (parent) => $isListNode(parent) || $isQuoteNode(parent) || $isCodeNode(parent));
  if ($isListNode(block)) return block.getListType();
  if ($isQuoteNode(block)) return 'quote';
  return block ? 'code' : 'paragraph';
}

interface Props {
  /** Whether the address of a link is asked for. */
  readonly isLinking: boolean;
  readonly onLinking: (isLinking: boolean) => void;
}

export function Toolbar({ isLinking, onLinking }: Props) {
  const styles = useComposerStyles();
  const t = useT();
  const [editor] = useLexicalComposerContext();
  const [look, setLook] = useState<Look>({ formats: [], block: 'paragraph', hasLink: false });

  useEffect(() => editor.registerUpdateListener(({ editorState }) => setLook(editorState.read($look))), [editor]);

  /** Changes what is written, wherever the focus was, and goes on there. */
  function change(how: () => void): void {
    editor.update(() => void $begin(), { discrete: true });
    how();
    editor.focus();
  }

  function toggleBlock(block: string): void {
    const isOn = look.block === block;
    if (block === 'bullet' || block === 'number') {
      editor.dispatchCommand(isOn ? REMOVE_LIST_COMMAND : block === 'bullet' ? INSERT_UNORDERED_LIST_COMMAND : INSERT_ORDERED_LIST_COMMAND, undefined);
      return;
    }
    editor.update(() => {
      const selection = $getSelection();
      if (!$isRangeSelection(selection)) return;
      $setBlocksType(selection, () => (isOn ? $createParagraphNode() : block === 'quote' ? $createQuoteNode() : $createCodeNode()));
    });
  }

  return (
    <FluentToolbar
      size="small"
      className={styles.toolbar}
      aria-label={t('composer.format')}
      checkedValues={{ formats: [...look.formats], block: [look.block] }}
    >
      {textFormats.map(({ format, label, icon }) => (
        <Tooltip key={format} content={t(label)} relationship="label">
          <ToolbarToggleButton name="formats" value={format} icon={icon} onClick={() => change(() => editor.dispatchCommand(FORMAT_TEXT_COMMAND, format))} />
        </Tooltip>
      ))}
      <ToolbarDivider />
      {blocks.map(({ block, label, icon }) => (
        <Tooltip key={block} content={t(label)} relationship="label">
          <ToolbarToggleButton name="block" value={block} icon={icon} onClick={() => change(() => toggleBlock(block))} />
        </Tooltip>
      ))}
      <ToolbarDivider />
      <LinkButton hasLink={look.hasLink} isOpen={isLinking} onOpen={onLinking} />
    </FluentToolbar>
  );
}
