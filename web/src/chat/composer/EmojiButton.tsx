/** A small choice of emoji. Screen readers know their names by themselves. */
import { Button, Popover, PopoverSurface, PopoverTrigger, Tooltip, useArrowNavigationGroup } from '@fluentui/react-components';
import { EmojiRegular } from '@fluentui/react-icons';
import { useLexicalComposerContext } from '@lexical/react/LexicalComposerContext';
import { $getRoot, $getSelection, $isRangeSelection } from 'lexical';
import { useState } from 'react';

import { useT } from '../../i18n';
import { useComposerStyles } from './composerStyles';

const EMOJI =
  '😀 😃 😄 😁 😆 😅 🤣 😂 🙂 😉 😊 😇 🥰 😍 😘 😋 😜 🤔 🤨 😐 😏 🙄 😬 😌 😔 😴 😷 🤒 🤯 🥳 😎 🤓 😟 🙁 😮 😳 🥺 😢 😭 😤 😠 👍 👎 👌 ✌️ 🤞 👋 👏 🙌 🙏 💪 🤝 ❤️ 🧡 💛 💚 💙 💜 🖤 💔 ✨ 🔥 🎉 🎂 🎁 ☕ 🍕 🍰 🍻 🚀 🚗 ✈️ 🏠 💡 📌 📎 📅 📈 💼 💻 📞 🔒 🔑 ✅ ❌ ❗ ❓ ⏰ ☀️ 🌧️ ❄️ 🌍 🐶 🐱 🌸 🌲'.split(' ');

export function EmojiButton() {
  const styles = useComposerStyles();
  const t = useT();
  const [editor] = useLexicalComposerContext();
  const [isOpen, setOpen] = useState(false);
  const arrows = useArrowNavigationGroup({ axis: 'grid' });

  function insert(emoji: string): void {
    setOpen(false);
    editor.focus(() => editor.update(() => {
      const selection = $getSelection() ?? $getRoot().selectEnd();
      if ($isRangeSelection(selection)) selection.insertText(emoji);
    }));
  }

  return (
    <Popover open={isOpen} onOpenChange={(_, { open }) => setOpen(open)} trapFocus>
      <PopoverTrigger disableButtonEnhancement>
        <Tooltip content={t('composer.emoji')} relationship="label">
          <Button appearance="subtle" icon={<EmojiRegular />} />
        </Tooltip>
      </PopoverTrigger>
      <PopoverSurface aria-label={t('composer.emoji')}>
        <div className={styles.emojis} {...arrows}>
          {EMOJI.map((emoji) => <Button key={emoji} appearance="subtle" className={styles.emoji} onClick={() => insert(emoji)}>{emoji}</Button>)}
        </div>
      </PopoverSurface>
    </Popover>
  );
}
