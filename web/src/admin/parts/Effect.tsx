/** What a change would do to the chats that exist, as far as the server can say. */
import { makeStyles, mergeClasses, Spinner, Text, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { valueOf } from '../../api/client';
import type { SimulatedEffect, Simulation, SimulationRequest } from '../../api/schema.gen';
import { explainError } from '../../api/explain';
import { useT as useAppT } from '../../i18n';
import { list } from '../../i18n/formats';
import { type T, useT } from '../i18n';

const QUIET_MS = 400;

const useStyles = makeStyles({
  whole: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXXS, minInlineSize: 0 },
  loses: { color: tokens.colorStatusDangerForeground1, fontWeight: tokens.fontWeightSemibold },
  gains: { color: tokens.colorStatusSuccessForeground1, fontWeight: tokens.fontWeightSemibold },
});

/** Asks the server once the change has been the same for a moment; null asks nothing. */
export function useSimulation(request: SimulationRequest | null) {
  const { api } = useSession();
  const key = request === null ? null : JSON.stringify(request);
  const [settled, setSettled] = useState(key);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(key), QUIET_MS);
    return () => clearTimeout(timer);
  }, [key]);
  // The first change is asked about at once.
  const asked = key === null ? null : (settled ?? key);
  const query = useQuery({
    queryKey: ['admin', 'simulation', asked],
    queryFn: () => valueOf(api.POST('/v1.0/admin/teams/externalAccess/simulate', { body: JSON.parse(asked ?? '{}') as SimulationRequest })),
    enabled: asked !== null,
    staleTime: 10_000,
    retry: false,
  });
  return { ...query, isSettled: asked === key };
}

interface Props {
  readonly request: SimulationRequest | null;
  readonly className?: string;
}

/** What happens to chats comes first: where there is room for one line, it is that. */
export function Effect({ request, className }: Props) {
  const styles = useStyles();
  const t = useT();
  const tApp = useAppT();
  const { data, error, isFetching, isSettled } = useSimulation(request);
  if (request === null) return null;
  if (!isSettled || (isFetching && !data)) return <Spinner size="tiny" labelPosition="after" label={t('effect.asking')} />;
  if (error) return <Text>{t('effect.unknown')} {explainError(error, tApp).title}</Text>;
  if (!data) return null;
  const losses = describe(data.loses, data, t);
  const gains = describe(data.gains, data, t);
  const endings = describeEndings(data, t);
  const removals = describeRemovals(data, t);
  return (
    <div className={mergeClasses(styles.whole, className)} role="status">
      {losses && <Text className={styles.loses}>{t('effect.loses', { what: losses })}</Text>}
      {endings && <Text className={styles.loses}>{endings}</Text>}
      {removals && <Text className={styles.loses}>{removals}</Text>}
      {gains && <Text className={styles.gains}>{t('effect.gains', { what: gains })}</Text>}
      {!losses && !gains && !endings && !removals && <Text>{t('effect.none')}</Text>}
      {data.people > 0 && <Text>{t(data.isComplete ? 'effect.applies' : 'effect.appliesAtLeast', { count: data.people })}</Text>}
    </div>
  );
}

/** Which chats of two end for good, whether or not anybody could write in them. */
function describeEndings({ isComplete, removals }: Simulation, t: T): string | null {
  if (removals.oneOnOneChats === 0) return null;
  const sentence = t('effect.endings', { count: removals.oneOnOneChats });
  return isComplete ? sentence : capitalised(`${t('effect.atLeast')} ${sentence}`);
}

const capitalised = (sentence: string): string => sentence.charAt(0).toLocaleUpperCase() + sentence.slice(1);

/** Who goes from groups for good: colleagues and outsiders apart, since no administrator means the former. */
function describeRemovals({ isComplete, removals }: Simulation, t: T): string | null {
  if (removals.groupChats === 0) return null;
  const people = [
    removals.people > 0 && t('effect.people', { count: removals.people }),
    removals.outsiders > 0 && t('effect.outsiders', { count: removals.outsiders }),
  ].filter((part) => part !== false);
  const who = list(people);
  const words = isComplete ? who : `${t('effect.atLeast')} ${who}`;
  return capitalised(t('effect.removals', { who: words, groups: t('effect.groups', { count: removals.groupChats }) }));
}

function describe(effect: SimulatedEffect, { isComplete }: Simulation, t: T): string | null {
  const chats = effect.oneOnOneChats + effect.groupChats;
  if (chats === 0) return null;
  const parts = [
    effect.oneOnOneChats > 0 && t('effect.oneOnOne', { count: effect.oneOnOneChats }),
    effect.groupChats > 0 && t('effect.groups', { count: effect.groupChats }),
  ].filter((part) => part !== false);
  const words = t('effect.chats', {
    chats: list(parts),
    people: t('effect.people', { count: effect.people }),
    outsiders: t('effect.outsiders', { count: effect.outsiders }),
  });
  const requests = effect.requests > 0 ? ` ${t('effect.requests', { count: effect.requests })}` : '';
  return `${isComplete ? '' : `${t('effect.atLeast')} `}${words}${requests}`;
}
