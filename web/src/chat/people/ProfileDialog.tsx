/** What one may know of a person, and what can be done. */
import { Button, Dialog, DialogActions, DialogBody, DialogSurface, DialogTitle, makeStyles, Text, tokens } from '@fluentui/react-components';
import { FlagRegular, PersonProhibitedRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';

import { useLive, useSession } from '../../accounts/AccountContext';
import { valueOf } from '../../api/client';
import { href, navigate } from '../../app/router';
import { ScrollingContent } from '../../app/ScrollingContent';
import { toastFailure } from '../../app/toasts';
import { useT } from '../../i18n';
import { ExternalMark } from '../ExternalMark';
import type { Person } from '../naming';
import { oneOnOneWith } from '../newChat/create';
import { PersonAvatar } from '../PersonAvatar';
import { unblock } from './blocking';

const useStyles = makeStyles({
  who: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalL, marginBlockEnd: tokens.spacingVerticalL },
  text: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXXS, alignItems: 'flex-start' },
  facts: { display: 'grid', gridTemplateColumns: 'max-content minmax(0, 1fr)', columnGap: tokens.spacingHorizontalL, rowGap: tokens.spacingVerticalXS },
  acts: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS, marginBlockStart: tokens.spacingVerticalL },
  quiet: { color: tokens.colorNeutralForeground2 },
});

interface Props {
  readonly person: Person;
  /** Goes on to another dialog in place of this one. */
  readonly onAsk: (act: 'report' | 'block') => void;
  readonly onClose: () => void;
}

export function ProfileDialog({ person, onAsk, onClose }: Props) {
  const styles = useStyles();
  const t = useT();
  const session = useSession();
  const isBlocked = useLive((state) => state.blocked.has(person.id));
  const isMe = person.id === session.id;
  // Somebody whom one may not look up has just what the chat shows of them.
  const profile = useQuery({
    queryKey: ['user', person.id],
    queryFn: () => valueOf(session.api.GET('/v1.0/users/{user_id}', { params: { path: { user_id: person.id } } })),
    retry: false,
  });
  const facts = [
    [t('profile.organisation'), person.organisationName ?? (person.trust === 'personal' ? t('profile.personal') : profile.data?.organisationName)],
    [t('profile.email'), profile.data?.mail ?? person.email],
    [t('profile.phone'), profile.data?.mobilePhone],
    [t('profile.job'), profile.data?.jobTitle],
    [t('profile.office'), profile.data?.officeLocation],
  ].filter((fact): fact is [string, string] => Boolean(fact[1]));

  async function write(): Promise<void> {
    const chat = await oneOnOneWith(session, person.id);
    if (!chat.ok) return toastFailure(chat.failure);
    onClose();
    return navigate(href('u', session.id, 'chats', chat.value.id));
  }

  return (
    <Dialog open onOpenChange={(_, { open }) => { if (!open) onClose(); }}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t('people.profile')}</DialogTitle>
          <ScrollingContent>
            <div className={styles.who}>
              <PersonAvatar id={person.id} name={person.displayName} size={72} />
              <div className={styles.text}>
                <Text size={500} weight="semibold">{person.displayName}</Text>
                {isBlocked && <Text className={styles.quiet}>{t('people.blocked')}</Text>}
                <ExternalMark person={person} isLong tabIndex={0} />
              </div>
            </div>
            <dl className={styles.facts}>
              {facts.flatMap(([name, value]) => [<dt key={`${name} name`} className={styles.quiet}>{name}</dt>, <dd key={name}>{value}</dd>])}
            </dl>
            {!isMe && (
              <div className={styles.acts}>
                <Button appearance="subtle" icon={<FlagRegular />} onClick={() => onAsk('report')}>{t('report.person', { name: person.displayName })}</Button>
                {person.isExternal && !isBlocked && <Button appearance="subtle" icon={<PersonProhibitedRegular />} onClick={() => onAsk('block')}>{t('people.block', { name: person.displayName })}</Button>}
                {isBlocked && <Button appearance="subtle" icon={<PersonProhibitedRegular />} onClick={() => void unblock(session, person, t)}>{t('people.unblock', { name: person.displayName })}</Button>}
              </div>
            )}
          </ScrollingContent>
          <DialogActions>
            <Button onClick={onClose}>{t('common.close')}</Button>
            {!isMe && <Button appearance="primary" onClick={() => void write()}>{t('profile.write')}</Button>}
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
