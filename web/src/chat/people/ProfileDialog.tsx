/** What one may know of a person, and what can be done. */
import { Button, Dialog, DialogActions, DialogBody, DialogSurface, DialogTitle, makeStyles, Text, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';

import { useSession } from '../../accounts/AccountContext';
import { valueOf } from '../../api/client';
import { href, navigate } from '../../app/router';
import { ScrollingContent } from '../../app/ScrollingContent';
import { toastFailure } from '../../app/toasts';
import { useT } from '../../i18n';
import { ExternalMark } from '../ExternalMark';
import type { Person } from '../naming';
import { oneOnOneWith } from '../newChat/create';
import { PersonAvatar } from '../PersonAvatar';

const useStyles = makeStyles({
  who: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalL, marginBlockEnd: tokens.spacingVerticalL },
  text: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXXS, alignItems: 'flex-start' },
  facts: { display: 'grid', gridTemplateColumns: 'max-content minmax(0, 1fr)', columnGap: tokens.spacingHorizontalL, rowGap: tokens.spacingVerticalXS },
  quiet: { color: tokens.colorNeutralForeground2 },
});

export function ProfileDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const styles = useStyles();
  const t = useT();
  const session = useSession();
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
                <ExternalMark person={person} isLong tabIndex={0} />
              </div>
            </div>
            <dl className={styles.facts}>
              {facts.flatMap(([name, value]) => [<dt key={`${name} name`} className={styles.quiet}>{name}</dt>, <dd key={name}>{value}</dd>])}
            </dl>
          </ScrollingContent>
          <DialogActions>
            <Button onClick={onClose}>{t('common.close')}</Button>
            {person.id !== session.id && <Button appearance="primary" onClick={() => void write()}>{t('profile.write')}</Button>}
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
