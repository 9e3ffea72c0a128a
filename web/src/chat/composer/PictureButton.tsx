/** Picks images from the device, and takes those that are pasted. */
import { Button, makeStyles, Tooltip, tokens } from '@fluentui/react-components';
import { ImageAddRegular } from '@fluentui/react-icons';
import { useLexicalComposerContext } from '@lexical/react/LexicalComposerContext';
import { COMMAND_PRIORITY_HIGH, PASTE_COMMAND } from 'lexical';
import { type ChangeEvent, useEffect, useRef } from 'react';

import { toast } from '../../app/toasts';
import { useT } from '../../i18n';
import type { PictureTray } from './usePictures';

const useStyles = makeStyles({ closed: { color: tokens.colorNeutralForegroundDisabled, cursor: 'not-allowed' } });

export function PictureButton({ tray }: { tray: PictureTray }) {
  const styles = useStyles();
  const t = useT();
  const [editor] = useLexicalComposerContext();
  const input = useRef<HTMLInputElement>(null);
  const { add, closed } = tray;

  useEffect(() => editor.registerCommand(PASTE_COMMAND, (event) => {
    if (!('clipboardData' in event) || !event.clipboardData) return false;
    const files = [...event.clipboardData.files];
    // What is copied from a document has text, too; the image of it is not what is meant.
    if (files.length === 0 || event.clipboardData.types.includes('text/plain')) return false;
    event.preventDefault();
    add(files);
    return true;
  }, COMMAND_PRIORITY_HIGH), [editor, add]);

  function picked(event: ChangeEvent<HTMLInputElement>): void {
    add([...(event.target.files ?? [])]);
    // So that the same file can be picked again.
    event.target.value = '';
  }

  return (
    <>
      <input ref={input} type="file" hidden multiple accept="image/*" aria-hidden="true" tabIndex={-1} onChange={picked} />
      <Tooltip content={closed ?? t('composer.image')} relationship={closed ? 'description' : 'label'}>
        <Button appearance="subtle" className={closed ? styles.closed : undefined} icon={<ImageAddRegular />} aria-label={t('composer.image')} aria-disabled={closed !== null} onClick={() => (closed ? toast({ intent: 'info', title: closed }) : input.current?.click())} />
      </Tooltip>
    </>
  );
}
