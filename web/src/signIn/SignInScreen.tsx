/** Signing in, as the first account or as a further one beside those that are signed in. */
import { Button, Card, Field, Input, Link as FluentLink, makeStyles, MessageBar, MessageBarBody, MessageBarTitle, Text, tokens } from '@fluentui/react-components';
import { type FormEvent, useEffect, useRef, useState } from 'react';

import { signIn } from '../accounts/accounts';
import { answer, createApi } from '../api/client';
import { explain, type Explanation } from '../api/explain';
import type { Setup } from '../api/schema.gen';
import { Logo } from '../app/Logo';
import { href, navigate } from '../app/router';
import { useT } from '../i18n';
import { FoundForm } from './FoundForm';

const useStyles = makeStyles({
  screen: {
    flexGrow: 1,
    overflowY: 'auto',
    display: 'flex',
    alignItems: 'safe center',
    justifyContent: 'center',
    padding: tokens.spacingHorizontalL,
    backgroundImage: `radial-gradient(circle at 20% 10%, ${tokens.colorBrandBackground2}, transparent 55%), radial-gradient(circle at 85% 90%, ${tokens.colorBrandBackground2}, transparent 50%)`,
  },
  card: { inlineSize: '100%', maxInlineSize: '400px', padding: tokens.spacingHorizontalXXL, gap: tokens.spacingVerticalL },
  head: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalM },
  form: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  actions: { display: 'flex', gap: tokens.spacingHorizontalS, alignItems: 'center' },
});

export function SignInScreen({ isFurther }: { isFurther: boolean }) {
  const styles = useStyles();
  const t = useT();
  const [setup, setSetup] = useState<Setup | null>(null);

  useEffect(() => {
    void answer(createApi(null).GET('/v1.0/setup')).then((result) => {
      if (result.ok) setSetup(result.value);
    });
  }, []);

  return (
    <main className={styles.screen}>
      <Card className={styles.card}>
        <div className={styles.head}>
          <Logo size={44} />
          <div>
            <Text as="h1" block size={600} weight="semibold">{setup?.isFounded === false ? t('found.title') : isFurther ? t('signIn.addTitle') : t('signIn.title')}</Text>
            <Text>{setup?.isFounded === false ? t('found.subtitle') : t('signIn.subtitle')}</Text>
          </div>
        </div>
        {setup?.isFounded === false ? <FoundForm /> : <SignInForm isFurther={isFurther} isDemonstration={setup?.isDemonstration === true} />}
      </Card>
    </main>
  );
}

function SignInForm({ isFurther, isDemonstration }: { isFurther: boolean; isDemonstration: boolean }) {
  const styles = useStyles();
  const t = useT();
  const [address, setAddress] = useState('');
  const [password, setPassword] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Explanation | null>(null);
  const passwordField = useRef<HTMLInputElement>(null);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setProblem(null);
    const result = await signIn(address.trim(), password);
    setBusy(false);
    if (result.ok) return navigate(href('u', result.value.id, 'chats'));
    setProblem(explain(result.failure, t));
    setPassword('');
    passwordField.current?.focus();
    return undefined;
  }

  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)}>
      {problem && (
        <MessageBar intent="error" politeness="assertive" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>{problem.title}</MessageBarTitle>
            {problem.hint}
          </MessageBarBody>
        </MessageBar>
      )}
      <Field label={t('signIn.address')} required>
        <Input size="large" autoFocus autoComplete="username" inputMode="email" value={address} onChange={(_, { value }) => setAddress(value)} />
      </Field>
      <Field label={t('signIn.password')} required>
        <Input size="large" input={{ ref: passwordField }} type="password" autoComplete="current-password" value={password} onChange={(_, { value }) => setPassword(value)} />
      </Field>
      <div className={styles.actions}>
        <Button type="submit" size="large" appearance="primary" disabledFocusable={isBusy || !address.trim() || !password}>
          {isBusy ? t('signIn.busy') : t('signIn.submit')}
        </Button>
        {isFurther && <Button size="large" appearance="subtle" onClick={() => navigate('/')}>{t('common.cancel')}</Button>}
      </div>
      {isDemonstration && (
        <MessageBar layout="multiline">
          <MessageBarBody>
            {t('signIn.demonstration')} <FluentLink href="/demo" inline>{t('signIn.demonstrationLink')}</FluentLink>
          </MessageBarBody>
        </MessageBar>
      )}
    </form>
  );
}
