/** Puts an emoji where one writes. */
import { Button, Popover, PopoverSurface, PopoverTrigger, Tooltip } from '@fluentui/react-components';
import { EmojiRegular } from '@fluentui/react-icons';
import { useLexicalComposerContext } from '@lexical/react/LexicalComposerContext';
import { $getRoot, $getSelection, $isRangeSelection } from 'lexical';
import { useState } from 'react';

import { useT } from '../../i18n';
import { EmojiGrid } from '../EmojiGrid';

export function EmojiButton() {
  const t = useT();
  const [editor] = useLexicalComposerContext();
  const [isOpen, setOpen] = useState(false);

  function insert(emoji: string): void {
    setOpen(false);
    editor.focus(() => editor.update(() => {
      const selection = $getSelection() ?? $getRoot().selectEnd();
      if ($isRangeSelection(selection)) selection.insertText(emoji);
    }));
  }

  return (
    <Popover open={isOpen} onOpenChange={(_, { open }) => setOpen(open)} trapFocus positioning="above-end">
      <PopoverTrigger disableButtonEnhancement>
        <Tooltip content={t('composer.emoji')} relationship="label">
          <Button appearance="subtle" icon={<EmojiRegular />} />
        </Tooltip>
      </PopoverTrigger>
      <PopoverSurface aria-label={t('composer.emoji')}>
        <EmojiGrid onChoose={insert} />
      </PopoverSurface>
    </Popover>
  );
}
