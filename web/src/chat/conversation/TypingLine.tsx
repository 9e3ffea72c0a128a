/** Who is writing right now. */
import { makeStyles, Text, tokens } from '@fluentui/react-components';

import { useLive } from '../../accounts/AccountContext';
import { useT } from '../../i18n';
import { list } from '../../i18n/formats';

const useStyles = makeStyles({
  line: { flexShrink: 0, minBlockSize: '18px', paddingInline: tokens.spacingHorizontalXXL, color: tokens.colorNeutralForeground2 },
});

export function TypingLine({ chatId }: { chatId: string }) {
  const styles = useStyles();
  const t = useT();
  const typists = useLive((state) => state.typing.get(chatId));
  const blocked = useLive((state) => state.blocked);
  const names = (typists ?? []).filter(({ user }) => !blocked.has(user.id)).map(({ user }) => user.displayName);
  return <Text size={200} className={styles.line}>{names.length > 0 && t('typing.line', { names: list(names), count: names.length })}</Text>;
}
