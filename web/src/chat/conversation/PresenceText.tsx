/** Where a person belongs, whether they are there, where they show it, and their address. */
import { makeStyles, Text, tokens } from '@fluentui/react-components';

import { useLive } from '../../accounts/AccountContext';
import { useT } from '../../i18n';
import type { Person } from '../naming';

const useStyles = makeStyles({ line: { display: 'block', minInlineSize: 0, color: tokens.colorNeutralForeground2 } });

const words = {
  Available: 'presence.available',
  AvailableIdle: 'presence.away',
  Away: 'presence.away',
  BeRightBack: 'presence.away',
  Busy: 'presence.busy',
  DoNotDisturb: 'presence.do-not-disturb',
  Offline: 'presence.offline',
} as const;

export function PresenceText({ person, showsPresence }: { person: Person; showsPresence: boolean }) {
  const styles = useStyles();
  const t = useT();
  const presence = useLive((state) => (showsPresence && !state.blocked.has(person.id) ? state.presences.get(person.id) : undefined));
  const word = presence && presence.availability in words ? t(words[presence.availability as keyof typeof words]) : null;
  const said = presence?.statusMessage?.message.content;
  const parts = [person.isExternal ? person.organisationName : null, word, said, person.email].filter(Boolean);
  return <Text size={200} truncate wrap={false} className={styles.line}>{parts.join(' · ')}</Text>;
}
