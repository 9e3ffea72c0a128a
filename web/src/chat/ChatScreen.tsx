/** The chats of the account, and the one that is open. */
import { Text } from '@fluentui/react-components';

import { useLive } from '../accounts/AccountContext';
import type { Session } from '../accounts/session';
import { useT } from '../i18n';

export function ChatScreen(_: { sessions: readonly Session[]; path: readonly string[]; isNew: boolean }) {
  const t = useT();
  const chats = useLive((state) => state.chats);
  return (
    <main>
      <Text as="h1">{t('chat.list')}</Text>
      <ul>
        {[...chats.values()].map((entry) => <li key={entry.chat.id}>{entry.chat.topic ?? entry.members?.map((member) => member.displayName).join(', ')}</li>)}
      </ul>
    </main>
  );
}
