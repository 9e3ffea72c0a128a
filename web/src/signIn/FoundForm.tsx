/** The first visitor of a new deployment founds its first organisation, with the code of the console. */
import { Button, Field, Input, makeStyles, MessageBar, MessageBarBody, tokens } from '@fluentui/react-components';
import { type FormEvent, useState } from 'react';

import { signIn } from '../accounts/accounts';
import { answer, createApi } from '../api/client';
import { explain } from '../api/explain';
import { openFor } from '../app/asked';
import { type TextKey, useT } from '../i18n';

const useStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
});

const fields = [
  { name: 'code', label: 'found.code', hint: 'found.codeHint', type: 'text', autoComplete: 'one-time-code' },
  { name: 'organisationName', label: 'found.organisation', hint: null, type: 'text', autoComplete: 'organization' },
  { name: 'domain', label: 'found.domain', hint: 'found.domainHint', type: 'text', autoComplete: 'off' },
  { name: 'displayName', label: 'found.name', hint: null, type: 'text', autoComplete: 'name' },
  { name: 'userPrincipalName', label: 'found.address', hint: null, type: 'email', autoComplete: 'username' },
  { name: 'password', label: 'signIn.password', hint: 'found.passwordHint', type: 'password', autoComplete: 'new-password' },
] as const satisfies readonly { name: string; label: TextKey; hint: TextKey | null; type: string; autoComplete: string }[];

type Values = Record<(typeof fields)[number]['name'], string>;

export function FoundForm() {
  const styles = useStyles();
  const t = useT();
  const [values, setValues] = useState<Values>({ code: '', organisationName: '', domain: '', displayName: '', userPrincipalName: '', password: '' });
  const [problem, setProblem] = useState<{ target: string | null; text: string } | null>(null);
  const [isBusy, setBusy] = useState(false);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    const founded = await answer(createApi(null).POST('/v1.0/setup', { body: values }));
    const result = founded.ok ? await signIn(values.userPrincipalName, values.password) : founded;
    setBusy(false);
    if (result.ok) return openFor(result.value);
    setProblem({ target: result.failure.target, text: explain(result.failure, t).title });
    return undefined;
  }

  const isKnownTarget = fields.some((field) => field.name === problem?.target);
  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)}>
      {problem && !isKnownTarget && (
        <MessageBar intent="error" role="alert"><MessageBarBody>{problem.text}</MessageBarBody></MessageBar>
      )}
      {fields.map(({ name, label, hint, type, autoComplete }) => (
        <Field
          key={name}
          label={t(label)}
          required
          {...(hint ? { hint: t(hint) } : {})}
          {...(problem?.target === name ? { validationMessage: problem.text, validationState: 'error' as const } : {})}
        >
          <Input type={type} autoComplete={autoComplete} value={values[name]} onChange={(_, { value }) => setValues({ ...values, [name]: value })} />
        </Field>
      ))}
      <Button type="submit" size="large" appearance="primary" disabledFocusable={isBusy}>{t('found.submit')}</Button>
    </form>
  );
}
