/**
 * Choosing people: colleagues while one types, anybody else by a complete address and one explicit
 * step. What is not possible looks the same whether or not somebody has that address.
 */
import { Field, Spinner, Tag, TagPicker, TagPickerControl, TagPickerGroup, TagPickerInput, TagPickerList, TagPickerOption, Text } from '@fluentui/react-components';
import { ChevronDownRegular, GlobeSearchRegular } from '@fluentui/react-icons';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ClipboardEvent, useDeferredValue, useLayoutEffect, useRef, useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import type { Session } from '../../accounts/session';
import { answer, valueOf } from '../../api/client';
import { explain, explainError, type Explanation } from '../../api/explain';
import { type Failure, offline } from '../../api/failure';
import type { ResolvedContact, User } from '../../api/schema.gen';
import { type T, useT } from '../../i18n';
import { ExternalMark } from '../ExternalMark';
import type { Person } from '../naming';
import { PersonAvatar } from '../PersonAvatar';
import { Advice } from '../Advice';
import { type Address, addressText, domainOf, lacksCountry, parseAddresses } from './address';

const OUTSIDE = 'outside:';
const FOUND_MAX = 8;
/** Addresses that are looked up in one call. */
const ASKED_MAX = 20;

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
  // An answer may come when somebody has chosen or typed more.
  const now = useRef({ chosen, typed });
  useLayoutEffect(() => {
    now.current = { chosen, typed };
  }, [chosen, typed]);
  const wanted = useDeferredValue(typed.trim());
  const addresses = parseAddresses(typed);
  const [address] = addresses;
  const own = useOwnDomains(session, addresses.length > 0);
  const isInside = addresses.length === 1 && address?.kind === 'email' && own.has(domainOf(address.email));

  const found = useQuery({
    queryKey: ['people', wanted, isInside],
    enabled: wanted.length > 0 && addresses.length < 2,
    placeholderData: keepPreviousData,
    queryFn: () => lookUp(session, isInside ? parseAddresses(wanted) : [], wanted),
  });
  const takenBy = (people: readonly Person[]) => new Set([session.id, ...without, ...people.map((person) => person.id)]);
  const taken = takenBy(chosen);
  const listed = typed.trim() === '' || addresses.length > 1 ? [] : (found.data ?? []);
  const people = listed.filter((user) => !taken.has(user.id)).map(personOf);
  const isAmong = listed.some((user) => user.mail?.toLowerCase() === (address && addressText(address).toLowerCase()));
  const isOffered = addresses.length > 1 || (address !== undefined && !isInside && !isAmong);

  // Also what is pasted or spoken opens the list, not only what is typed by keys.
  function typedText(text: string): void {
    setTyped(text);
    setProblem(null);
    setOpen(text.trim() !== '');
  }

  // A box of one line would join what stands on several.
  function paste(event: ClipboardEvent<HTMLInputElement>): void {
    const text = event.clipboardData.getData('text');
    if (!/[\r\n]/.test(text.trim())) return;
    event.preventDefault();
    const { selectionStart, selectionEnd } = event.currentTarget;
    const [before, after] = [typed.slice(0, selectionStart ?? typed.length), typed.slice(selectionEnd ?? typed.length)];
    typedText(`${before}${text.trim().replace(/\s*[\r\n]+\s*/g, ', ')}${after}`);
  }

  function choose(value: string, selected: readonly string[]): void {
    setProblem(null);
    if (value.startsWith(OUTSIDE)) {
      void ask(addresses);
      return;
    }
    const known = [...chosen, ...people];
    onChange(selected.flatMap((id) => known.find((person) => person.id === id) ?? []));
    setTyped('');
  }

  async function ask(wanted: readonly Address[]): Promise<void> {
    const asked = typed;
    setAsking(true);
    const { users, left, why } = await resolve(session, wanted, t);
    setAsking(false);
    const meanwhile = now.current;
    const known = takenBy(meanwhile.chosen);
    const others = users.filter((user) => !known.has(user.id)).map(personOf);
    if (others.length > 0) onChange([...meanwhile.chosen, ...others]);
    // Whoever types goes on: what was not found is no longer what is there.
    const isSame = meanwhile.typed === asked;
    if (left.length === 0 && others.length === 0) {
      const isSelf = users.every((user) => user.id === session.id);
      return setProblem({ title: isSelf ? t('picker.self') : t('failure.duplicateMember'), hint: null });
    }
    // What is left stays to be mended.
    if (isSame && (wanted.length > 1 || left.length === 0)) setTyped(left.map(addressText).join(', '));
    return setProblem(why);
  }

  const hint = t(lacksCountry(typed) ? 'picker.lacksCountry' : session.isPersonal ? 'picker.hintPersonal' : 'picker.hint');
  return (
    <Field label={label} hint={hint} {...(problem ? { validationState: 'warning' as const, validationMessage: <>{problem.title} <Advice explanation={problem} /></> } : {})}>
      <TagPicker
        open={isOpen}
        onOpenChange={(_, { open }) => setOpen(open)}
        selectedOptions={chosen.map((person) => person.id)}
        onOptionSelect={(_, { value, selectedOptions }) => choose(value, selectedOptions)}
      >
        <TagPickerControl expandIcon={{ children: <ChevronDownRegular />, 'aria-label': t('picker.open', { label }) }} secondaryAction={isAsking ? <Spinner size="extra-tiny" aria-label={t('common.loading')} /> : null}>
          <TagPickerGroup aria-label={t('picker.chosen')}>
            {chosen.map((person) => (
              <Tag key={person.id} value={person.id} shape="rounded">{person.displayName} <ExternalMark person={person} isLong /></Tag>
            ))}
          </TagPickerGroup>
          <TagPickerInput autoFocus aria-label={label} value={typed} onPaste={paste} onChange={(event) => typedText(event.target.value)} />
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
          {isOffered ? (
            <TagPickerOption value={`${OUTSIDE}${addresses.map(addressText).join()}`} text={addresses.map(addressText).join(', ')} media={<GlobeSearchRegular fontSize={24} />} secondaryContent={t(addresses.length > 1 ? 'picker.severalHint' : 'picker.outsideHint')}>
              {addresses.length > 1 ? t('picker.several', { count: addresses.length }) : t('picker.outside', { address: address ? addressText(address) : '' })}
            </TagPickerOption>
          ) : people.length === 0 ? (
            <Text>{found.isFetching ? t('common.loading') : found.isError ? explainError(found.error, t).title : t(nobodyKey(typed, listed, session, isInside))}</Text>
          ) : null}
        </TagPickerList>
      </TagPicker>
    </Field>
  );
}

