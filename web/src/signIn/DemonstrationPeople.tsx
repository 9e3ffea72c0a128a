/** Everybody of the demonstration, one press each: their passwords are no secret. */
import { Avatar, Badge, Button, makeStyles, MessageBar, MessageBarBody, Text, tokens } from '@fluentui/react-components';
import { useState } from 'react';

import { accounts, signIn } from '../accounts/accounts';
import { explain } from '../api/explain';
import type { DemonstrationHome, DemonstrationPerson } from '../api/schema.gen';
import { openFor } from '../app/asked';
import { href, navigate } from '../app/router';
import { useT } from '../i18n';

const useStyles = makeStyles({
  panel: { inlineSize: '100%', maxInlineSize: '620px', boxSizing: 'border-box', display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  head: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXXS },
  home: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXS },
  quiet: { color: tokens.colorNeutralForeground2 },
  people: { listStyleType: 'none', padding: 0, display: 'grid', gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 190px), 1fr))', gap: tokens.spacingHorizontalS },
  person: { inlineSize: '100%', minInlineSize: 0, minBlockSize: '48px', justifyContent: 'flex-start', columnGap: tokens.spacingHorizontalS, paddingInline: tokens.spacingHorizontalS, paddingBlock: tokens.spacingVerticalXS, fontWeight: tokens.fontWeightRegular },
  text: { minInlineSize: 0, display: 'flex', flexDirection: 'column', alignItems: 'flex-start', textAlign: 'start' },
});

export function DemonstrationPeople({ homes }: { homes: readonly DemonstrationHome[] }) {
  const styles = useStyles();
  const t = useT();
  const [busy, setBusy] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  async function enter(person: DemonstrationPerson): Promise<void> {
    if (busy) return;
    const known = sessionOf(person);
    if (known) return navigate(href('u', known.id, 'chats'));
    setBusy(person.address);
    setProblem(null);
    const result = await signIn(person.address, person.password);
    setBusy(null);
    if (result.ok) return openFor(result.value);
    setProblem([explain(result.failure, t).title, explain(result.failure, t).hint].filter(Boolean).join(' '));
    return undefined;
  }

  return (
    <section className={styles.panel} aria-labelledby="demonstration">
      <div className={styles.head}>
        <Text as="h2" id="demonstration" size={400} weight="semibold">{t('signIn.demonstration')}</Text>
        <Text size={200} className={styles.quiet}>{t('signIn.demonstrationHint')}</Text>
      </div>
      {problem && <MessageBar intent="error" role="alert" layout="multiline"><MessageBarBody>{problem}</MessageBarBody></MessageBar>}
      {homes.map((home) => (
        <div key={home.organisationName ?? ''} className={styles.home}>
          <Text as="h3" size={300} weight="semibold">
            {home.organisationName ?? t('people.personalAccounts')}
            {home.domain && <Text as="span" size={200} className={styles.quiet}> <bdi>{home.domain}</bdi></Text>}
          </Text>
          <ul className={styles.people}>
            {home.people.map((person) => (
              <li key={person.address}>
                <Button className={styles.person} icon={<Avatar name={person.displayName} size={28} color="colorful" idForColor={person.address} aria-hidden="true" />} disabledFocusable={busy !== null} onClick={() => void enter(person)}>
                  <span className={styles.text}>
                    {person.displayName}
                    {busy === person.address ? (
                      <Text size={200} className={styles.quiet}>{t('signIn.busy')}</Text>
                    ) : sessionOf(person) ? (
                      <Badge size="small" shape="rounded" appearance="tint" color="success">{t('signIn.isSignedIn')}</Badge>
                    ) : person.roles.length > 0 ? (
                      <Badge size="small" shape="rounded" appearance="tint">{t('signIn.administrator')}</Badge>
                    ) : null}
                  </span>
                </Button>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

/** The session of this browser that belongs to somebody, if there is one. */
function sessionOf({ address }: DemonstrationPerson) {
  return accounts().sessions.find(({ user }) => user.mail === address || user.userPrincipalName === address);
}
