/** Who reacted with what; a press adds one's own, or takes it back. */
import { makeStyles, ToggleButton, tokens, Tooltip } from '@fluentui/react-components';

import { useSession } from '../../accounts/AccountContext';
import type { Session } from '../../accounts/session';
import { answer } from '../../api/client';
import type { ChatMessage } from '../../api/schema.gen';
import { toastFailure } from '../../app/toasts';
import { useT } from '../../i18n';
import { list } from '../../i18n/formats';
import type { Entry } from '../../live/state';
import { writingIn } from './writing';

const useStyles = makeStyles({
  row: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalXS, marginBlockStart: '2px' },
  button: { minInlineSize: 'auto', borderRadius: tokens.borderRadiusCircular, paddingInline: '8px' },
});

/** Graph's old names for reactions. */
const emoji: Record<string, string> = { like: '👍', heart: '❤️', laugh: '😆', surprised: '😮', sad: '🙁', angry: '😠' };

export function emojiOf(reaction: string): string {
  return emoji[reaction] ?? reaction;
}

export function Reactions({ id, message, entry, isReachable }: { id: string; message: ChatMessage; entry: Entry; isReachable: boolean }) {
  const styles = useStyles();
  const t = useT();
  const session = useSession();
  if (message.reactions.length === 0) return null;
  // Who reacted is told also where nobody can react any more.
  const isClosed = writingIn(entry, session.id) === 'closed';
  const byKind = Map.groupBy(message.reactions, (reaction) => reaction.reactionType);
  return (
    <div id={id} className={styles.row}>
      {[...byKind].map(([kind, reactions]) => {
        const isMine = reactions.some((reaction) => reaction.user.user?.id === session.id);
        const names = list(reactions.map(({ user }, at) => (user.user?.id === session.id ? t(at === 0 ? 'system.you' : 'system.youWithin') : (user.user?.displayName ?? t('system.somebody')))));
        return (
          <Tooltip key={kind} content={t('message.reactedBy', { emoji: emojiOf(kind), names })} relationship="label">
            <ToggleButton size="small" className={styles.button} checked={isMine} disabledFocusable={isClosed} tabIndex={isReachable ? 0 : -1} onClick={() => void react(session, entry.chat.id, message, kind)}>
              {emojiOf(kind)} {reactions.length}
            </ToggleButton>
          </Tooltip>
        );
      })}
    </div>
  );
}

/** Adds one's reaction, or takes it back if it is there. */
export async function react(session: Session, chatId: string, message: ChatMessage, reactionType: string): Promise<void> {
  const isMine = message.reactions.some((reaction) => reaction.reactionType === reactionType && reaction.user.user?.id === session.id);
  const options = { params: { path: { chat_id: chatId, message_id: message.id } }, body: { reactionType } };
  const done = isMine
    ? await answer(session.api.POST('/v1.0/chats/{chat_id}/messages/{message_id}/unsetReaction', options))
    : await answer(session.api.POST('/v1.0/chats/{chat_id}/messages/{message_id}/setReaction', options));
  if (!done.ok) toastFailure(done.failure);
}
