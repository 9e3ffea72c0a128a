/** Who has read up to here, at the last message that they have read; where both sides show it. */
import { Text } from '@fluentui/react-components';
import { EyeRegular } from '@fluentui/react-icons';

import { useSession } from '../../accounts/AccountContext';
import type { ChatMessage } from '../../api/schema.gen';
import { Explained } from '../../app/Explained';
import { useT } from '../../i18n';
import { list } from '../../i18n/formats';
import { compareIds } from '../../live/messages';
import type { Entry } from '../../live/state';

export function ReadMark({ message, entry, isReachable }: { message: ChatMessage; entry: Entry; isReachable: boolean }) {
  const t = useT();
  const { id: me } = useSession();
  const at = Date.parse(message.createdDateTime);
  const later = nextOwnAt(entry, message, me);
  const readers = (entry.members ?? []).filter((member) => {
    if (member.userId === me || !member.lastMessageReadDateTime) return false;
    const read = Date.parse(member.lastMessageReadDateTime);
    return read >= at && (later === null || read < later);
  });
  if (readers.length === 0) return null;
  const names = list(readers.map((member) => member.displayName));
  const text = entry.chat.chatType === 'oneOnOne' ? t('message.read') : t('message.readBy', { count: readers.length });
  return (
    <Explained content={t('message.readByNames', { names })} tabIndex={isReachable ? 0 : -1}>
      <Text size={100}><EyeRegular aria-hidden="true" /> {text}</Text>
    </Explained>
  );
}

/** When the next own message was written: whoever has read that one is marked there. */
function nextOwnAt(entry: Entry, message: ChatMessage, me: string): number | null {
  const messages = entry.thread?.messages ?? [];
  for (let at = messages.length - 1, next: number | null = null; at >= 0; at -= 1) {
    const other = messages[at]!;
    if (compareIds(other.id, message.id) <= 0) return next;
    if (other.from?.user?.id === me && other.messageType === 'message') next = Date.parse(other.createdDateTime);
  }
  return null;
}
