/** Enter, and the buttons at the end of the line. */
import { Button, Spinner, ToggleButton, Tooltip } from '@fluentui/react-components';
import { $isCodeNode } from '@lexical/code-core';
import { $isListItemNode } from '@lexical/list';
import { useLexicalComposerContext } from '@lexical/react/LexicalComposerContext';
import { useLexicalIsTextContentEmpty } from '@lexical/react/useLexicalIsTextContentEmpty';
import { CheckmarkRegular, SendFilled, TextEditStyleRegular } from '@fluentui/react-icons';
import { $findMatchingParent, $getRoot, $getSelection, $isRangeSelection, CLEAR_HISTORY_COMMAND, COMMAND_PRIORITY_LOW, KEY_ENTER_COMMAND, KEY_ESCAPE_COMMAND, mergeRegister } from 'lexical';
import { useCallback, useEffect } from 'react';

import { usePreferences } from '../../app/preferences';
import { useT } from '../../i18n';
import { useComposerStyles } from './composerStyles';
import { EmojiButton } from './EmojiButton';
import { PictureButton } from './PictureButton';
import { $written, withPictures, type Written } from './serialise';
import type { PictureTray } from './usePictures';

interface Props {
  readonly tray: PictureTray;
  readonly showsFormats: boolean;
  readonly onFormats: (shows: boolean) => void;
  readonly isEdit: boolean;
  readonly isSaving: boolean;
  readonly onWritten: (written: Written) => void;
  readonly onEmptied: () => void;
  readonly onEscape: () => void;
}

export function SubmitPlugin({ tray, showsFormats, onFormats, isEdit, isSaving, onWritten, onEmptied, onEscape }: Props) {
  const styles = useComposerStyles();
  const t = useT();
  const [editor] = useLexicalComposerContext();
  const { pictures } = tray;
  const isEmpty = useLexicalIsTextContentEmpty(editor, true) && pictures.length === 0;
  const { sendsByEnter } = usePreferences();

  const submit = useCallback(() => {
    const written = withPictures(editor.getEditorState().read($written), pictures);
    if (!written) {
      if (isEdit) onEmptied();
      return;
    }
    if (!isEdit) {
      editor.update(() => {
        $getRoot().clear();
        // The next message begins plain.
        $getRoot().select().setFormat(0);
      });
      editor.dispatchCommand(CLEAR_HISTORY_COMMAND, undefined);
    }
    onWritten(written);
  }, [editor, isEdit, onWritten, onEmptied, pictures]);

  useEffect(() => mergeRegister(
    editor.registerCommand(KEY_ENTER_COMMAND, (event) => {
      if (!event || event.isComposing) return false;
      const isForced = event.ctrlKey || event.metaKey;
      if (!isForced && (event.shiftKey || !sendsByEnter || $isInBlock())) return false;
      event.preventDefault();
      submit();
      return true;
    }, COMMAND_PRIORITY_LOW),
    editor.registerCommand(KEY_ESCAPE_COMMAND, () => {
      onEscape();
      return true;
    }, COMMAND_PRIORITY_LOW),
  ), [editor, submit, onEscape, sendsByEnter]);

  return (
    <div className={styles.buttons}>
      <Tooltip content={t('composer.format')} relationship="label">
        <ToggleButton appearance="subtle" icon={<TextEditStyleRegular />} checked={showsFormats} onClick={() => onFormats(!showsFormats)} />
      </Tooltip>
      <PictureButton tray={tray} />
      <EmojiButton />
      <Tooltip content={isEdit ? t('common.save') : t('composer.send')} relationship="label">
        <Button appearance="subtle" icon={isSaving ? <Spinner size="extra-tiny" delay={400} /> : isEdit ? <CheckmarkRegular /> : <SendFilled />} aria-busy={isSaving} disabledFocusable={(isEmpty && !isEdit) || isSaving} onClick={submit} />
      </Tooltip>
    </div>
  );
}

/** In lists and code Enter begins a line, as everywhere. */
function $isInBlock(): boolean {
  const selection = $getSelection();
  if (!$isRangeSelection(selection)) return false;
  return $findMatchingParent(selection.anchor.getNode(), (node) => $isListItemNode(node) || $isCodeNode(node)) !== null;
}
