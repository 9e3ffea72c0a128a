/** Finds somebody of the organisation as one types; optionally a full address of anybody too. */
import { Combobox, Field, makeStyles, Option, Text } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useEffect, useState } from 'react';

import { useSession } from '../../accounts/AccountContext';
import { explain, explainError } from '../../api/explain';
import { offline } from '../../api/failure';
import type { User } from '../../api/schema.gen';
import { useT as useAppT } from '../../i18n';
import { readPeople } from '../data';
import { useT } from '../i18n';
import { normalised } from './entries';

const SUGGESTIONS_MAX = 8;

const useStyles = makeStyles({
  // By the name that Fluent uses: its own least width is one of these.
  box: { minWidth: 0, inlineSize: '100%', '& input': { minInlineSize: 0, inlineSize: '100%' } },
});

/** Somebody who was chosen: of the directory, or an address as it was typed. */
export type Chosen =
  | { readonly kind: 'colleague'; readonly id: string; readonly name: string }
  | { readonly kind: 'email' | 'phone'; readonly address: string; readonly name: string };

interface Props {
  readonly label: string;
  readonly value: Chosen | null;
  readonly onChange: (value: Chosen | null) => void;
  /** Whether full addresses of people outside will do. */
  readonly takesAddresses?: boolean;
  readonly hint?: string;
}

export function PersonPicker({ label, value, onChange, takesAddresses = false, hint }: Props) {
  const styles = useStyles();
  const t = useT();
  const tApp = useAppT();
  const { api } = useSession();
  /** Whether the field was left with what is typed in it. */
  const [isLeft, setLeft] = useState(false);
  const [text, setText] = useState(value?.name ?? '');
  const [named, setNamed] = useState(value?.name);
  // Whoever was named from outside, by an address say, may get their name later.
  if (named !== value?.name) {
    setNamed(value?.name);
    if (value) setText(value.name);
  }
  const search = useDeferredValue(text.trim());
  const query = useQuery({
    queryKey: ['admin', 'people', 'search', search],
    queryFn: () => readPeople(api, search),
    enabled: value === null,
  });
  const isKnown = query.data !== undefined && search === text.trim();
  const people = value === null ? (query.data?.items ?? []).slice(0, SUGGESTIONS_MAX) : [];
  const address = takesAddresses ? addressOf(text) : null;
  const isListed = people.some((one) => one.mail?.toLowerCase() === address?.address);
  const meant = value === null && isKnown ? soleMatch(people, text) : null;
  const isUnclear = isLeft && value === null && text.trim() !== '' && !address && isKnown && meant === null;
  const isFailed = value === null && (query.isError || query.fetchStatus === 'paused');
  const why = isFailed ? (query.error ? explainError(query.error, tApp) : explain(offline, tApp)).title : null;

  // Whoever types a whole name and goes on means that person, once it is known who that is.
  useEffect(() => {
    if (isLeft && meant) onChange({ kind: 'colleague', id: meant.id, name: meant.displayName });
  }, [isLeft, meant, onChange]);

  function choose(key: string | undefined): void {
    const person = people.find((one) => one.id === key);
    if (person) {
      setText(person.displayName);
      onChange({ kind: 'colleague', id: person.id, name: person.displayName });
    } else if (address && key === address.address) {
      setText(address.address);
      onChange(address);
    }
  }

  return (
    <Field
      label={label}
      {...(hint ? { hint } : {})}
      {...(isUnclear ? { validationState: 'error' as const, validationMessage: takesAddresses ? t('person.chooseOrAddress') : t('person.choose') } : {})}
    >
      <Combobox
        className={styles.box}
        freeform
        expandIcon={{ 'aria-label': tApp('picker.open', { label }) }}
        value={text}
        selectedOptions={value ? [value.kind === 'colleague' ? value.id : value.address] : []}
        placeholder={takesAddresses ? t('person.nameOrAddress') : t('person.name')}
        onFocus={() => setLeft(false)}
        onInput={(event) => { setText(event.currentTarget.value); if (value) onChange(null); }}
        onOptionSelect={(_, { optionValue }) => choose(optionValue)}
        onBlur={() => { setLeft(true); if (!value && address && !isListed) choose(address.address); }}
      >
        {people.map((one) => (
          <Option key={one.id} value={one.id} text={one.displayName}>
            <span>{one.displayName} <Text size={200}>{one.mail ?? one.userPrincipalName}</Text></span>
          </Option>
        ))}
        {address && !isListed && <Option key={address.address} value={address.address} text={address.address}>{t('person.useAddress', { address: address.address })}</Option>}
        {people.length === 0 && !address && <Option key="nobody" value="" text={text} disabled>{why ?? (query.isFetching ? t('person.searching') : t('person.nobody'))}</Option>}
      </Combobox>
    </Field>
  );
}

/** Who has exactly this name or address, if it is one of them alone. */
function soleMatch(people: readonly User[], text: string): User | null {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return null;
  const found = people.filter((one) => [one.displayName, one.mail, one.userPrincipalName].some((name) => name?.toLowerCase() === wanted));
  return found.length === 1 ? (found[0] ?? null) : null;
}

/** A complete address as somebody may write one. */
function addressOf(text: string): Exclude<Chosen, { kind: 'colleague' }> | null {
  const email = text.includes('@') ? normalised(text.trim(), 'person') : null;
  if (email) return { kind: 'email', address: email, name: email };
  const phone = text.replace(/[\s().\-/]/g, '').replace(/^00/, '+');
  return /^\+\d{7,15}$/.test(phone) ? { kind: 'phone', address: phone, name: phone } : null;
}
