/** A small choice of emoji, gone through by arrow keys. Screen readers know their names by themselves. */
import { Button, makeStyles, useArrowNavigationGroup } from '@fluentui/react-components';

const useStyles = makeStyles({
  emojis: { display: 'grid', gridTemplateColumns: 'repeat(auto-fill, 34px)', inlineSize: 'min(272px, calc(100vw - 80px))', maxBlockSize: '240px', overflowY: 'auto' },
  emoji: { minInlineSize: '34px', fontSize: '20px', padding: 0, border: 'none' },
});

const EMOJI =
  '😀 😃 😄 😁 😆 😅 🤣 😂 🙂 😉 😊 😇 🥰 😍 😘 😋 😜 🤔 🤨 😐 😏 🙄 😬 😌 😔 😴 😷 🤒 🤯 🥳 😎 🤓 😟 🙁 😮 😳 🥺 😢 😭 😤 😠 👍 👎 👌 ✌️ 🤞 👋 👏 🙌 🙏 💪 🤝 ❤️ 🧡 💛 💚 💙 💜 🖤 💔 ✨ 🔥 🎉 🎂 🎁 ☕ 🍕 🍰 🍻 🚀 🚗 ✈️ 🏠 💡 📌 📎 📅 📈 💼 💻 📞 🔒 🔑 ✅ ❌ ❗ ❓ ⏰ ☀️ 🌧️ ❄️ 🌍 🐶 🐱 🌸 🌲'.split(' ');

export function EmojiGrid({ onChoose }: { onChoose: (emoji: string) => void }) {
  const styles = useStyles();
  const arrows = useArrowNavigationGroup({ axis: 'grid' });
  return (
    <div className={styles.emojis} {...arrows}>
      {EMOJI.map((emoji) => <Button key={emoji} appearance="subtle" className={styles.emoji} onClick={() => onChoose(emoji)}>{emoji}</Button>)}
    </div>
  );
}
