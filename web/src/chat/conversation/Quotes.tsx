/** What a message answers. */
import { makeStyles, Text, tokens } from '@fluentui/react-components';

import { useLive, useSession } from '../../accounts/AccountContext';
import type { ChatMessage } from '../../api/schema.gen';
import { useT } from '../../i18n';
import { useTabIndex } from './reachable';

const useStyles = makeStyles({
  quote: {
    margin: 0,
    marginBlockEnd: tokens.spacingVerticalXS,
    paddingInlineStart: tokens.spacingHorizontalS,
    borderInlineStartWidth: '3px',
    borderInlineStartStyle: 'solid',
    borderInlineStartColor: tokens.colorBrandStroke1,
    color: tokens.colorNeutralForeground2,
  },
  jump: { display: 'block', padding: 0, border: 'none', backgroundColor: 'transparent', color: 'inherit', fontFamily: 'inherit', textAlign: 'start', inlineSize: '100%', boxSizing: 'border-box', cursor: 'pointer', borderRadius: tokens.borderRadiusSmall, ':hover': { textDecorationLine: 'underline' }, ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` } },
  text: { display: '-webkit-box', WebkitLineClamp: 3, WebkitBoxOrient: 'vertical', overflow: 'hidden' },
});

interface Reference {
  readonly messagePreview?: string;
  readonly messageSender?: { readonly user?: { readonly id: string; readonly displayName: string } | null };
}

export function Quotes({ message, onJump }: { message: Pick<ChatMessage, 'attachments'>; onJump: (id: string) => void }) {
  const styles = useStyles();
  const t = useT();
  const { id: me } = useSession();
  const tabIndex = useTabIndex();
  const blocked = useLive((state) => state.blocked);
  const quotes = message.attachments.filter((attachment) => attachment.contentType === 'messageReference');
  return quotes.map((quote) => {
    const { messagePreview, messageSender } = parsed(quote.content);
    const sender = messageSender?.user;
    return (
      <blockquote key={quote.id} className={styles.quote}>
        <button type="button" className={styles.jump} tabIndex={tabIndex} title={t('message.quoted', { name: sender?.displayName ?? t('system.somebody') })} onClick={() => onJump(quote.id)}>
          <Text block size={200} weight="semibold">{sender?.id === me ? t('message.quoteYou') : (sender?.displayName ?? t('system.somebody'))}</Text>
          <Text block size={200} className={styles.text}>{sender && blocked.has(sender.id) ? t('message.ofBlocked') : messagePreview}</Text>
        </button>
      </blockquote>
    );
  });
}

/** The reference is JSON in a string, as Graph has it. */
function parsed(content: string): Reference {
  try {
    return JSON.parse(content) as Reference;
  } catch {
    return {};
  }
}
