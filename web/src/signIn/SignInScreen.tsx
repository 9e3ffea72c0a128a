/** Signing in, as the first account or as a further one beside those that are signed in. */
import { Card, makeStyles, Text, tokens } from '@fluentui/react-components';
import { useEffect, useState } from 'react';

import { answer, createApi } from '../api/client';
import type { Demonstration, Setup } from '../api/schema.gen';
import { Logo } from '../app/Logo';
import { useT } from '../i18n';
import { DemonstrationPeople } from './DemonstrationPeople';
import { FoundForm } from './FoundForm';
import { SignInForm } from './SignInForm';

const useStyles = makeStyles({
  screen: {
    flexGrow: 1,
    overflowY: 'auto',
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'safe center',
    alignContent: 'safe center',
    justifyContent: 'center',
    gap: tokens.spacingHorizontalXXL,
    padding: tokens.spacingHorizontalL,
    // The people of a demonstration come a moment later: where they stand below, nothing above moves then.
    '@media (max-width: 1099px)': { alignContent: 'flex-start' },
    backgroundImage: `radial-gradient(circle at 20% 10%, ${tokens.colorBrandBackground2}, transparent 55%), radial-gradient(circle at 85% 90%, ${tokens.colorBrandBackground2}, transparent 50%)`,
  },
  card: { inlineSize: '100%', maxInlineSize: '400px', boxSizing: 'border-box', padding: tokens.spacingHorizontalXXL, gap: tokens.spacingVerticalL },
  head: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalM },
});

export function SignInScreen({ isFurther }: { isFurther: boolean }) {
  const styles = useStyles();
  const t = useT();
  const [setup, setSetup] = useState<Setup | null>(null);
  const [demonstration, setDemonstration] = useState<Demonstration | null>(null);
  const isEmpty = setup?.isFounded === false;

  useEffect(() => {
    void answer(createApi(null).GET('/v1.0/setup')).then((result) => {
      if (result.ok) setSetup(result.value);
    });
  }, []);

  useEffect(() => {
    if (!setup?.isDemonstration) return;
    void answer(createApi(null).GET('/demonstration')).then((result) => {
      if (result.ok) setDemonstration(result.value);
    });
  }, [setup]);

  return (
    <main className={styles.screen}>
      <Card className={styles.card}>
        <div className={styles.head}>
          <Logo size={44} />
          <div>
            <Text as="h1" block size={600} weight="semibold">{isEmpty ? t('found.title') : isFurther ? t('signIn.addTitle') : t('signIn.title')}</Text>
            <Text>{isEmpty ? t('found.subtitle') : t('signIn.subtitle')}</Text>
          </div>
        </div>
        {isEmpty ? <FoundForm /> : <SignInForm isFurther={isFurther} />}
      </Card>
      {demonstration && !isEmpty && <DemonstrationPeople homes={demonstration.homes} />}
    </main>
  );
}
