/** A person's initials, and their presence where they show it. */
import { Avatar, type AvatarProps } from '@fluentui/react-components';

import { useLiveOf, useSession } from '../accounts/AccountContext';
import type { Session } from '../accounts/session';
import { useT } from '../i18n';

const statuses: Record<string, 'available' | 'away' | 'busy' | 'do-not-disturb' | 'offline'> = {
  Available: 'available',
  AvailableIdle: 'away',
  Away: 'away',
  BeRightBack: 'away',
  Busy: 'busy',
  BusyIdle: 'busy',
  DoNotDisturb: 'do-not-disturb',
  Focusing: 'do-not-disturb',
  Offline: 'offline',
};

interface Props {
  readonly id: string;
  readonly name: string;
  readonly size?: AvatarProps['size'];
  /** Whose view of their presence; the account around by default. */
  readonly session?: Session;
  readonly showsPresence?: boolean;
}

export function PersonAvatar({ id, name, size = 32, session, showsPresence = true }: Props) {
  const t = useT();
  const around = useSession();
  const presence = useLiveOf(session ?? around, (state) => (showsPresence && !state.blocked.has(id) ? state.presences.get(id)?.availability : undefined));
  const status = presence ? statuses[presence] : undefined;
  return (
    <Avatar
      name={name}
      idForColor={id}
      color="colorful"
      size={size}
      {...(status ? { badge: { status, 'aria-label': t(`presence.${status}`) } } : {})}
    />
  );
}
