/** What the chat keeps in front of everybody: the newest pin, and all of them on demand. */
import { Button, makeStyles, Popover, PopoverSurface, PopoverTrigger, Text, tokens, Tooltip } from '@fluentui/react-components';
import { ChevronDownRegular, PinFilled, PinOffRegular } from '@fluentui/react-icons';
import { useState } from 'react';

import { useLive, useSession } from '../../accounts/AccountContext';
import type { ChatMessage } from '../../api/schema.gen';
import { useT } from '../../i18n';
import { dateTime } from '../../i18n/formats';
import type { Entry } from '../../live/state';
import { messageLine } from '../messageText';
import { unpin, usePins } from './pins';

const useStyles = makeStyles({
  bar: {
    flexShrink: 0,
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalXS,
    minBlockSize: '40px',
    paddingInline: tokens.spacingHorizontalL,
    backgroundColor: tokens.colorNeutralBackground1,
    borderBlockEndWidth: '1px',
    borderBlockEndStyle: 'solid',
    borderBlockEndColor: tokens.colorNeutralStroke2,
    '@media (max-width: 639px)': { paddingInline: tokens.spacingHorizontalS },
  },
  pin: { flexShrink: 0, display: 'inline-flex', color: tokens.colorBrandForeground1 },
  jump: { flexGrow: 1, minInlineSize: 0, justifyContent: 'flex-start', paddingInline: tokens.spacingHorizontalXS, fontWeight: tokens.fontWeightRegular },
  line: { minInlineSize: 0, textAlign: 'start' },
  count: { flexShrink: 0, minInlineSize: 'auto' },
  surface: { padding: tokens.spacingHorizontalS, inlineSize: 'min(420px, calc(100vw - 24px))', boxSizing: 'border-box' },
  list: { listStyleType: 'none', margin: 0, padding: 0, maxBlockSize: '50vh', overflowY: 'auto', display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXXS },
  item: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalXS },
  entry: { flexGrow: 1, minInlineSize: 0, flexDirection: 'column', alignItems: 'stretch', textAlign: 'start', fontWeight: tokens.fontWeightRegular },
  who: { display: 'flex', gap: tokens.spacingHorizontalS, alignItems: 'baseline', color: tokens.colorNeutralForeground2 },
  text: { display: '-webkit-box', WebkitLineClamp: 2, WebkitBoxOrient: 'vertical', overflow: 'hidden' },
});

interface Props {
  readonly entry: Entry;
  readonly canChange: boolean;
  readonly onJump: (message: ChatMessage) => void;
}

export function PinnedBar({ entry, canChange, onJump }: Props) {
  const styles = useStyles();
  const t = useT();
  const pins = usePins(entry);
  const lineOf = useLine();
  const [newest] = pins;
  if (!newest) return null;
  return (
    <section className={styles.bar} aria-label={t('pins.title')}>
      <span className={styles.pin} aria-hidden="true"><PinFilled /></span>
      <Button size="small" appearance="transparent" className={styles.jump} aria-label={t('pins.jump', { name: nameOf(newest, t('system.somebody')), text: lineOf(newest) })} onClick={() => onJump(newest)}>
        <Text dir="auto" size={200} truncate wrap={false} className={styles.line}><b>{nameOf(newest, t('system.somebody'))}</b> {lineOf(newest)}</Text>
      </Button>
      {pins.length > 1 ? <AllPins entry={entry} pins={pins} canChange={canChange} onJump={onJump} /> : canChange && <UnpinButton chatId={entry.chat.id} message={newest} />}
    </section>
  );
}

function AllPins({ entry, pins, canChange, onJump }: Props & { readonly pins: readonly ChatMessage[] }) {
  const styles = useStyles();
  const t = useT();
  const [isOpen, setOpen] = useState(false);
  const lineOf = useLine();
  return (
    <Popover open={isOpen} onOpenChange={(_, { open }) => setOpen(open)} trapFocus positioning="below-end">
      <PopoverTrigger disableButtonEnhancement>
        <Button size="small" appearance="subtle" className={styles.count} icon={<ChevronDownRegular />} iconPosition="after">{t('pins.count', { count: pins.length })}</Button>
      </PopoverTrigger>
      <PopoverSurface className={styles.surface} aria-label={t('pins.title')}>
        <ul className={styles.list}>
          {pins.map((message) => (
            <li key={message.id} className={styles.item}>
              <Button appearance="subtle" className={styles.entry} onClick={() => { setOpen(false); onJump(message); }}>
                <span className={styles.who}><Text size={200} weight="semibold" truncate wrap={false}>{nameOf(message, t('system.somebody'))}</Text><Text size={100} wrap={false}>{dateTime(message.createdDateTime)}</Text></span>
                <Text size={300} className={styles.text}>{lineOf(message)}</Text>
              </Button>
              {canChange && <UnpinButton chatId={entry.chat.id} message={message} />}
            </li>
          ))}
        </ul>
      </PopoverSurface>
    </Popover>
  );
}

function UnpinButton({ chatId, message }: { chatId: string; message: ChatMessage }) {
  const t = useT();
  const session = useSession();
  return (
    <Tooltip content={t('message.unpin')} relationship="label">
      <Button size="small" appearance="subtle" icon={<PinOffRegular />} onClick={() => void unpin(session, chatId, message.id)} />
    </Tooltip>
  );
}

/** What a pinned message says, unless it is of somebody whom one has blocked. */
function useLine(): (message: ChatMessage) => string {
  const t = useT();
  const blocked = useLive((state) => state.blocked);
  return (message) => (blocked.has(message.from?.user?.id ?? '') ? t('message.ofBlocked') : messageLine(message, t));
}

function nameOf(message: ChatMessage, otherwise: string): string {
  return message.from?.user?.displayName ?? otherwise;
}