/** What is said where nobody can be chosen. */
function nobodyKey(typed: string, listed: readonly User[], session: Session, isInside: boolean) {
  if (!typed.trim()) return session.isPersonal ? 'picker.typePersonal' as const : 'picker.type' as const;
  if (listed.length === 0 && session.isPersonal) return 'picker.nobodyPersonal' as const;
  if (listed.length === 0) return isInside ? 'picker.nobodyInside' as const : 'picker.nobody' as const;
  return listed.every((user) => user.id === session.id) ? 'picker.self' as const : 'failure.duplicateMember' as const;
}

/** The domains of one's own organisation: an address in one of them is a colleague's, or nobody's. */
function useOwnDomains(session: Session, isNeeded: boolean): ReadonlySet<string> {
  const own = useQuery({
    queryKey: ['own', 'domains'],
    enabled: isNeeded && !session.isPersonal,
    staleTime: Infinity,
    queryFn: async () => (await valueOf(session.api.GET('/v1.0/organization'))).value.flatMap(({ verifiedDomains }) => verifiedDomains.map(({ name }) => name.toLowerCase())),
  });
  return new Set(session.isPersonal ? [] : [domainOf(session.user.userPrincipalName), ...(own.data ?? [])]);
}

/** Colleagues by what was typed of their names, or by a complete address, their further ones too. */
async function lookUp(session: Session, [address]: readonly Address[], typed: string): Promise<readonly User[]> {
  const query = address
    ? { $filter: `proxyAddresses/any(x:x eq 'smtp:${addressText(address).replaceAll("'", "''")}')` }
    : { $search: `"${typed.replace(/[":]/g, ' ').trim()}"`, $top: FOUND_MAX };
  if (query.$search === '""') return [];
  return (await valueOf(session.api.GET('/v1.0/users', { params: { query } }))).value;
}

type Found = Pick<User, 'id' | 'displayName' | 'isExternal' | 'trust'> & { readonly organisationName?: string | null; readonly mail?: string | null };

/** Whoever has one of these addresses, and which nobody was found by, with why. */
async function resolve(session: Session, wanted: readonly Address[], t: T): Promise<{ users: Found[]; left: Address[]; why: Explanation | null }> {
  const [users, left]: [Found[], Address[]] = [[], []];
  let why: Explanation | null = null;
  for (let first = 0; first < wanted.length; first += ASKED_MAX) {
    const some = wanted.slice(first, first + ASKED_MAX);
    const identities = some.map((address) => address.kind === 'email'
      ? { '@odata.type': '#microsoft.graph.emailIdentity', email: address.email }
      : { '@odata.type': '#visavis.phoneIdentity', phoneNumber: address.phoneNumber });
    const result = await answer(session.api.POST('/v1.0/me/externalContacts/resolve', { body: { identities } }));
    if (!result.ok) return { users, left: [...left, ...wanted.slice(first)], why: explain(result.failure, t) };
    for (const [at, address] of some.entries()) {
      const contact = result.value.value[at];
      const { user } = contact ?? {};
      if (user && contact?.result === 'found') {
        if (!users.some(({ id }) => id === user.id)) users.push(user);
        continue;
      }
      left.push(address);
      const explanation = explain(failureOfContact(contact), t);
      // The same words whether or not there is somebody: inviting whoever has no account has its place here.
      why = contact?.refusal ? explanation : { title: left.length > 1 ? t('picker.notReachable') : explanation.title, hint: t('picker.invite') };
    }
  }
  return { users, left, why };
}

function personOf({ id, displayName, isExternal, trust, organisationName, mail }: Found): Person {
  return { id, displayName, isExternal, trust, organisationName: organisationName ?? null, email: mail ?? null };
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
