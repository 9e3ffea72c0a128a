/**
 * Choosing people: colleagues while one types, anybody else by a complete address and one explicit
 * step. What is not possible looks the same whether or not somebody has that address.
 */
import { Field, Spinner, Tag, TagPicker, TagPickerControl, TagPickerGroup, TagPickerInput, TagPickerList, TagPickerOption, Text } from '@fluentui/react-components';
import { GlobeSearchRegular } from '@fluentui/react-icons';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { answer, valueOf } from '../../api/client';
import { explain, explainError, type Explanation } from '../../api/explain';
import { type Failure, offline } from '../../api/failure';
import type { ResolvedContact } from '../../api/schema.gen';
import { useT } from '../../i18n';
import { ExternalMark } from '../ExternalMark';
import type { Person } from '../naming';
import { PersonAvatar } from '../PersonAvatar';
import { Advice } from '../Advice';
import { type Address, addressText, lacksCountry, parseAddress } from './address';

const OUTSIDE = 'outside:';
const FOUND_MAX = 8;

const nobody: readonly string[] = [];

interface Props {
  readonly label: string;
  readonly chosen: readonly Person[];
  readonly onChange: (people: readonly Person[]) => void;
  /** People who cannot be chosen since they are there already. */
  readonly without?: readonly string[];
}

export function PeoplePicker({ label, chosen, onChange, without = nobody }: Props) {
  const t = useT();
  const session = useSession();
  const [typed, setTyped] = useState('');
  const [isOpen, setOpen] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const [problem, setProblem] = useState<Explanation | null>(null);
  const wanted = useDeferredValue(typed.trim());
  const address = parseAddress(typed);

  const found = useQuery({
    queryKey: ['people', wanted],
    enabled: wanted.length > 0,
    placeholderData: keepPreviousData,
    queryFn: async () => (await valueOf(session.api.GET('/v1.0/users', { params: { query: { $search: `"displayName:${wanted.replaceAll('"', '')}"`, $top: FOUND_MAX } } }))).value,
  });
  const taken = new Set([session.id, ...without, ...chosen.map((person) => person.id)]);
  const people: Person[] = typed.trim() === '' ? [] : (found.data ?? [])
    .filter((user) => !taken.has(user.id))
    .map((user) => ({ id: user.id, displayName: user.displayName, isExternal: user.isExternal, trust: user.trust, organisationName: user.organisationName ?? null, email: user.mail ?? null }));
  const isAmong = address !== null && people.some((person) => person.email?.toLowerCase() === addressText(address).toLowerCase());

  // Also what is pasted or spoken opens the list, not only what is typed by keys.
  function typedText(text: string): void {
    setTyped(text);
    setProblem(null);
    setOpen(text.trim() !== '');
  }

  function choose(value: string, selected: readonly string[]): void {
    setProblem(null);
    if (value.startsWith(OUTSIDE)) {
      if (address) void ask(address);
      return;
    }
    const known = [...chosen, ...people];
    onChange(selected.flatMap((id) => known.find((person) => person.id === id) ?? []));
    setTyped('');
  }

  async function ask(address: Address): Promise<void> {
    setAsking(true);
    const identity = address.kind === 'email'
      ? { '@odata.type': '#microsoft.graph.emailIdentity', email: address.email }
      : { '@odata.type': '#visavis.phoneIdentity', phoneNumber: address.phoneNumber };
    const result = await answer(session.api.POST('/v1.0/me/externalContacts/resolve', { body: { identities: [identity] } }));
    setAsking(false);
    if (!result.ok) return setProblem(explain(result.failure, t));
    const [contact] = result.value.value;
    if (contact?.user && contact.result === 'found') {
      if (taken.has(contact.user.id)) return setProblem({ title: t('failure.duplicateMember'), hint: null });
      const { id, displayName, isExternal, trust, organisationName, mail } = contact.user;
      onChange([...chosen, { id, displayName, isExternal, trust, organisationName: organisationName ?? null, email: mail ?? null }]);
      setTyped('');
      return undefined;
    }
    const explanation = explain(failureOfContact(contact), t);
    // The same words whether or not there is somebody: inviting whoever has no account has its place here.
    return setProblem(contact?.refusal ? explanation : { ...explanation, hint: t('picker.invite') });
  }

  const hint = lacksCountry(typed) ? t('picker.lacksCountry') : t('picker.hint');
  return (
    <Field label={label} hint={hint} {...(problem ? { validationState: 'warning' as const, validationMessage: <>{problem.title} <Advice explanation={problem} /></> } : {})}>
      <TagPicker
        open={isOpen}
        onOpenChange={(_, { open }) => setOpen(open)}
        selectedOptions={chosen.map((person) => person.id)}
        onOptionSelect={(_, { value, selectedOptions }) => choose(value, selectedOptions)}
      >
        <TagPickerControl secondaryAction={isAsking ? <Spinner size="extra-tiny" aria-label={t('common.loading')} /> : null}>
          <TagPickerGroup aria-label={t('picker.chosen')}>
            {chosen.map((person) => (
              <Tag key={person.id} value={person.id} shape="rounded">{person.displayName} <ExternalMark person={person} isLong /></Tag>
            ))}
          </TagPickerGroup>
          <TagPickerInput autoFocus aria-label={label} value={typed} onChange={(event) => typedText(event.target.value)} />
        </TagPickerControl>
        <TagPickerList>
          {people.map((person) => (
            <TagPickerOption
              key={person.id}
              value={person.id}
              text={person.displayName}
              media={<PersonAvatar id={person.id} name={person.displayName} size={32} />}
              secondaryContent={person.email ?? null}
            >
              {person.displayName} <ExternalMark person={person} isLong />
            </TagPickerOption>
          ))}
          {address && !isAmong ? (
            <TagPickerOption value={`${OUTSIDE}${addressText(address)}`} text={addressText(address)} media={<GlobeSearchRegular fontSize={24} />} secondaryContent={t('picker.outsideHint')}>
              {t('picker.outside', { address: addressText(address) })}
            </TagPickerOption>
          ) : people.length === 0 ? (
            <Text>{found.isFetching ? t('common.loading') : found.isError ? explainError(found.error, t).title : typed.trim() ? t('picker.nobody') : t('picker.type')}</Text>
          ) : null}
        </TagPickerList>
      </TagPicker>
    </Field>
  );
}

/** Why an address cannot be reached: exact for one's own side's rules, else one sentence for everything. */
function failureOfContact(contact: ResolvedContact | undefined): Failure {
  const refusal = contact?.refusal;
  return {
    ...offline,
    kind: 'refused',
    status: refusal ? 403 : 404,
    reason: refusal?.code ?? 'notReachable',
    ruleId: refusal?.ruleId ?? null,
    setting: refusal?.setting ?? null,
  };
}
