/**
 * Signing in, in two steps: whose account, then the ways in which that account can prove itself.
 * The ways are the same for every address that nobody but its owner could tell anything from, so
 * the first step asks the server nothing and gives nothing away.
 */
import { Button, Field, Input, makeStyles, MessageBar, MessageBarBody, MessageBarTitle, Text, tokens } from '@fluentui/react-components';
import { type FormEvent, useEffect, useRef, useState } from 'react';

import { signIn } from '../accounts/accounts';
import { openFor } from '../app/asked';
import { navigate } from '../app/router';
import { addressText, parseAddress } from '../chat/newChat/address';
import { useT } from '../i18n';
import { explainSignIn, type SignInProblem } from './problem';

const useStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  actions: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS, alignItems: 'center' },
  who: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: tokens.spacingHorizontalS },
  address: { flexGrow: 1, minInlineSize: 0 },
  label: { color: tokens.colorNeutralForeground2 },
  unseen: { display: 'none' },
});

interface WayProps {
  readonly address: string;
  readonly isFurther: boolean;
}

/** How accounts prove themselves here. A further way, such as a passkey, is a further component. */
const ways = [PasswordWay] as const;

export function SignInForm({ isFurther }: { isFurther: boolean }) {
  const styles = useStyles();
  const t = useT();
  const [typed, setTyped] = useState('');
  const [address, setAddress] = useState<string | null>(null);
  const [isIncomplete, setIncomplete] = useState(false);
  const field = useRef<HTMLInputElement>(null);

  function choose(event: FormEvent): void {
    event.preventDefault();
    const known = completeAddress(typed);
    setIncomplete(known === null);
    if (known === null) field.current?.focus();
    else setAddress(known);
  }

  if (address !== null) {
    return (
      <div className={styles.form}>
        <div className={styles.who}>
          <span className={styles.address}>
            <Text block size={200} className={styles.label}>{t('signIn.as')}</Text>
            <Text block weight="semibold"><bdi>{address}</bdi></Text>
          </span>
          <Button appearance="subtle" onClick={() => setAddress(null)}>{t('signIn.change')}</Button>
        </div>
        {ways.map((Way, at) => <Way key={at} address={address} isFurther={isFurther} />)}
      </div>
    );
  }
  return (
    <form className={styles.form} noValidate onSubmit={choose}>
      <Field label={t('signIn.address')} hint={t('signIn.addressHint')} required {...(isIncomplete ? { validationState: 'error' as const, validationMessage: t('signIn.incomplete') } : {})}>
        <Input size="large" input={{ ref: field }} autoFocus autoComplete="username" inputMode="email" autoCapitalize="off" spellCheck={false} dir="auto" value={typed} onChange={(_, { value }) => { setTyped(value); setIncomplete(false); }} />
      </Field>
      <div className={styles.actions}>
        <Button type="submit" size="large" appearance="primary">{t('signIn.next')}</Button>
        {isFurther && <Button size="large" appearance="subtle" onClick={() => navigate('/')}>{t('common.cancel')}</Button>}
      </div>
    </form>
  );
}

function PasswordWay({ address, isFurther }: WayProps) {
  const styles = useStyles();
  const t = useT();
  const [password, setPassword] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<SignInProblem | null>(null);
  const secondsLeft = useSecondsUntil(problem?.againAt ?? null);
  const field = useRef<HTMLInputElement>(null);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (isBusy || !password || secondsLeft > 0) return;
    setBusy(true);
    setProblem(null);
    const result = await signIn(address, password);
    setBusy(false);
    if (result.ok) return openFor(result.value);
    setProblem(explainSignIn(result.failure, t));
    // What nobody has judged need not be typed again.
    if (result.failure.reason === 'invalidCredentials') setPassword('');
    field.current?.focus();
    return undefined;
  }

  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)}>
      {problem && (
        <MessageBar intent="error" role="alert" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>{problem.title}</MessageBarTitle>
            {problem.hint}
          </MessageBarBody>
        </MessageBar>
      )}
      {/* For the browser, which keeps the password with it. */}
      <input type="text" autoComplete="username" value={address} readOnly tabIndex={-1} aria-hidden="true" className={styles.unseen} />
      <Field label={t('signIn.password')} required>
        <Input size="large" input={{ ref: field }} autoFocus type="password" autoComplete="current-password" value={password} onChange={(_, { value }) => setPassword(value)} />
      </Field>
      <div className={styles.actions}>
        <Button type="submit" size="large" appearance="primary" disabledFocusable={isBusy || !password || secondsLeft > 0}>
          {isBusy ? t('signIn.busy') : secondsLeft > 0 ? t('signIn.wait', { count: secondsLeft }) : t('signIn.submit')}
        </Button>
        {isFurther && <Button size="large" appearance="subtle" onClick={() => navigate('/')}>{t('common.cancel')}</Button>}
      </div>
    </form>
  );
}

/** Seconds until a moment, counted down; 0 when it has come, or there is none. */
function useSecondsUntil(moment: number | null): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (moment === null) return undefined;
    const look = () => setNow(Date.now());
    const first = setTimeout(look);
    const timer = setInterval(() => {
      look();
      if (Date.now() >= moment) clearInterval(timer);
    }, 1_000);
    return () => {
      clearTimeout(first);
      clearInterval(timer);
    };
  }, [moment]);
  return moment === null ? 0 : Math.max(0, Math.ceil((moment - now) / 1_000));
}

/** An address as the server knows it, or null while it is not whole: numbers as people write them, too. */
function completeAddress(typed: string): string | null {
  const parsed = parseAddress(typed);
  if (parsed) return addressText(parsed);
  const text = typed.trim();
  return /^[^\s@]+@[^\s@]+$/.test(text) ? text : null;
}
