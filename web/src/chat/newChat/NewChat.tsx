/** Starting a chat: with whom, and what a group is about. */
import { Button, Field, Input, makeStyles, MessageBar, MessageBarBody, MessageBarTitle, Select, Text, tokens } from '@fluentui/react-components';
import { type FormEvent, useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { homeName } from '../../accounts/homeName';
import type { Session } from '../../accounts/session';
import { newKey } from '../../api/client';
import { explain, type Explanation } from '../../api/explain';
import { isTransient } from '../../api/failure';
import { BackIcon } from '../../app/icons';
import { href, navigate } from '../../app/router';
import { useT } from '../../i18n';
import { Advice } from '../Advice';
import type { Person } from '../naming';
import { groupOf, oneOnOneWith } from './create';
import { PeoplePicker } from './PeoplePicker';

const useStyles = makeStyles({
  screen: { flexGrow: 1, overflowY: 'auto', padding: tokens.spacingHorizontalXXL, '@media (max-width: 639px)': { padding: tokens.spacingHorizontalL } },
  form: { maxInlineSize: '640px', marginInline: 'auto', display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL },
  head: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS },
  back: { display: 'none', '@media (max-width: 799px)': { display: 'inline-flex' } },
  quiet: { color: tokens.colorNeutralForeground2 },
  actions: { display: 'flex', gap: tokens.spacingHorizontalS },
});

interface Props {
  /** All that are signed in: a chat is begun as one of them. */
  readonly sessions: readonly Session[];
}

export default function NewChat({ sessions }: Props) {
  const styles = useStyles();
  const t = useT();
  const session = useSession();
  const [people, setPeople] = useState<readonly Person[]>([]);
  const [topic, setTopic] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Explanation | null>(null);
  const [key, setKey] = useState(newKey);
  const isGroup = people.length > 1;
  const outsiders = people.filter((person) => person.isExternal);
  const back = href('u', session.id, 'chats');

  async function start(event: FormEvent): Promise<void> {
    event.preventDefault();
    const [only] = people;
    if (isBusy || !only) return;
    setBusy(true);
    setProblem(null);
    const chat = isGroup ? await groupOf(session, topic.trim() || null, people.map((person) => person.id), key) : await oneOnOneWith(session, only.id, key);
    setBusy(false);
    if (chat.ok) return navigate(href('u', session.id, 'chats', chat.value.id), { replace: true });
    // Without an answer it may have been made all the same: the same key makes it no second time.
    if (!isTransient(chat.failure)) setKey(newKey());
    setProblem(explain(chat.failure, t));
    return undefined;
  }

  return (
    <div className={styles.screen}>
      <form className={styles.form} onSubmit={(event) => void start(event)}>
        <div className={styles.head}>
          <Button className={styles.back} appearance="subtle" icon={<BackIcon />} aria-label={t('common.back')} onClick={() => navigate(back)} />
          <div>
            <Text as="h2" block size={500} weight="semibold">{t('list.new')}</Text>
            {sessions.length < 2 && <Text size={200} className={styles.quiet}>{t('composer.as', { name: session.user.displayName, home: homeName(session, t) })}</Text>}
          </div>
        </div>
        {sessions.length > 1 && (
          <Field label={t('newChat.as')} hint={t('newChat.asHint')}>
            <Select value={session.id} onChange={(_, { value }) => navigate(href('u', value, 'new'), { replace: true })}>
              {sessions.map((one) => <option key={one.id} value={one.id}>{one.user.displayName} · {homeName(one, t)}</option>)}
            </Select>
          </Field>
        )}
        <PeoplePicker label={t('newChat.with')} chosen={people} onChange={(next) => { setPeople(next); setKey(newKey()); setProblem(null); }} />
        {isGroup && (
          <Field label={t('newChat.topic')} hint={t('newChat.topicHint')}>
            <Input maxLength={256} value={topic} onChange={(_, { value }) => { setTopic(value); setKey(newKey()); }} />
          </Field>
        )}
        {outsiders.length > 0 && (
          <MessageBar intent="info" layout="multiline">
            <MessageBarBody>
              <MessageBarTitle>{t('newChat.outsideTitle')}</MessageBarTitle>
              {t('newChat.outsideText')}
            </MessageBarBody>
          </MessageBar>
        )}
        {problem && (
          <MessageBar intent="error" layout="multiline" role="alert">
            <MessageBarBody><MessageBarTitle>{problem.title}</MessageBarTitle><Advice explanation={problem} /></MessageBarBody>
          </MessageBar>
        )}
        <div className={styles.actions}>
          <Button type="submit" appearance="primary" disabledFocusable={people.length === 0 || isBusy}>{isGroup ? t('newChat.startGroup') : t('newChat.start')}</Button>
          <Button onClick={() => navigate(back)}>{t('common.cancel')}</Button>
        </div>
      </form>
    </div>
  );
}
